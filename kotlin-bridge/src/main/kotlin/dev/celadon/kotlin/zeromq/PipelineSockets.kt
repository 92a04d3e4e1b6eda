package dev.celadon.kotlin.zeromq

import dev.celadon.zeromq.ZmqContext
import dev.celadon.zeromq.ZmqSocket
import org.zeromq.SocketType

/**
 * A PUSH: sends to its peers by turns, and waits while none has room.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class PushSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) : SendingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.PUSH, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    override fun toString(): String = socket.toString()
}

/**
 * A PULL: receives from its peers by turns.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class PullSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) :
    ReceivingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.PULL, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    override fun toString(): String = socket.toString()
}

/**
 * A PAIR: sends to, and receives from, one peer.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class PairSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) :
    SendingSocket, ReceivingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.PAIR, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    override fun toString(): String = socket.toString()
}

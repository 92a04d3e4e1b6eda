package dev.celadon.kotlin.zeromq

import dev.celadon.zeromq.ZmqContext
import dev.celadon.zeromq.ZmqMessage
import dev.celadon.zeromq.ZmqSocket
import org.zeromq.SocketType

/**
 * A CLIENT: sends to its servers by turns, and receives from all of them. One frame each.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class ClientSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) :
    SendingSocket, ReceivingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.CLIENT, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    override fun toString(): String = socket.toString()
}

/**
 * A SERVER: receives from CLIENTs, and sends to the one that a message is addressed to. One frame
 * each.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class ServerSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) :
    SendingSocket, ReceivingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.SERVER, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    /**
     * Sends an [answer] to the CLIENT that [question] was received from. Suspends as [send] does.
     */
    public suspend fun reply(question: ZmqMessage, answer: ZmqMessage) {
        send(answer.withRoutingId(question.routingId()))
    }

    override fun toString(): String = socket.toString()
}

/**
 * A RADIO: sends every message to all peers that have joined its group. It never waits.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class RadioSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) : SendingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.RADIO, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    /** Sends a message of one frame of UTF-8 to a group. */
    public suspend fun send(group: String, text: String) {
        send(ZmqMessage.of(text).withGroup(group))
    }

    override fun toString(): String = socket.toString()
}

/**
 * A DISH: receives the messages of the groups that it has joined.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class DishSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) :
    ReceivingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.DISH, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    /** Receives the messages of [group] from now on. Does not suspend. */
    public fun join(group: String) {
        socket.join(group)
    }

    /** Takes a [join] back. Does not suspend. */
    public fun leave(group: String) {
        socket.leave(group)
    }

    override fun toString(): String = socket.toString()
}

/**
 * A SCATTER: sends to its peers by turns. One frame each.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class ScatterSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) :
    SendingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.SCATTER, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    override fun toString(): String = socket.toString()
}

/**
 * A GATHER: receives from its peers by turns. One frame each.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class GatherSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) :
    ReceivingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.GATHER, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    override fun toString(): String = socket.toString()
}

/**
 * A CHANNEL: sends to, and receives from, one peer. One frame each.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class ChannelSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) :
    SendingSocket, ReceivingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.CHANNEL, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    override fun toString(): String = socket.toString()
}

/**
 * A PEER: receives from its peers, and sends to the one that a message is addressed to. One frame
 * each.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class PeerSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) :
    SendingSocket, ReceivingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.PEER, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    /**
     * Connects to an endpoint, as [connect] does, and tells how to address the peer there. Does not
     * suspend.
     *
     * @return the routing id of the peer, for [sendTo]
     */
    public fun connectPeer(endpoint: String): Int = socket.connectPeer(endpoint)

    /**
     * Sends a message to a peer. Suspends as [send] does.
     *
     * @param routingId what [connectPeer] has returned, or the `routingId()` of a received message
     */
    public suspend fun sendTo(routingId: Int, message: ZmqMessage) {
        send(message.withRoutingId(routingId))
    }

    /** Sends an [answer] to the peer that [question] was received from. Suspends as [send] does. */
    public suspend fun reply(question: ZmqMessage, answer: ZmqMessage) {
        sendTo(question.routingId(), answer)
    }

    override fun toString(): String = socket.toString()
}

package dev.celadon.kotlin.zeromq

import dev.celadon.zeromq.ZmqClosedException
import dev.celadon.zeromq.ZmqContext
import dev.celadon.zeromq.ZmqMessage
import dev.celadon.zeromq.ZmqSocket
import org.zeromq.SocketType

/**
 * A REQ: sends a request, receives its reply, and so on by turns.
 *
 * A coroutine that is cancelled between the two leaves the socket waiting for the reply: with
 * `relaxed` and `correlate` among the options the next request may be sent all the same. For
 * requests that overtake each other take a [dev.celadon.zeromq.RequestMultiplexer].
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class ReqSocket(context: ZmqContext, options: ReqOptions.() -> Unit = {}) :
    SendingSocket, ReceivingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.REQ, ::ReqOptions, options)

    override val options: ReqOptions
        get() = ReqOptions(socket.options())

    /**
     * Sends a request and receives its reply. Suspends.
     *
     * @throws dev.celadon.zeromq.ZmqStateException if the reply to another request is still to come
     */
    public suspend fun request(request: ZmqMessage): ZmqMessage {
        send(request)
        return receive()
    }

    /**
     * Sends a request of one frame of UTF-8 and receives a reply of one. See the other [request].
     */
    public suspend fun request(request: String): String {
        send(request)
        return receiveString()
    }

    override fun toString(): String = socket.toString()
}

/**
 * A REP: receives a request, sends its reply, and so on by turns.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class RepSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) :
    SendingSocket, ReceivingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.REP, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    /**
     * Answers requests, one after the other, until the socket is closed. Suspends.
     *
     * What [answer] throws ends this; the request has no reply then, and the socket should be
     * closed.
     */
    public suspend fun serve(answer: suspend (ZmqMessage) -> ZmqMessage) {
        try {
            messages().collect { send(answer(it)) }
        } catch (closed: ZmqClosedException) {
            if (!socket.isClosed) {
                throw closed
            }
        }
    }

    override fun toString(): String = socket.toString()
}

/**
 * A DEALER: sends to its peers by turns, and receives from all of them.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class DealerSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) :
    SendingSocket, ReceivingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.DEALER, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    override fun toString(): String = socket.toString()
}

/**
 * A ROUTER: what it receives begins with the identity of the peer, and what it sends with the
 * identity of the peer that it is for.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class RouterSocket(context: ZmqContext, options: RouterOptions.() -> Unit = {}) :
    SendingSocket, ReceivingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.ROUTER, ::RouterOptions, options)

    override val options: RouterOptions
        get() = RouterOptions(socket.options())

    /**
     * Sends a message to one peer. Suspends if there is no room, or others wait.
     *
     * @param identity the first frame of what the peer has sent
     */
    public suspend fun sendTo(identity: ByteArray, message: ZmqMessage) {
        send(message.prepend(identity))
    }

    override fun toString(): String = socket.toString()
}

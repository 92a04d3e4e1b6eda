package dev.celadon.kotlin.zeromq

import dev.celadon.kotlin.suspending
import dev.celadon.zeromq.SocketOptions
import dev.celadon.zeromq.ZmqClosedException
import dev.celadon.zeromq.ZmqContext
import dev.celadon.zeromq.ZmqEvent
import dev.celadon.zeromq.ZmqMessage
import dev.celadon.zeromq.ZmqSocket
import kotlinx.coroutines.channels.ChannelResult
import kotlinx.coroutines.flow.Flow
import org.zeromq.SocketType

/**
 * A ZeroMQ socket that has the calls of its type only: a [PushSocket] sends, a [PullSocket]
 * receives.
 *
 * ```
 * ZmqContext.open().use { context ->
 *     val push = PushSocket(context) { linger = 5.seconds }
 *     push.connect("tcp://127.0.0.1:5555")
 *     push.send("hello")
 * }
 * ```
 *
 * It is a face of a [ZmqSocket], with whom it shares everything: greenlets and coroutines stand in
 * one line. What the calls throw, and what a cancellation leaves behind, is told in
 * [dev.celadon.kotlin.SuspendingZmqSocket].
 *
 * Confined to the hub of its socket: for coroutines on that hub's dispatcher, and for greenlets.
 */
public sealed interface TypedSocket : AutoCloseable {

    /** The socket behind this one. */
    public val socket: ZmqSocket

    /** The options of this socket, to be read and changed. */
    public val options: ZmqOptions

    /**
     * Waits for peers at an endpoint. Does not suspend.
     *
     * @param endpoint such as `tcp://127.0.0.1:5555`, `tcp://127.0.0.1:*` or `inproc://name`
     * @return the endpoint with wildcards filled in: what peers connect to
     * @throws dev.celadon.zeromq.ZmqAddressException if it is in use, malformed, or of an unknown
     *   transport
     */
    public fun bind(endpoint: String): String = socket.bind(endpoint)

    /**
     * Connects to an endpoint, which need not be there yet. Does not suspend.
     *
     * @throws dev.celadon.zeromq.ZmqAddressException if it is malformed, or of an unknown transport
     */
    public fun connect(endpoint: String): Unit = socket.connect(endpoint)

    /** Takes a [bind] back; [endpoint] is what it has returned. Does not suspend. */
    public fun unbind(endpoint: String): Unit = socket.unbind(endpoint)

    /** Takes a [connect] back. Does not suspend. */
    public fun disconnect(endpoint: String): Unit = socket.disconnect(endpoint)

    /**
     * What happens to the endpoints and connections of the socket, from the beginning of the
     * collection on, until the socket is closed.
     */
    public fun events(): Flow<ZmqEvent> = socket.suspending().events()

    /** Waits until so many peers are connected over TCP. Suspends if they are fewer. */
    public suspend fun awaitConnected(peers: Int = 1): Unit =
        socket.suspending().awaitConnected(peers)

    /**
     * Closes the socket. Whoever waits for it gets a [ZmqClosedException]. Does nothing the second
     * time, and does not suspend.
     */
    override fun close(): Unit = socket.close()
}

/** A [TypedSocket] that sends. Confined to the hub of its socket. */
public sealed interface SendingSocket : TypedSocket {

    /** Sends a message, all its frames or none. Suspends if there is no room, or others wait. */
    public suspend fun send(message: ZmqMessage): Unit = socket.suspending().send(message)

    /** Sends a message of one frame. See the [send] of a whole message. */
    public suspend fun send(frame: ByteArray): Unit = send(ZmqMessage.of(frame))

    /** Sends a message of one frame, as UTF-8. See the [send] of a whole message. */
    public suspend fun send(text: String): Unit = send(ZmqMessage.of(text))

    /** Sends a message of the frames that [build] adds. See the [send] of a whole message. */
    public suspend fun send(build: MessageBuilder.() -> Unit): Unit = send(zmqMessage(build))

    /** Sends a message if that is possible at once. Does not suspend. */
    public fun trySend(message: ZmqMessage): ChannelResult<Unit> =
        socket.suspending().trySend(message)
}

/** A [TypedSocket] that receives. Confined to the hub of its socket. */
public sealed interface ReceivingSocket : TypedSocket {

    /** Receives a message. Suspends if there is none, or others wait. */
    public suspend fun receive(): ZmqMessage = socket.suspending().receive()

    /** Receives a message, and tells the end by its result. Suspends as [receive] does. */
    public suspend fun receiveCatching(): ChannelResult<ZmqMessage> =
        socket.suspending().receiveCatching()

    /** Receives a message of one frame, as UTF-8. Suspends as [receive] does. */
    public suspend fun receiveString(): String = socket.suspending().receiveString()

    /** Receives a message if there is one at once. Does not suspend. */
    public fun tryReceive(): ChannelResult<ZmqMessage> = socket.suspending().tryReceive()

    /** The messages of the socket, as they come, until it is closed. */
    public fun messages(): Flow<ZmqMessage> = socket.suspending().messages()
}

/** Makes a socket; closes it again if its options are refused. */
internal inline fun <O : ZmqOptions> ZmqContext.opened(
    type: SocketType,
    view: (SocketOptions) -> O,
    change: O.() -> Unit,
): ZmqSocket {
    val socket = socket(type)
    try {
        view(socket.options()).change()
    } catch (refused: Throwable) {
        socket.close()
        throw refused
    }
    return socket
}

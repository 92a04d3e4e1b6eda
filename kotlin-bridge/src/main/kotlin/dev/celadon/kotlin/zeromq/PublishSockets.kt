package dev.celadon.kotlin.zeromq

import dev.celadon.zeromq.ZmqContext
import dev.celadon.zeromq.ZmqSocket
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.map
import org.zeromq.SocketType

/**
 * A PUB: sends every message to all peers that have subscribed to its beginning, and drops it for
 * those that have no room. It never waits.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class PubSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) : SendingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.PUB, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    /** Sends a message that begins with the frame [topic]. */
    public suspend fun publish(topic: String, content: String) {
        send {
            frame(topic)
            frame(content)
        }
    }

    override fun toString(): String = socket.toString()
}

/**
 * A SUB: receives what begins as it has subscribed to. At first that is nothing.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class SubSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) : ReceivingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.SUB, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    /** Receives what begins with [prefix] from now on; empty is everything. Does not suspend. */
    public fun subscribe(prefix: String = "") {
        socket.subscribe(prefix)
    }

    /** Receives what begins with [prefix] from now on. Does not suspend. */
    public fun subscribe(prefix: ByteArray) {
        socket.subscribe(prefix)
    }

    /** Takes a [subscribe] back. Does not suspend. */
    public fun unsubscribe(prefix: String = "") {
        socket.unsubscribe(prefix)
    }

    /** Takes a [subscribe] back. Does not suspend. */
    public fun unsubscribe(prefix: ByteArray) {
        socket.unsubscribe(prefix)
    }

    override fun toString(): String = socket.toString()
}

/**
 * An XPUB: a [PubSocket] that receives the subscriptions of its peers.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class XPubSocket(context: ZmqContext, options: XPubOptions.() -> Unit = {}) :
    SendingSocket, ReceivingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.XPUB, ::XPubOptions, options)

    override val options: XPubOptions
        get() = XPubOptions(socket.options())

    /** The subscriptions of the peers, as they come, until the socket is closed. */
    public fun subscriptions(): Flow<Subscription> = messages().map { Subscription.of(it.frame(0)) }

    override fun toString(): String = socket.toString()
}

/**
 * An XSUB: a [SubSocket] that sends its subscriptions as messages, and others as well.
 *
 * Confined to the hub of its context.
 *
 * @param options are set before the socket is used
 */
public class XSubSocket(context: ZmqContext, options: ZmqOptions.() -> Unit = {}) :
    SendingSocket, ReceivingSocket {

    override val socket: ZmqSocket = context.opened(SocketType.XSUB, ::ZmqOptions, options)

    override val options: ZmqOptions
        get() = ZmqOptions(socket.options())

    /** Subscribes to what begins with [prefix]. Suspends as [send] does. */
    public suspend fun subscribe(prefix: ByteArray) {
        send(Subscription(true, prefix).frame())
    }

    /** Takes a [subscribe] back. Suspends as [send] does. */
    public suspend fun unsubscribe(prefix: ByteArray) {
        send(Subscription(false, prefix).frame())
    }

    override fun toString(): String = socket.toString()
}

/**
 * What a subscriber tells a publisher.
 *
 * Immutable, as far as nobody changes the array.
 *
 * @property isBegin true for a subscription, false for its end, and for messages of other kinds
 * @property prefix what the messages begin with
 */
public class Subscription(public val isBegin: Boolean, public val prefix: ByteArray) {

    internal fun frame(): ByteArray = byteArrayOf(if (isBegin) 1 else 0) + prefix

    override fun toString(): String =
        (if (isBegin) "subscription to " else "end of the subscription to ") +
            prefix.decodeToString()

    internal companion object {
        fun of(frame: ByteArray): Subscription =
            Subscription(
                frame.firstOrNull() == 1.toByte(),
                frame.copyOfRange(minOf(1, frame.size), frame.size),
            )
    }
}

package dev.celadon.kotlin.zeromq

import dev.celadon.kotlin.SuspendingZmqSocket
import dev.celadon.zeromq.CurveKeys
import dev.celadon.zeromq.SocketOptions
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

/**
 * The options of this socket, to be read and changed:
 * ```
 * socket.options {
 *     plainClient("user", "secret")
 *     linger = 5.seconds
 * }
 * ```
 */
public val SuspendingZmqSocket.options: ZmqOptions
    get() = ZmqOptions(socket.options())

/** Changes several options in a block. */
public operator fun <O : ZmqOptions> O.invoke(change: O.() -> Unit) {
    change()
}

/**
 * The options of a socket, in Kotlin's words: a view of [SocketOptions], which has the whole list,
 * the ranges and the defaults.
 *
 * `Duration.INFINITE` stands for ZeroMQ's -1. As in every ZeroMQ, most options hold for the binds
 * and connects that follow. A value out of its range is refused at once.
 *
 * Confined to the hub of the socket.
 *
 * @property all all options, for what has no word here
 */
@ZmqDsl
public open class ZmqOptions internal constructor(public val all: SocketOptions) {

    /** How long the socket goes on to send what is queued after it was closed. */
    public var linger: Duration
        get() = all.linger().inKotlin()
        set(value) {
            all.linger(value.inJava())
        }

    /** How many messages may be queued for one peer before a send waits, or drops; 0 for any. */
    public var sendHighWaterMark: Int
        get() = all.sendHighWaterMark()
        set(value) {
            all.sendHighWaterMark(value)
        }

    /** How many messages of one peer may be queued here before it has to wait; 0 for any. */
    public var receiveHighWaterMark: Int
        get() = all.receiveHighWaterMark()
        set(value) {
            all.receiveHighWaterMark(value)
        }

    /** Whether only the last message is kept; for DEALER, PUB, PULL, PUSH and SUB. */
    public var conflate: Boolean
        get() = all.conflate()
        set(value) {
            all.conflate(value)
        }

    /** Whether sends wait for a peer that is really connected. */
    public var onlyConnected: Boolean
        get() = all.onlyConnected()
        set(value) {
            all.onlyConnected(value)
        }

    /** The longest frame that is received, in bytes; -1 for any. */
    public var maxMessageSize: Long
        get() = all.maxMessageSize()
        set(value) {
            all.maxMessageSize(value)
        }

    /** The name under which ROUTERs know this socket; empty if the peers make one up. */
    public var identity: ByteArray
        get() = all.identity()
        set(value) {
            all.identity(value)
        }

    /** How long to wait before a lost connection is made anew. */
    public var reconnectInterval: Duration
        get() = all.connection().reconnectInterval().inKotlin()
        set(value) {
            all.connection().reconnectInterval(value.inJava())
        }

    /** The longest wait before a lost connection is made anew; zero for no growth. */
    public var reconnectIntervalMax: Duration
        get() = all.connection().reconnectIntervalMax().inKotlin()
        set(value) {
            all.connection().reconnectIntervalMax(value.inJava())
        }

    /** How long a handshake may take. */
    public var handshakeTimeout: Duration
        get() = all.connection().handshakeTimeout().inKotlin()
        set(value) {
            all.connection().handshakeTimeout(value.inJava())
        }

    /** Whether IPv6 is used. */
    public var ipv6: Boolean
        get() = all.connection().ipv6()
        set(value) {
            all.connection().ipv6(value)
        }

    /**
     * Looks after idle connections.
     *
     * @param interval between heartbeats; zero sends none
     * @param timeout without any sign of life, after which a connection is closed
     */
    public fun heartbeat(interval: Duration, timeout: Duration) {
        all.heartbeat(interval.inJava(), timeout.inJava())
    }

    /** Asks for user names and passwords. */
    public fun plainServer() {
        all.plainServer()
    }

    /** Says a user name and a password. */
    public fun plainClient(userName: String, password: String) {
        all.plainClient(userName, password)
    }

    /** Encrypts, as the side that has a known key: [keys] are its own, with the secret one. */
    public fun curveServer(keys: CurveKeys) {
        all.curveServer(keys)
    }

    /** Encrypts, as the side that knows the public key of the [server]; [keys] are its own. */
    public fun curveClient(keys: CurveKeys, server: CurveKeys) {
        all.curveClient(keys, server)
    }

    override fun toString(): String = all.toString()
}

/** The options of a REQ. See [ZmqOptions]. */
public class ReqOptions internal constructor(all: SocketOptions) : ZmqOptions(all) {

    /**
     * Whether a new request may be sent before the reply to the one before is there; together with
     * [correlate], what a cancelled request leaves behind does no harm.
     */
    public var relaxed: Boolean
        get() = all.pattern().requestRelaxed()
        set(value) {
            all.pattern().requestRelaxed(value)
        }

    /** Whether requests are numbered, so that a late reply is not taken for another one. */
    public var correlate: Boolean
        get() = all.pattern().requestCorrelate()
        set(value) {
            all.pattern().requestCorrelate(value)
        }
}

/** The options of a ROUTER. See [ZmqOptions]. */
public class RouterOptions internal constructor(all: SocketOptions) : ZmqOptions(all) {

    /** Whether messages to unknown peers are reported instead of dropped. */
    public var mandatory: Boolean
        get() = all.pattern().routerMandatory()
        set(value) {
            all.pattern().routerMandatory(value)
        }

    /** Whether a new peer takes over the identity of an old one. */
    public var handover: Boolean
        get() = all.pattern().routerHandover()
        set(value) {
            all.pattern().routerHandover(value)
        }
}

/** The options of an XPUB. See [ZmqOptions]. */
public class XPubOptions internal constructor(all: SocketOptions) : ZmqOptions(all) {

    /** Whether every subscription is told, not only the first one of each topic. */
    public var verbose: Boolean
        get() = all.pattern().xpubVerbose()
        set(value) {
            all.pattern().xpubVerbose(value)
        }

    /** Whether every subscription and every end of one is told. */
    public var verboser: Boolean
        get() = all.pattern().xpubVerboser()
        set(value) {
            all.pattern().xpubVerboser(value)
        }

    /** Whether a send waits for a slow peer instead of dropping for it. */
    public var noDrop: Boolean
        get() = all.pattern().xpubNoDrop()
        set(value) {
            all.pattern().xpubNoDrop(value)
        }
}

private fun Duration.inJava(): java.time.Duration =
    if (this == Duration.INFINITE) SocketOptions.FOREVER else toJavaDuration()

private fun java.time.Duration.inKotlin(): Duration =
    if (this == SocketOptions.FOREVER) Duration.INFINITE else toKotlinDuration()

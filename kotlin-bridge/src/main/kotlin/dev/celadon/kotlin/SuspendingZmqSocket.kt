package dev.celadon.kotlin

import dev.celadon.hub.HubClosedException
import dev.celadon.hub.Waiter
import dev.celadon.zeromq.ZmqClosedException
import dev.celadon.zeromq.ZmqEvent
import dev.celadon.zeromq.ZmqMessage
import dev.celadon.zeromq.ZmqMonitor
import dev.celadon.zeromq.ZmqSocket
import java.time.Duration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ChannelResult
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow

/**
 * This socket as coroutines see it: the same messages, the same lines of waiters, in suspending
 * calls. Cheap; make one whenever you need it.
 *
 * Needs the artifact `celadon-zeromq`.
 */
public fun ZmqSocket.suspending(): SuspendingZmqSocket = SuspendingZmqSocket(this)

/**
 * The suspending view of a [ZmqSocket]. It sends and receives whole messages.
 *
 * Coroutines stand in one line with greenlets, longest waiter first, each direction on its own. A
 * message that was taken for a coroutine which was cancelled before it could go on is the next to
 * be received, by whoever is next in line: no message is lost. If several coroutines are cancelled
 * so at the same moment, the message that comes back last is the first of theirs. The timeouts
 * among the socket's options do not hold here; use `withTimeout`.
 *
 * When the socket is closed, whoever waits gets a [ZmqClosedException]; when the hub closes, a
 * `CancellationException`.
 *
 * Confined to the hub of its socket: for coroutines on that hub's dispatcher; a call from elsewhere
 * throws [WrongThreadException].
 *
 * @property socket the socket behind this view
 */
public class SuspendingZmqSocket internal constructor(public val socket: ZmqSocket) {

    /**
     * Sends a message, all its frames or none: the suspending twin of [ZmqSocket.send]. Suspends if
     * there is no room for it or others wait to send.
     *
     * If the coroutine is cancelled while it waits, the message has not been sent; in one case it
     * has: if there was room for it at the same moment, before the coroutine could go on.
     *
     * @throws ZmqClosedException if the socket is closed, before or meanwhile
     * @throws dev.celadon.zeromq.ZmqStateException if it is not this socket's turn to send, or it
     *   never sends
     */
    public suspend fun send(message: ZmqMessage) {
        if (!socket.trySend(message)) {
            suspendUntilGranted<Unit>(
                register = { wait -> socket.sendAsync(wait.waiter, message) },
                withdraw = { waiter -> socket.abandon(waiter) },
                handedOver = {},
                giveBack = { _, _ -> },
            )
        }
    }

    /** Sends a message of one frame; see the [send] of a whole message. */
    public suspend fun send(frame: ByteArray) {
        send(ZmqMessage.of(frame))
    }

    /** Sends a message of one frame, as UTF-8; see the [send] of a whole message. */
    public suspend fun send(text: String) {
        send(ZmqMessage.of(text))
    }

    /** Sends these frames as one message; see the [send] of a whole message. */
    public suspend fun send(frames: List<ByteArray>) {
        send(ZmqMessage.of(frames))
    }

    /**
     * Sends a message if that is possible at once. Does not suspend.
     *
     * @return a success; a failure if there is no room or others wait to send; closed, with the
     *   [ZmqClosedException], if the socket is closed
     */
    public fun trySend(message: ZmqMessage): ChannelResult<Unit> =
        try {
            if (socket.trySend(message)) succeeded(Unit) else notNow()
        } catch (closed: ZmqClosedException) {
            ended(closed)
        }

    /**
     * Receives a message, waiting for one if need be: the suspending twin of
     * [ZmqSocket.recvMessage]. Suspends if there is none or others wait to receive.
     *
     * If the coroutine is cancelled, before or while it waits, it has received nothing.
     *
     * @throws ZmqClosedException if the socket is closed, before or meanwhile
     * @throws dev.celadon.zeromq.ZmqStateException if it is not this socket's turn to receive, or
     *   it never receives
     */
    public suspend fun receive(): ZmqMessage {
        currentCoroutineContext().ensureActive() // for the reason that SuspendingExchange tells
        return socket.tryRecvMessage() ?: receiveLater()
    }

    private suspend fun receiveLater(): ZmqMessage =
        suspendUntilGranted(
            register = { wait -> socket.receiveAsync(wait.waiter) },
            withdraw = { waiter -> socket.abandon(waiter) },
            handedOver = ::messageOf,
            giveBack = { message, _ -> putBack(message) },
        )

    /**
     * Receives a message of one frame; see [receive].
     *
     * @throws IllegalStateException if the message has several frames; it is the next to be
     *   received then
     */
    public suspend fun receiveBytes(): ByteArray {
        val message = receive()
        if (message.size() > 1) {
            socket.putBack(message)
            error("the next message has ${message.size()} frames: take it with receive(): $message")
        }
        return message.frame(0)
    }

    /** Receives a message of one frame, as UTF-8; see [receiveBytes]. */
    public suspend fun receiveString(): String = receiveBytes().decodeToString()

    /**
     * Receives a message, waiting for one if need be, and tells the end by its result. Suspends if
     * there is none or others wait to receive. See [receive].
     *
     * @return a success; closed, with the [ZmqClosedException], if the socket is closed
     */
    public suspend fun receiveCatching(): ChannelResult<ZmqMessage> =
        try {
            succeeded(receive())
        } catch (closed: ZmqClosedException) {
            ended(closed)
        }

    /**
     * Receives a message if there is one at once. Does not suspend.
     *
     * @return a success; a failure if there is none, or others wait to receive; closed, with the
     *   [ZmqClosedException], if the socket is closed
     */
    public fun tryReceive(): ChannelResult<ZmqMessage> =
        try {
            socket.tryRecvMessage()?.let { succeeded(it) } ?: notNow()
        } catch (closed: ZmqClosedException) {
            ended(closed)
        }

    /**
     * The messages of the socket, as they come, until it is closed.
     *
     * Every message goes to one collector; several collectors share the socket, longest waiter
     * first. The next message is taken when the collector is done with the one before. A collector
     * that is cancelled, or has had enough, leaves the rest in the socket. Now and then the others
     * of the hub get a turn in between, however many messages there are.
     */
    public fun messages(): Flow<ZmqMessage> = TakenFlow(MESSAGES_PER_TURN, ::receiveOrNull)

    /** Null at the end. */
    internal suspend fun receiveOrNull(): ZmqMessage? =
        try {
            receive()
        } catch (_: ZmqClosedException) {
            null
        }

    /**
     * What happens to the endpoints and connections of the socket, from the beginning of the
     * collection on, until the socket is closed. Each collector has a monitor of its own; a slow
     * one misses the oldest events, as [ZmqSocket.monitor] tells.
     *
     * @param capacity so many events wait to be taken; at least 1
     */
    public fun events(capacity: Int = DEFAULT_EVENTS): Flow<ZmqEvent> = flow {
        socket.monitor(capacity).use { monitor -> emitAll(TakenFlow { monitor.awaitNextOrNull() }) }
    }

    /**
     * Waits until so many peers are connected over TCP at the same time, and their handshakes are
     * done: the suspending twin of [ZmqSocket.awaitConnected]. Suspends if they are fewer.
     *
     * Cancelling the coroutine ends the wait and changes nothing.
     *
     * @param peers at least 1
     * @throws ZmqClosedException if the socket is closed, before or meanwhile
     * @throws IllegalStateException if the socket has no endpoint on TCP
     */
    public suspend fun awaitConnected(peers: Int = 1) {
        runInGreenlet(socket.context().hub()) {
            socket.awaitConnected(peers, Duration.ofSeconds(Long.MAX_VALUE))
        }
    }

    override fun toString(): String = "$socket.suspending()"

    private fun messageOf(waiter: Waiter): ZmqMessage = waiter.value() as ZmqMessage

    internal fun putBack(message: ZmqMessage) {
        try {
            socket.putBack(message)
        } catch (_: HubClosedException) {
            // The socket has ended with its hub, and the message with the socket.
        }
    }

    private companion object {
        const val MESSAGES_PER_TURN = 100
        const val DEFAULT_EVENTS = 1_000
    }
}

/**
 * Waits for the next event: the suspending twin of [ZmqMonitor.next]. Suspends if there is none.
 *
 * If the coroutine is cancelled while it waits, it has taken nothing. Can be called on any
 * dispatcher.
 *
 * @throws ZmqClosedException if there are no more, because this monitor or its socket is closed
 */
public suspend fun ZmqMonitor.awaitNext(): ZmqEvent =
    tryNext()
        ?: suspendUntilGranted<ZmqEvent?>(
            register = { wait -> registerNext(wait.waiter)?.let(wait::resume) },
            withdraw = { waiter -> waiter.withdraw(::unregister) },
            handedOver = { waiter -> waiter.value() as ZmqEvent? },
            giveBack = { event, _ -> event?.let(::putBack) },
        )
        ?: checkNotNull(tryNext()) // which tells that no more come

private suspend fun ZmqMonitor.awaitNextOrNull(): ZmqEvent? =
    try {
        awaitNext()
    } catch (_: ZmqClosedException) {
        null
    }

/**
 * Makes a kotlinx channel of what [socket] receives: for `select`, and for code that wants a
 * [ReceiveChannel]. Does not suspend.
 *
 * A coroutine of this scope, which must run on the socket's hub, takes messages ahead: as many as
 * [capacity], and one more that waits for its place. The channel closes with the socket. When the
 * channel or the scope is cancelled, what was taken ahead is the next to be received, in order; so
 * is a message whose receiver was cancelled before it could go on.
 *
 * @param capacity how many messages the channel holds: 0 or more, `RENDEZVOUS`, `BUFFERED` or
 *   `UNLIMITED`
 * @throws IllegalArgumentException if [capacity] is `CONFLATED`, which drops messages
 */
public fun CoroutineScope.produceFrom(
    socket: ZmqSocket,
    capacity: Int = Channel.RENDEZVOUS,
): ReceiveChannel<ZmqMessage> {
    val view = socket.suspending()
    return produceTaken(capacity, view::receiveOrNull, view::putBack)
}

/**
 * Sends every message of this flow through [socket]. Suspends as long as the flow goes on; the
 * socket's high-water mark holds the flow back. Cancelling the coroutine cancels the flow.
 *
 * @throws ZmqClosedException if the socket is closed, before or meanwhile
 */
public suspend fun Flow<ZmqMessage>.collectTo(socket: ZmqSocket) {
    val view = socket.suspending()
    collect { view.send(it) }
}

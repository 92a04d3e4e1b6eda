package dev.celadon.kotlin

import dev.celadon.hub.HubClosedException
import dev.celadon.hub.Waiter
import dev.celadon.zeromq.ZmqClosedException
import dev.celadon.zeromq.ZmqMessage
import dev.celadon.zeromq.ZmqSocket
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.yield

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
 * be received, by whoever is next in line: no message is lost. The timeouts among the socket's
 * options do not hold here; use `withTimeout`.
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
                giveBack = {},
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
     * Sends a message if that is possible at once, and says whether it was. Does not suspend.
     *
     * @throws ZmqClosedException if the socket is closed
     */
    public fun trySend(message: ZmqMessage): Boolean = socket.trySend(message)

    /**
     * Receives a message, waiting for one if need be: the suspending twin of
     * [ZmqSocket.recvMessage]. Suspends if there is none or others wait to receive.
     *
     * If the coroutine is cancelled while it waits, it has received nothing.
     *
     * @throws ZmqClosedException if the socket is closed, before or meanwhile
     * @throws dev.celadon.zeromq.ZmqStateException if it is not this socket's turn to receive, or
     *   it never receives
     */
    public suspend fun receive(): ZmqMessage = socket.tryRecvMessage() ?: receiveLater()

    private suspend fun receiveLater(): ZmqMessage =
        suspendUntilGranted(
            register = { wait -> socket.receiveAsync(wait.waiter) },
            withdraw = { waiter -> socket.abandon(waiter) },
            handedOver = ::messageOf,
            giveBack = ::putBack,
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
     * Receives a message if there is one at once, else gives null. Does not suspend.
     *
     * @throws ZmqClosedException if the socket is closed
     */
    public fun tryReceive(): ZmqMessage? = socket.tryRecvMessage()

    /**
     * The messages of the socket, as they come, until it is closed.
     *
     * Every message goes to one collector; several collectors share the socket, longest waiter
     * first. The next message is taken when the collector is done with the one before. A collector
     * that is cancelled, or has had enough, leaves the rest in the socket. Now and then the others
     * of the hub get a turn in between, however many messages there are.
     */
    public fun messages(): Flow<ZmqMessage> = MessageFlow(this)

    override fun toString(): String = "$socket.suspending()"

    private fun messageOf(waiter: Waiter): ZmqMessage = waiter.value() as ZmqMessage

    private fun putBack(message: ZmqMessage) {
        try {
            socket.putBack(message)
        } catch (_: HubClosedException) {
            // The socket has ended with its hub, and the message with the socket.
        }
    }
}

/** See [SuspendingZmqSocket.messages]. */
private class MessageFlow(private val messages: SuspendingZmqSocket) : Flow<ZmqMessage> {

    /* Not made by flow { }, for the reason that QueueFlow tells. */
    override suspend fun collect(collector: FlowCollector<ZmqMessage>) {
        var taken = 0
        while (true) {
            if (++taken % MESSAGES_PER_TURN == 0) {
                yield()
            } else {
                currentCoroutineContext().ensureActive()
            }
            val message =
                try {
                    messages.receive()
                } catch (_: ZmqClosedException) {
                    return
                }
            collector.emit(message)
        }
    }

    private companion object {
        const val MESSAGES_PER_TURN = 100
    }
}

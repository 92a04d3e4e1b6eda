package dev.celadon.kotlin.zeromq

import dev.celadon.kotlin.await
import dev.celadon.zeromq.PendingReply
import dev.celadon.zeromq.RequestMultiplexer
import dev.celadon.zeromq.ZmqMessage
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** This multiplexer as coroutines see it. Cheap; make one whenever you need it. */
public fun RequestMultiplexer.suspending(): SuspendingRequests = SuspendingRequests(this)

/**
 * The suspending view of a [RequestMultiplexer].
 *
 * If a coroutine is cancelled while it waits for a reply, its request is given up: it is not sent
 * again, and a reply that comes is dropped.
 *
 * Confined to the hub of the multiplexer: for coroutines on that hub's dispatcher; a call from
 * elsewhere throws [WrongThreadException].
 *
 * @property multiplexer the multiplexer behind this view
 */
public class SuspendingRequests internal constructor(public val multiplexer: RequestMultiplexer) {

    /**
     * Sends a request and waits for the reply: the suspending twin of [RequestMultiplexer.request].
     * Suspends.
     *
     * @param timeout how long it may take, over all attempts
     * @throws dev.celadon.zeromq.ZmqTimeoutException if there was none in time, or after the last
     *   attempt
     * @throws dev.celadon.zeromq.ZmqClosedException if the multiplexer is closed, before or
     *   meanwhile
     * @throws java.util.concurrent.RejectedExecutionException if too many are pending already
     */
    public suspend fun request(
        request: ZmqMessage,
        timeout: Duration = Duration.INFINITE,
    ): ZmqMessage {
        val reply = multiplexer.submit(request, timeout.toJavaDuration())
        try {
            return reply.await()
        } finally {
            if (!reply.isReady) {
                giveUp(reply)
            }
        }
    }

    /** Sends a text and waits for the first frame of the reply. See the other [request]. */
    public suspend fun request(text: String, timeout: Duration = Duration.INFINITE): String =
        request(ZmqMessage.of(text), timeout).text(0)

    private fun giveUp(reply: PendingReply) {
        try {
            reply.cancel()
        } catch (_: WrongThreadException) {
            // The hub has ended, and all requests with it.
        }
    }

    override fun toString(): String = "$multiplexer.suspending()"
}

/**
 * Waits for the reply: the suspending twin of [PendingReply.result]. Suspends unless it is there.
 *
 * Cancelling the coroutine ends the wait; the request goes on.
 *
 * @throws dev.celadon.zeromq.ZmqTimeoutException if there was none after the last attempt
 * @throws dev.celadon.zeromq.ZmqClosedException if the multiplexer was closed first
 */
public suspend fun PendingReply.await(): ZmqMessage = asyncResult().await()

package dev.celadon.kotlin

import dev.celadon.hub.InterruptedWaitException
import dev.celadon.hub.Strand
import dev.celadon.sync.Event
import java.util.concurrent.TimeoutException
import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.ChannelResult
import kotlinx.coroutines.channels.ClosedReceiveChannelException
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.channels.SendChannel
import kotlinx.coroutines.channels.onClosed

/**
 * Takes the next element of a kotlinx channel in a greenlet, waiting for one if need be. Switches
 * if there is none.
 *
 * The greenlet stands in one line with the coroutines that receive. A kill or a timeout that
 * reaches it while it waits has taken nothing; one that comes after the element was handed over
 * arrives at the greenlet's next switch point.
 *
 * For greenlets, and for threads that drive a hub of their own.
 *
 * @param timeout time to wait at most; zero or negative only looks
 * @return the element; what the channel was closed with is thrown unchanged
 * @throws TimeoutException if time was over first
 * @throws ClosedReceiveChannelException if the channel was closed without a cause
 * @throws dev.celadon.hub.BlockingSwitchOut at once in a coroutine or another callback of the hub
 * @throws IllegalStateException at once on a thread without a hub
 */
public fun <T> ReceiveChannel<T>.receiveInGreenlet(timeout: Duration = Duration.INFINITE): T {
    val result =
        receiveCatchingInGreenlet(timeout)
            ?: throw TimeoutException("no element of $this within $timeout")
    return result.elementOrThrow()
}

/**
 * Takes the next element of a kotlinx channel in a greenlet, waiting for one if need be, and tells
 * the end by its result. Switches if there is none. See [receiveInGreenlet].
 *
 * @return a success, or closed, with the cause if there is one
 * @throws dev.celadon.hub.BlockingSwitchOut at once in a coroutine or another callback of the hub
 * @throws IllegalStateException at once on a thread without a hub
 */
public fun <T> ReceiveChannel<T>.receiveCatchingInGreenlet(): ChannelResult<T> =
    checkNotNull(receiveCatchingInGreenlet(Duration.INFINITE)) // it has no end of its own

private fun <T> ReceiveChannel<T>.receiveCatchingInGreenlet(timeout: Duration): ChannelResult<T>? {
    hubOfCaller("receiveInGreenlet", "use receive()")
    val now = tryReceive()
    return if (now.isSuccess || now.isClosed) now
    else waitInGreenlet(timeout) { receiveCatching() }?.getOrThrow()
}

internal fun <T> ChannelResult<T>.elementOrThrow(): T {
    onClosed { throw it ?: ClosedReceiveChannelException("the channel was closed") }
    return getOrThrow()
}

/**
 * Sends an element to a kotlinx channel from a greenlet, waiting for its place if need be. Switches
 * if there is none.
 *
 * The greenlet stands in one line with the coroutines that send. A kill or a timeout that reaches
 * it while it waits has sent nothing; one that comes after the element was taken arrives at the
 * greenlet's next switch point.
 *
 * For greenlets, and for threads that drive a hub of their own.
 *
 * @param timeout time to wait at most; zero or negative only looks
 * @throws TimeoutException if time was over first; nothing was sent
 * @throws kotlinx.coroutines.channels.ClosedSendChannelException if the channel was closed without
 *   a cause; with one, that is thrown
 * @throws dev.celadon.hub.BlockingSwitchOut at once in a coroutine or another callback of the hub
 * @throws IllegalStateException at once on a thread without a hub
 */
public fun <T> SendChannel<T>.sendInGreenlet(element: T, timeout: Duration = Duration.INFINITE) {
    hubOfCaller("sendInGreenlet", "use send()")
    if (!trySend(element).isSuccess) {
        val sent =
            waitInGreenlet(timeout) { send(element) }
                ?: throw TimeoutException("no place in $this within $timeout")
        sent.getOrThrow()
    }
}

/**
 * Waits in a greenlet for one suspending call of a kotlinx channel.
 *
 * @return how it ended; null if time was over first, and then it has done nothing
 */
private fun <T> waitInGreenlet(timeout: Duration, call: suspend () -> T): Result<T>? {
    val handedOver = HandedOver<T>()
    val now =
        try {
            call.startCoroutineUninterceptedOrReturn(handedOver)
        } catch (failure: Throwable) {
            return Result.failure(failure)
        }
    if (now !== COROUTINE_SUSPENDED) {
        @Suppress("UNCHECKED_CAST") // what a call returns that did not suspend
        return Result.success(now as T)
    }
    return handedOver.waitFor(timeout)
}

/**
 * The end of a suspending call that a greenlet waits for. The call has no dispatcher, so whoever
 * hands something over ends it on the spot: there is no moment in which the thing is handed over
 * but could be lost by a cancellation.
 *
 * Safe for use from any thread.
 */
private class HandedOver<T> : Continuation<T> {

    override val context = Job()

    private val over = Event()
    @Volatile private var outcome: Result<T>? = null

    override fun resumeWith(result: Result<T>) {
        outcome = result
        over.set()
    }

    fun waitFor(timeout: Duration): Result<T>? {
        var thrown: Throwable? = null
        try {
            if (over.waitUntilSet(timeout.toJavaDuration())) {
                return outcome
            }
        } catch (early: Throwable) {
            thrown = early
        }
        context.cancel(null)
        waitToTheEnd() // another thread may be about to hand something over
        val result = outcome
        if (result != null && result.isSuccess) {
            thrown?.let(::throwLater)
            return result
        }
        throw thrown ?: return null
    }

    private fun waitToTheEnd() {
        val strand = Strand.current()
        var interrupted = false
        strand.shield()
        while (!over.isSet) {
            try {
                over.waitUntilSet()
            } catch (_: InterruptedWaitException) {
                interrupted = Thread.interrupted() || interrupted
            }
        }
        strand.unshield()
        if (interrupted) {
            Thread.currentThread().interrupt()
        }
    }

    private fun throwLater(thrown: Throwable) {
        if (thrown !is InterruptedWaitException) { // else the status stays set, for the next wait
            val strand = Strand.current()
            strand.throwIn(thrown, strand.shieldDepth())
        }
    }
}

@file:JvmMultifileClass
@file:JvmName("Coroutines")

package dev.celadon.kotlin

import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.GreenletExit
import java.util.function.Consumer
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext

/**
 * Waits for the end of this greenlet and gives its result: the suspending twin of
 * [Greenlet.result]. Suspends unless it has ended.
 *
 * If the calling coroutine is cancelled while it waits, this greenlet is killed, and the wait ends
 * at once with a `CancellationException`, without waiting for the greenlet's end. To leave the
 * greenlet alone, wait with `asDeferred().await()`; to wait for its end as well, start it with
 * [runInGreenlet].
 *
 * A failure is thrown unchanged: the very exception that the greenlet ended with. It counts as
 * taken, as with [Greenlet.result]. Among its suppressed exceptions is one that shows where the
 * coroutine waited.
 *
 * Can be called on any dispatcher; the coroutine goes on where it was.
 *
 * @throws GreenletKilledException if somebody else killed this greenlet, or if it ended with a
 *   `CancellationException`
 */
public suspend fun <T> Greenlet<T>.await(): T {
    awaitEnd(killOnCancel = true)
    try {
        return resultForCoroutine()
    } catch (failure: Throwable) {
        throw Crossing.intoCoroutine(failure)
    }
}

/**
 * Waits for the end of this greenlet, whatever it is, and never throws its failure: the suspending
 * twin of [Greenlet.join]. Suspends unless it has ended.
 *
 * Cancelling the calling coroutine ends the wait and leaves the greenlet alone. Can be called on
 * any dispatcher.
 */
public suspend fun Greenlet<*>.awaitEnd() {
    awaitEnd(killOnCancel = false)
}

/**
 * Gives this greenlet the face of a [Deferred].
 *
 * It completes when the greenlet has ended, with its value or failure; the failure counts as taken,
 * as with any `Deferred`. Cancelling the `Deferred` kills the greenlet, and it is complete when the
 * greenlet has ended. Cancelling a coroutine in `asDeferred().await()` leaves the greenlet alone. A
 * greenlet that somebody else killed completes it with [GreenletKilledException].
 *
 * Does not suspend; safe for use from any thread.
 */
@OptIn(DelicateCoroutinesApi::class) // the greenlet bounds the life of the coroutine
public fun <T> Greenlet<T>.asDeferred(): Deferred<T> =
    GlobalScope.async(
        Dispatchers.Unconfined + CoroutineName(name()),
        CoroutineStart.UNDISPATCHED,
    ) {
        endWithCoroutine()
        resultForCoroutine()
    }

/**
 * Gives this greenlet the face of a [Job]; see [asDeferred].
 *
 * The job of a greenlet that failed, or that somebody else killed, counts as cancelled, and the
 * failure reaches nobody but its completion handlers.
 *
 * Does not suspend; safe for use from any thread.
 */
public fun Greenlet<*>.asJob(): Job = asDeferred()

/**
 * Waits for the end; after a cancellation, kills this greenlet and waits for its end all the same.
 * The caller takes the failure in every case.
 *
 * @param start starts the greenlet as well, when the caller is in line for its failure: on another
 *   thread it may have failed before this function gets any further
 */
internal suspend fun Greenlet<*>.endWithCoroutine(start: Boolean = false) {
    try {
        awaitEnd(killOnCancel = true, stayLinked = true, start)
    } catch (cancelled: CancellationException) {
        withContext(NonCancellable) { awaitEnd(killOnCancel = false) }
        throw cancelled
    }
}

private suspend fun Greenlet<*>.awaitEnd(
    killOnCancel: Boolean,
    stayLinked: Boolean = false,
    start: Boolean = false,
) {
    if (isReady) {
        return
    }
    suspendCancellableCoroutine { continuation ->
        val link = EndOfWait(continuation)
        rawLink(link)
        if (start) {
            start() // not before somebody is there to take its failure
        }
        continuation.invokeOnCancellation {
            if (!stayLinked) {
                unlink(link)
            }
            if (killOnCancel) {
                // Not kill(): the greenlet itself may be the one that cancels, and must not end in
                // here.
                throwIn(GreenletExit("the coroutine that waited for it was cancelled"))
            }
        }
    }
}

/**
 * Resumes a coroutine at the end of a greenlet. Called in the lane of the greenlet's hub, in the
 * turn that is the coroutine's: so a coroutine of that lane goes on at once.
 */
private class EndOfWait(private val continuation: CancellableContinuation<Unit>) :
    Consumer<Greenlet<*>> {

    @OptIn(ExperimentalCoroutinesApi::class)
    override fun accept(greenlet: Greenlet<*>) {
        val dispatcher = continuation.context[ContinuationInterceptor]
        if (dispatcher is HubDispatcher && dispatcher.hub === greenlet.hub()) {
            with(continuation) { dispatcher.resumeUndispatched(Unit) }
        } else {
            continuation.resume(Unit)
        }
    }
}

/** The result of a greenlet that has ended. */
private fun <T> Greenlet<T>.resultForCoroutine(): T =
    try {
        result()
    } catch (cancelled: CancellationException) {
        throw GreenletKilledException(this, if (isCancelled) cancelled.cause else cancelled)
    }

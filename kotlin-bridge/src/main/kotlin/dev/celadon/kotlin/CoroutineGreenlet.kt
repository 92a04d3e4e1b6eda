package dev.celadon.kotlin

import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.GreenletExit
import dev.celadon.hub.Hub
import java.util.concurrent.TimeoutException
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.async

/**
 * Starts a coroutine on [hub] that other greenlets see as a greenlet: they can join, kill and link
 * it, and take its result. Does not suspend.
 *
 * The coroutine is a child of this scope, like one of `async`: its failure cancels the scope's job
 * (unless that is a supervisor), and is the greenlet's failure too. Killing the greenlet cancels
 * the coroutine and nobody else; cancelling the scope ends the greenlet as if it had been killed.
 * See [asGreenlet].
 *
 * Can be called from any thread.
 *
 * @param hub where the coroutine runs and the greenlet lives
 * @param context more context elements; a `CoroutineName` also names the greenlet
 * @throws dev.celadon.hub.HubClosedException after the hub's end
 */
public fun <T> CoroutineScope.greenlet(
    hub: Hub,
    context: CoroutineContext = EmptyCoroutineContext,
    block: suspend CoroutineScope.() -> T,
): Greenlet<T> {
    val dispatched = hub.asCoroutineDispatcher() + context
    val greenlet = async(dispatched, block = block).asGreenlet(hub)
    (coroutineContext + dispatched)[CoroutineName]?.let { greenlet.named(it.name) }
    return greenlet
}

/**
 * Gives a coroutine the face of a greenlet of [hub], which has ended when the coroutine has, with
 * its value or its failure, unchanged. Starts a lazy coroutine. Does not suspend.
 *
 * Killing the greenlet cancels the coroutine; the greenlet ends when the coroutine has ended, but
 * before its first turn it ends at once. A coroutine that was cancelled ends the greenlet as if it
 * had been killed.
 *
 * Can be called from any thread.
 *
 * @throws dev.celadon.hub.HubClosedException after the hub's end
 */
@OptIn(ExperimentalCoroutinesApi::class)
public fun <T> Deferred<T>.asGreenlet(hub: Hub): Greenlet<T> {
    val coroutine = this
    return asGreenlet(hub) { coroutine.getCompleted() }
}

/** Gives a job the face of a greenlet of [hub]; see the one of [Deferred]. */
public fun Job.asGreenlet(hub: Hub): Greenlet<Unit> = asGreenlet(hub) {}

private fun <T> Job.asGreenlet(hub: Hub, result: () -> T): Greenlet<T> {
    val job = this
    val greenlet =
        Greenlet<T>(hub) {
            job.endWithGreenlet()
            when (val failure = job.failure()) {
                null -> result()
                is CancellationException -> throw GreenletExit("its coroutine was cancelled")
                else -> throw failure
            }
        }
    greenlet.start()
    // A greenlet that is killed before its first turn never runs, so it cannot cancel anything
    // itself.
    greenlet.linkValue { job.cancel() }
    job.start()
    return greenlet
}

/**
 * Waits for this coroutine in a greenlet and gives its result. Switches unless it is over. Starts a
 * lazy coroutine.
 *
 * A kill or a timeout of the greenlet ends the wait and leaves the coroutine alone.
 *
 * For greenlets, and for threads that drive a hub of their own.
 *
 * @param timeout time to wait at most; zero or negative only looks
 * @return the result; a failure of the coroutine is thrown unchanged
 * @throws TimeoutException if time was over first; the coroutine goes on
 * @throws CancellationException if the coroutine was cancelled
 * @throws dev.celadon.hub.BlockingSwitchOut at once in a coroutine or another callback of the hub
 * @throws IllegalStateException at once on a thread without a hub
 */
@OptIn(ExperimentalCoroutinesApi::class)
public fun <T> Deferred<T>.awaitInGreenlet(timeout: Duration = Duration.INFINITE): T {
    hubOfCaller("awaitInGreenlet", "use await()")
    if (!waitInGreenlet(timeout)) {
        throw TimeoutException("$this is not over within $timeout")
    }
    throw failure() ?: return getCompleted()
}

/**
 * Waits for the end of this job in a greenlet, whatever it is; never throws the job's failure.
 * Switches unless it is over. Starts a lazy coroutine.
 *
 * A kill or a timeout of the greenlet ends the wait and leaves the job alone.
 *
 * For greenlets, and for threads that drive a hub of their own.
 *
 * @param timeout time to wait at most; zero or negative only looks
 * @return true if the job is over, false if time was over first
 * @throws dev.celadon.hub.BlockingSwitchOut at once in a coroutine or another callback of the hub
 * @throws IllegalStateException at once on a thread without a hub
 */
public fun Job.joinInGreenlet(timeout: Duration = Duration.INFINITE): Boolean {
    hubOfCaller("joinInGreenlet", "use join()")
    return waitInGreenlet(timeout)
}

private fun Job.waitInGreenlet(timeout: Duration): Boolean {
    start()
    if (!isCompleted) {
        park(timeout.inWholeNanoseconds)?.let { throw it }
    }
    return isCompleted
}

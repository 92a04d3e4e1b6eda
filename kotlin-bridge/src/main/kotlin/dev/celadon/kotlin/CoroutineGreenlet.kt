@file:JvmMultifileClass
@file:JvmName("Coroutines")

package dev.celadon.kotlin

import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.GreenletExit
import dev.celadon.hub.Hub
import dev.celadon.hub.HubClosedException
import java.util.concurrent.TimeoutException
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
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
 * @param start when the coroutine starts; with `LAZY` the greenlet is not started either, and
 *   [Greenlet.start] starts both; with `UNDISPATCHED` the caller runs it up to its first suspension
 * @throws dev.celadon.hub.HubClosedException after the hub's end
 */
@JvmOverloads
public fun <T> CoroutineScope.greenlet(
    hub: Hub,
    context: CoroutineContext = EmptyCoroutineContext,
    start: CoroutineStart = CoroutineStart.DEFAULT,
    block: suspend CoroutineScope.() -> T,
): Greenlet<T> {
    val coroutine = async(hub.asCoroutineDispatcher() + context, start, block)
    return if (start == CoroutineStart.LAZY) coroutine.asLazyGreenlet(hub)
    else coroutine.asGreenlet(hub)
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
public fun <T> Deferred<T>.asGreenlet(hub: Hub): Greenlet<T> = startedFace(hub, valueOf(this))

/** Gives a job the face of a greenlet of [hub]; see the one of [Deferred]. */
public fun Job.asGreenlet(hub: Hub): Greenlet<Unit> = startedFace(hub) {}

@OptIn(ExperimentalCoroutinesApi::class)
private fun <T> valueOf(coroutine: Deferred<T>): () -> T = { coroutine.getCompleted() }

private fun <T> Job.startedFace(hub: Hub, result: () -> T): Greenlet<T> {
    val greenlet = face(hub, result)
    greenlet.start()
    start()
    return greenlet
}

/**
 * The greenlet's start starts the coroutine; a coroutine that ends without it ends the greenlet.
 */
private fun <T> Deferred<T>.asLazyGreenlet(hub: Hub): Greenlet<T> {
    val greenlet = face(hub, valueOf(this))
    invokeOnCompletion {
        try {
            greenlet.start()
        } catch (_: HubClosedException) {
            // Nobody can start it any more.
        }
    }
    return greenlet
}

/** A greenlet, not started yet, that runs as long as this job and ends like it. */
private fun <T> Job.face(hub: Hub, result: () -> T): Greenlet<T> {
    val job = this
    val greenlet =
        Greenlet<T>(hub) {
            job.start()
            job.endWithGreenlet()
            when (val failure = job.failure()) {
                null -> result()
                is CancellationException -> throw GreenletExit("its coroutine was cancelled")
                else -> throw failure
            }
        }
    contextOrEmpty()[CoroutineName]?.let { greenlet.named(it.name) }
    // A greenlet that is killed before its first turn never runs, so it cannot cancel anything
    // itself.
    greenlet.linkValue { job.cancel(null) }
    return greenlet
}

/**
 * Waits for this coroutine in a greenlet and gives its result. Switches unless it is over. Starts a
 * lazy coroutine.
 *
 * A kill or a timeout of the greenlet ends the wait and leaves the coroutine alone. A failure of
 * the coroutine is thrown unchanged.
 *
 * For greenlets, and for threads that drive a hub of their own.
 *
 * @throws CancellationException if the coroutine was cancelled
 * @throws dev.celadon.hub.BlockingSwitchOut at once in a coroutine or another callback of the hub
 * @throws IllegalStateException at once on a thread without a hub
 */
public fun <T> Deferred<T>.awaitInGreenlet(): T = awaitFor(Duration.INFINITE)

/**
 * As [awaitInGreenlet], for a limited time.
 *
 * @param timeout time to wait at most; zero or negative only looks
 * @throws TimeoutException if time was over first; the coroutine goes on
 */
public fun <T> Deferred<T>.awaitInGreenlet(timeout: Duration): T = awaitFor(timeout)

/**
 * As [awaitInGreenlet], for a limited time.
 *
 * @param timeout time to wait at most; zero or negative only looks
 * @throws TimeoutException if time was over first; the coroutine goes on
 */
public fun <T> Deferred<T>.awaitInGreenlet(timeout: java.time.Duration): T =
    awaitFor(timeout.toKotlinDuration())

@OptIn(ExperimentalCoroutinesApi::class)
private fun <T> Deferred<T>.awaitFor(timeout: Duration): T {
    hubOfCaller("awaitInGreenlet", "use await()")
    if (!endsInTime(timeout)) {
        throw TimeoutException("$this is not over within $timeout")
    }
    throw Crossing.intoGreenlet(failure() ?: return getCompleted())
}

/**
 * Waits for the end of this job in a greenlet, whatever it is; never throws the job's failure.
 * Switches unless it is over. Starts a lazy coroutine.
 *
 * A kill or a timeout of the greenlet ends the wait and leaves the job alone.
 *
 * For greenlets, and for threads that drive a hub of their own.
 *
 * @throws dev.celadon.hub.BlockingSwitchOut at once in a coroutine or another callback of the hub
 * @throws IllegalStateException at once on a thread without a hub
 */
public fun Job.joinInGreenlet() {
    joinFor(Duration.INFINITE)
}

/**
 * As [joinInGreenlet], for a limited time.
 *
 * @param timeout time to wait at most; zero or negative only looks
 * @return true if the job is over, false if time was over first
 */
public fun Job.joinInGreenlet(timeout: Duration): Boolean = joinFor(timeout)

/**
 * As [joinInGreenlet], for a limited time.
 *
 * @param timeout time to wait at most; zero or negative only looks
 * @return true if the job is over, false if time was over first
 */
public fun Job.joinInGreenlet(timeout: java.time.Duration): Boolean =
    joinFor(timeout.toKotlinDuration())

private fun Job.joinFor(timeout: Duration): Boolean {
    hubOfCaller("joinInGreenlet", "use join()")
    return endsInTime(timeout)
}

private fun Job.endsInTime(timeout: Duration): Boolean {
    start()
    if (!isCompleted) {
        park(timeout.inWholeNanoseconds)?.let { throw it }
    }
    return isCompleted
}

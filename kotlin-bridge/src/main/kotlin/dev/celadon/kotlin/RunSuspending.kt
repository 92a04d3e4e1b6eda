@file:JvmMultifileClass
@file:JvmName("Coroutines")

package dev.celadon.kotlin

import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.Awaited
import dev.celadon.hub.BlockingSwitchOut
import dev.celadon.hub.Hub
import dev.celadon.hub.InterruptedWaitException
import dev.celadon.hub.Strand
import dev.celadon.hub.Waiter
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async

/**
 * Runs suspending code from a greenlet and gives its result. The greenlet waits; its hub, and
 * everything else on it, goes on. Switches.
 *
 * The coroutine runs on the dispatcher of this greenlet's hub, and has the greenlet's name, unless
 * [context] names others. Inside [runInGreenlet] it is a child of the coroutine that called that,
 * and has its context elements.
 *
 * A kill or a timeout that reaches the greenlet cancels the coroutine; when the coroutine and its
 * children have ended, clean-up included, the greenlet goes on with what was thrown into it,
 * unchanged. A failure of the coroutine or of one of its children is thrown here, unchanged, and
 * harms nobody else; among its suppressed exceptions is one that shows where the greenlet waited.
 *
 * For greenlets, and for threads that drive a hub of their own. `runBlocking` in a greenlet is a
 * poor second: it sleeps on timers of its own, in real time always, a kill reaches it as an
 * interrupt, and in portable mode it holds up the whole hub (and throws `BlockingSwitchOut` where
 * it would wait for a coroutine of that hub).
 *
 * @throws dev.celadon.hub.BlockingSwitchOut at once in a coroutine or another callback of the hub
 * @throws IllegalStateException at once on a thread without a hub
 * @throws CancellationException if the coroutine was cancelled, by itself or by the coroutine that
 *   it is a child of
 */
@JvmOverloads
@OptIn(ExperimentalCoroutinesApi::class)
public fun <T> runSuspending(
    context: CoroutineContext = EmptyCoroutineContext,
    block: suspend CoroutineScope.() -> T,
): T {
    val hub = hubOfCaller("runSuspending", "call the suspend function as it is")
    val wholeContext = nameOfCaller() + Frame.current() + hub.asCoroutineDispatcher() + context
    // Between the coroutine and its parent, because the failure is for the greenlet alone.
    val shield = SupervisorJob(wholeContext[Job])
    try {
        val coroutine = CoroutineScope(wholeContext + shield).async(block = block)
        coroutine.endWithGreenlet()
        throw Crossing.intoGreenlet(coroutine.failure() ?: return coroutine.getCompleted())
    } finally {
        shield.complete()
    }
}

/** A coroutine that works for a greenlet has its name. */
private fun nameOfCaller(): CoroutineContext =
    (Strand.current() as? Greenlet<*>)?.let { CoroutineName(it.name()) } ?: EmptyCoroutineContext

/** The hub of the greenlet or thread that is about to wait. */
internal fun hubOfCaller(call: String, instead: String): Hub {
    val strand = Strand.current()
    val hub =
        strand.hubOrNull()
            ?: throw IllegalStateException(
                "$call needs a greenlet, but $strand has no hub: spawn a greenlet, or use " +
                    "runBlocking on a plain thread"
            )
    if (hub.inLane()) {
        throw BlockingSwitchOut("$call would block the coroutines of $hub: $instead")
    }
    return hub
}

/**
 * Waits until this job is over. What is thrown into the waiting greenlet cancels the job, and is
 * thrown on when the job is over.
 */
internal fun Job.endWithGreenlet() {
    val thrown = park() ?: return
    cancel(CancellationException("the greenlet that waited for it was ended: $thrown", thrown))
    parkToTheEnd()
    throw thrown
}

/** Waits on, whatever comes; what came arrives afterwards. */
private fun Job.parkToTheEnd() {
    var interrupted = Thread.interrupted()
    var late: Throwable? = null
    var thrown = park()
    while (thrown != null) {
        if (thrown is InterruptedWaitException) {
            interrupted = Thread.interrupted()
        } else {
            late = late ?: thrown
        }
        thrown = park()
    }
    if (interrupted) {
        Thread.currentThread().interrupt()
    }
    if (late != null) {
        Strand.current().throwIn(late)
    }
}

/** Waits until this job is over; gives what was thrown into the waiting greenlet instead. */
internal fun Job.park(nanos: Long = Long.MAX_VALUE): Throwable? {
    val waiter = Waiter.current()
    waiter.carry(EndOfJob(this))
    val handle = invokeOnCompletion {
        if (waiter.grant(null)) {
            waiter.wake()
        }
    }
    return try {
        waiter.await(nanos)
        null
    } catch (thrown: Throwable) {
        thrown
    } finally {
        handle.dispose()
    }
}

/** What a greenlet that waits for a coroutine waits for, in reports. */
private class EndOfJob(private val job: Job) : Awaited {
    override fun toString(): String = job.contextOrEmpty().plus(job).describeCoroutine()
}

/** The context of the coroutine that has this job, if it is the job of a coroutine. */
internal fun Job.contextOrEmpty(): CoroutineContext =
    (this as? CoroutineScope)?.coroutineContext ?: EmptyCoroutineContext

/** How a job that is over failed, or null. The failure itself, without kotlinx's copy of it. */
internal fun Job.failure(): Throwable? {
    var failure: Throwable? = null
    invokeOnCompletion { failure = it } // at once
    return failure
}

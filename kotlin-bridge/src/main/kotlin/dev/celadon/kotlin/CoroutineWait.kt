package dev.celadon.kotlin

import dev.celadon.hub.GreenletExit
import dev.celadon.hub.Waiter
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * The wait of a coroutine in one of the core's queues, where it stands in one line with greenlets
 * and threads.
 *
 * What is handed over while the coroutine is being cancelled is given back: nothing is lost between
 * the grant and the coroutine's next slice.
 *
 * Safe for use from any thread.
 */
internal class CoroutineWait<T>(
    private val continuation: CancellableContinuation<T>,
    private val handedOver: (Waiter) -> T,
    private val giveBack: (T, Waiter) -> Unit,
) : Runnable {
    /*
     *   cancelled before the grant         the waiter leaves its queue and has got nothing
     *   granted, then cancelled, then      resume() finds a cancelled continuation: giveBack
     *   woken
     *   granted and woken, cancelled       the slice finds a cancelled job: giveBack
     *   before its slice
     *   failed                             the coroutine throws the failure; a kill cancels it
     */
    val waiter: Waiter = Waiter(this)

    /** The granter's call, on its thread: the wait was granted, or failed. */
    override fun run() {
        if (waiter.isFailed) {
            fail(waiter.value() as Throwable)
        } else {
            resume(handedOver(waiter))
        }
    }

    @Suppress("DEPRECATION") // the one that replaces it is not in kotlinx-coroutines 1.8
    fun resume(value: T) {
        continuation.resume(value) { _ -> giveBack(value, waiter) }
    }

    private fun fail(failure: Throwable) {
        if (failure is GreenletExit) {
            continuation.cancel(CancellationException(failure.message, failure))
        } else {
            continuation.resumeWithException(failure)
        }
    }

    override fun toString(): String = continuation.context.describeCoroutine()
}

/**
 * Suspends until granted.
 *
 * @param register puts the wait into its queue, or resumes it at once
 * @param withdraw ends the wait and takes it out of its queue, if it was not granted
 * @param handedOver reads what was granted
 * @param giveBack takes back what was granted to this waiter but never reached the coroutine
 */
internal suspend inline fun <T> suspendUntilGranted(
    crossinline register: (CoroutineWait<T>) -> Unit,
    crossinline withdraw: (Waiter) -> Unit,
    noinline handedOver: (Waiter) -> T,
    noinline giveBack: (T, Waiter) -> Unit,
): T = suspendCancellableCoroutine { continuation ->
    val wait = CoroutineWait(continuation, handedOver, giveBack)
    register(wait)
    continuation.invokeOnCancellation { withdraw(wait.waiter) }
}

/** For grants that hand over no value. */
internal suspend inline fun suspendUntilGranted(
    crossinline register: (Waiter) -> Boolean,
    crossinline unregister: (Waiter) -> Unit,
    noinline giveBack: (Unit, Waiter) -> Unit = { _, _ -> },
) {
    suspendUntilGranted(
        register = { wait ->
            if (!register(wait.waiter)) {
                wait.resume(Unit)
            }
        },
        withdraw = { waiter -> waiter.withdraw(unregister) },
        handedOver = {},
        giveBack = giveBack,
    )
}

internal inline fun Waiter.withdraw(unregister: (Waiter) -> Unit) {
    if (cancel()) {
        unregister(this)
    }
}

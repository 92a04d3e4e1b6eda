@file:JvmMultifileClass
@file:JvmName("Coroutines")

package dev.celadon.kotlin

import dev.celadon.sync.BoundedSemaphore
import dev.celadon.sync.Semaphore
import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract

/**
 * Takes a permit, waiting for one if need be: the suspending twin of [Semaphore.acquire]. Suspends
 * unless one is free.
 *
 * Fair: the coroutine stands in one line with waiting greenlets and threads, and a released permit
 * goes to the longest waiter at that moment. If the coroutine is cancelled while it waits, it has
 * taken no permit, even if one had been handed to it already; that one goes to the next in line.
 * Can be called on any dispatcher.
 */
public suspend fun Semaphore.acquireSuspending() {
    if (!tryAcquire()) {
        suspendUntilGranted(
            register = this::registerAcquire,
            unregister = this::unregister,
            giveBack = { _, _ -> release() },
        )
    }
}

/**
 * Runs [action] with a permit, which is given back when it ends in any way. Suspends unless a
 * permit is free, and if [action] does; see [acquireSuspending].
 *
 * @return what [action] returned
 */
@OptIn(ExperimentalContracts::class)
public suspend inline fun <R> Semaphore.withPermit(action: () -> R): R {
    contract { callsInPlace(action, InvocationKind.EXACTLY_ONCE) }
    acquireSuspending()
    try {
        return action()
    } finally {
        release()
    }
}

/**
 * Takes a permit, waiting for one if need be: the suspending twin of [BoundedSemaphore.acquire].
 * See the one of [Semaphore].
 */
public suspend fun BoundedSemaphore.acquireSuspending() {
    if (!tryAcquire()) {
        suspendUntilGranted(
            register = this::registerAcquire,
            unregister = this::unregister,
            giveBack = { _, _ -> release() },
        )
    }
}

/**
 * Runs [action] with a permit, which is given back when it ends in any way. Suspends unless a
 * permit is free, and if [action] does; see [acquireSuspending].
 *
 * @return what [action] returned
 */
@OptIn(ExperimentalContracts::class)
public suspend inline fun <R> BoundedSemaphore.withPermit(action: () -> R): R {
    contract { callsInPlace(action, InvocationKind.EXACTLY_ONCE) }
    acquireSuspending()
    try {
        return action()
    } finally {
        release()
    }
}

@file:JvmMultifileClass
@file:JvmName("Coroutines")

package dev.celadon.kotlin

import dev.celadon.sync.AsyncResult

/**
 * Waits for the value: the suspending twin of [AsyncResult.result]. Suspends unless something is
 * set.
 *
 * A failure is thrown unchanged. The coroutine stands in one line with waiting greenlets and
 * threads, longest waiter first. Cancelling it ends the wait and leaves no trace in the result. Can
 * be called on any dispatcher.
 */
public suspend fun <T> AsyncResult<T>.await(): T {
    if (!isReady) {
        suspendUntilGranted(register = this::register, unregister = this::unregister)
    }
    try {
        return result()
    } catch (failure: Throwable) {
        throw Crossing.intoCoroutine(failure)
    }
}

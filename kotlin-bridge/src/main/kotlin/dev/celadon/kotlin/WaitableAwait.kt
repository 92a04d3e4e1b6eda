@file:JvmMultifileClass
@file:JvmName("Coroutines")

package dev.celadon.kotlin

import dev.celadon.hub.Waitable

/**
 * Waits until there is nothing to wait for: until a group is empty, a process or a task of a thread
 * pool has ended, a latch is at zero, a channel is readable. Suspends unless it is so.
 *
 * It takes nothing: what a semaphore or a queue has to give, somebody else may take before the
 * coroutine goes on. The coroutine stands in one line with waiting greenlets and threads.
 * Cancelling it ends the wait and leaves no trace. Can be called on any dispatcher.
 */
public suspend fun Waitable.awaitReady() {
    if (!isReady) {
        suspendUntilGranted(register = this::register, unregister = this::unregister)
    }
}

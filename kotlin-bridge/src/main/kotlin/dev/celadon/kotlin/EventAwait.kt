@file:JvmMultifileClass
@file:JvmName("Coroutines")

package dev.celadon.kotlin

import dev.celadon.sync.Event

/**
 * Waits until the flag is on: the suspending twin of [Event.waitUntilSet]. Suspends unless it is.
 *
 * The coroutine stands in one line with waiting greenlets and threads, longest waiter first, and
 * goes on even if [Event.clear] follows [Event.set] at once. Cancelling it ends the wait and leaves
 * no trace in the event. Can be called on any dispatcher.
 */
public suspend fun Event.await() {
    if (!isSet) {
        suspendUntilGranted(register = this::register, unregister = this::unregister)
    }
}

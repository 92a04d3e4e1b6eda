package dev.celadon.kotlin.test

import java.util.concurrent.Future
import java.util.concurrent.ScheduledThreadPoolExecutor
import java.util.concurrent.TimeUnit

/**
 * Calls after a real time, whatever the clocks of hubs read: on a thread of its own, since a
 * virtual thread that a greenlet starts would be one of its hub.
 *
 * Safe for use from any thread.
 */
internal object RealTime {

    private val calls =
        ScheduledThreadPoolExecutor(1) { task ->
                Thread.ofPlatform().daemon().name("celadon-hub-test").unstarted(task)
            }
            .apply { removeOnCancelPolicy = true }

    fun after(millis: Long, call: Runnable): Future<*> =
        calls.schedule(call, millis, TimeUnit.MILLISECONDS)
}

package dev.celadon.kotlin.test

import dev.celadon.hub.Hub
import dev.celadon.sync.AsyncResult
import kotlin.time.Duration

/**
 * The limit of a test in real time. It ends a wait of the test's first greenlet; whoever holds the
 * hub even then is interrupted.
 *
 * Confined to its hub.
 */
internal class Watchdog(private val hub: Hub) {

    private var waiting: AsyncResult<Any>? = null
    private var overdue = false
    private var thread: Thread? = null

    var limit: Duration = Duration.INFINITE
        private set

    /** Begins anew. */
    fun start(limit: Duration) {
        stop()
        this.limit = limit
        overdue = false
        if (limit.isFinite()) {
            thread = Thread.startVirtualThread { watch(limit.inWholeMilliseconds) }
        }
    }

    fun stop() {
        thread?.interrupt()
        thread = null
    }

    private fun watch(millis: Long) {
        try {
            Thread.sleep(millis)
            val me = Thread.currentThread()
            hub.submit {
                if (thread === me) {
                    overdue = true
                    waiting?.trySet(OVERDUE)
                }
            }
            Thread.sleep(HOG_MILLIS)
            hub.running()?.interrupt()
        } catch (_: InterruptedException) {
            // It was in time.
        }
    }

    /** False if time is over. Switches. */
    fun waitFor(end: AsyncResult<Any>): Boolean {
        waiting = end
        return !overdue && end.result() !== OVERDUE
    }

    private companion object {
        val OVERDUE = Any()
        const val HOG_MILLIS = 1_000L
    }
}

package dev.celadon.kotlin.test

import dev.celadon.hub.Hub
import dev.celadon.sync.AsyncResult
import java.util.concurrent.Future
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
    private var round = 0
    private var alarms = emptyList<Future<*>>()

    var limit: Duration = Duration.INFINITE
        private set

    /** Begins anew. */
    fun start(limit: Duration) {
        stop()
        this.limit = limit
        overdue = false
        if (limit.isFinite()) {
            val mine = round
            val millis = limit.inWholeMilliseconds
            alarms =
                listOf(
                    RealTime.after(millis) { hub.submit { ring(mine) } },
                    RealTime.after(millis + HOG_MILLIS) { hub.running()?.interrupt() },
                )
        }
    }

    private fun ring(which: Int) {
        if (which == round) { // or it was stopped at the last moment
            overdue = true
            waiting?.trySet(OVERDUE)
        }
    }

    fun stop() {
        round++
        alarms.forEach { it.cancel(false) }
        alarms = emptyList()
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

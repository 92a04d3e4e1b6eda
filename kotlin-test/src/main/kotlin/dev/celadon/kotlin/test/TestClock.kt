package dev.celadon.kotlin.test

import dev.celadon.hub.Hub
import dev.celadon.hub.HubClosedException
import dev.celadon.loop.Clock
import dev.celadon.loop.Timer

/**
 * Virtual time of a test: jumps when everybody waits, but never past a [Stop].
 *
 * Read, and asked for a later moment, from any thread; the rest is confined to its hub.
 */
internal class TestClock : Clock {
    /*
     * The loop offers a jump when nothing is ready: that is the moment at which a stop is reached, too. It calls on the bare thread
     * of the hub, where no foreign code may run; so whether work elsewhere forbids the jump is first asked in the lane, and the loop
     * makes one more turn. The answer holds if nothing but the question has run until the loop offers the jump again. While work
     * is counted the loop waits in real time by itself, and what it offers then is due.
     */
    private val stops = ArrayList<Stop>()

    @Volatile private var nanos = 0L
    private var keeper: Timer? = null
    private var asking = false
    private var runsAtConsent = NEVER

    lateinit var hub: Hub

    /** Whether nothing forbids a jump. Asked in the lane. */
    lateinit var mayJump: () -> Boolean

    override fun nanoTime(): Long = nanos

    override fun isSimulated(): Boolean = true

    override fun quietNanos(): Long = QUIET_NANOS

    override fun jumpTo(deadlineNanos: Long): Boolean {
        val loop = hub.loop()
        val consent = loop.references() > 0 || loop.runs() == runsAtConsent
        runsAtConsent = NEVER
        if (!consent) {
            return ask(deadlineNanos)
        }
        val stop = reached(deadlineNanos)
        if (stop != null) {
            reach(stop)
        } else if (keeper?.let { deadlineNanos >= it.deadlineNanos() } == true) {
            letDrain()
        } else {
            moveTo(deadlineNanos)
        }
        return true
    }

    private fun ask(deadlineNanos: Long): Boolean {
        if (asking) {
            return false // the lane is held up: wait for it in real time
        }
        try {
            hub.runCallback {
                asking = false
                if (mayJump()) {
                    runsAtConsent = hub.loop().runs() + 1 // the question is a run, too
                }
            }
            asking = true
        } catch (_: HubClosedException) {
            moveTo(deadlineNanos)
        }
        return true
    }

    /** A moment to advance to: later than now by so much, but not beyond the end of time. */
    fun later(nanos: Long): Long {
        val now = this.nanos
        return if (nanos < END_NANOS - now) now + nanos else maxOf(now, END_NANOS)
    }

    fun moveTo(nanos: Long) {
        this.nanos = maxOf(this.nanos, nanos)
    }

    /** Has [resume] called in the lane when time would go on to [target], or beyond. */
    fun stopBefore(target: Long, resume: Runnable): Stop = Stop(target, false, resume)

    /** Has [resume] called in the lane when only unreferenced timers are left. */
    fun stopWhenIdle(resume: Runnable): Stop = Stop(nanos + Clock.LONGEST_WAIT_NANOS, true, resume)

    private fun reached(deadline: Long): Stop? =
        stops
            .filter { if (it.whenIdle) isIdle() else deadline >= it.target }
            .minByOrNull { it.target }

    private fun isIdle(): Boolean =
        hub.loop().referencedTimers() ==
            stops.count { it.whenIdle } + (if (keeper == null) 0 else 1)

    private fun reach(stop: Stop) {
        stop.cancel()
        hub.runCallback(stop.resume)
    }

    /** Lets time go on although only unreferenced timers are left; until there are none either. */
    fun goOnUnreferenced() {
        if (keeper == null) {
            keeper = hub.loop().schedule(Clock.LONGEST_WAIT_NANOS) { keeper = null }
        }
    }

    private fun letDrain() {
        keeper?.cancel()
        keeper = null
    }

    /** A moment that somebody waits for; its timer makes the loop offer a jump at all. */
    inner class Stop(val target: Long, val whenIdle: Boolean, val resume: Runnable) {

        private val timer = hub.loop().scheduleAt(target) { reach(this) }

        init {
            stops += this
        }

        fun cancel() {
            timer.cancel()
            stops -= this
        }
    }

    private companion object {
        /** From there on, the longest wait can still be told from an earlier one. */
        const val END_NANOS = Clock.LONGEST_WAIT_NANOS

        const val NEVER = -1L
        const val QUIET_NANOS = 20_000_000L
    }
}

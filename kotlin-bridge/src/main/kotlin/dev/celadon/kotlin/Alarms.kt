package dev.celadon.kotlin

import dev.celadon.hub.Hub
import dev.celadon.hub.HubClosedException
import dev.celadon.hub.LaneTimer
import dev.celadon.loop.Timer
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.GlobalScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/**
 * The pending delays and timeouts of the coroutines of one hub.
 *
 * They are remembered for one reason: the timers of a hub die with it, and a coroutine that sleeps
 * on one would never be heard of again. So when the hub begins to close, the sleepers are
 * cancelled; who has no job to cancel, and who falls asleep later, gets a timer of kotlinx.
 *
 * Safe for use from any thread.
 */
internal class Alarms(private val hub: Hub) {

    private val pending = ConcurrentHashMap.newKeySet<Alarm>()

    /**
     * Ties [dispatcher] to the hub: an open hub keeps it alive, a closing one wakes its sleepers.
     */
    fun rescueAtCloseOf(dispatcher: HubDispatcher) {
        try {
            hub.onClose { rescue(dispatcher) }
        } catch (_: HubClosedException) {
            // Nobody will ever sleep on this hub.
        }
    }

    private fun rescue(dispatcher: HubDispatcher) {
        val closing = CancellationException("${dispatcher.hub} closes")
        pending.forEach { it.context.cancel(closing) }
        pending.forEach(Alarm::leaveHub)
    }

    /**
     * Rings after a time: in the lane, or on another thread if the hub does not live long enough.
     */
    fun arm(timeMillis: Long, context: CoroutineContext, ring: Runnable): Alarm {
        val nanos = TimeUnit.MILLISECONDS.toNanos(timeMillis)
        val alarm = Alarm(context, hub.loop().nanoTime() + nanos, ring)
        // Remembered before the look at the hub: whoever closes it then sees the alarm, or we see
        // the close.
        pending.add(alarm)
        // Nobody will be there to hear the longest ones; they only wait for the close.
        if (hub.isClosed || (nanos != Long.MAX_VALUE && !alarm.enterHub(nanos))) {
            alarm.leaveHub()
        }
        return alarm
    }

    inner class Alarm(
        val context: CoroutineContext,
        private val deadlineNanos: Long,
        private val ring: Runnable,
    ) : Runnable, DisposableHandle {

        private val over = AtomicBoolean()

        @Volatile private var inHub: LaneTimer? = null

        /** Confined to the hub. */
        private var unreferenced: Timer? = null
        @Volatile private var elsewhere: Job? = null

        fun enterHub(nanos: Long): Boolean =
            try {
                if (context[Unreferenced] == null) {
                    inHub = hub.runCallbackLater(nanos, this)
                } else {
                    enterHubUnreferenced()
                }
                !hub.isClosed
            } catch (_: HubClosedException) {
                false
            }

        private fun enterHubUnreferenced() {
            onHub {
                if (!over.get() && !hub.isClosed) {
                    val nanos = deadlineNanos - hub.loop().nanoTime()
                    unreferenced = hub.loop().scheduleUnreferenced(nanos, ::comeIntoLane)
                }
            }
        }

        private fun comeIntoLane() {
            try {
                hub.runCallback(this)
            } catch (_: HubClosedException) {
                // It has left the hub.
            }
        }

        private fun onHub(action: () -> Unit) {
            if (hub.inHub()) {
                action()
            } else {
                hub.submit(action) // a closed hub has no timers
            }
        }

        private fun disarm() {
            inHub?.cancel()
            if (context[Unreferenced] != null) {
                onHub { unreferenced?.cancel() }
            }
        }

        fun leaveHub() {
            if (over.get()) {
                return
            }
            val millis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - hub.loop().nanoTime())
            elsewhere = ringElsewhere(maxOf(millis, 0) + 1)
            disarm()
            if (over.get()) {
                elsewhere?.cancel(null) // it was disposed of before it could see this timer
            }
        }

        /** A coroutine without a dispatcher of its own sleeps on the timers of kotlinx. */
        @OptIn(DelicateCoroutinesApi::class) // bounded by its time
        private fun ringElsewhere(timeMillis: Long): Job =
            GlobalScope.launch(Dispatchers.Unconfined) {
                delay(timeMillis)
                run()
            }

        override fun run() {
            if (over.compareAndSet(false, true)) {
                pending.remove(this)
                ring.run()
            }
        }

        override fun dispose() {
            if (over.compareAndSet(false, true)) {
                pending.remove(this)
                disarm()
                elsewhere?.cancel(null)
            }
        }
    }
}

package dev.celadon.kotlin.test

import dev.celadon.hub.Hub
import dev.celadon.hub.HubClosedException
import dev.celadon.kotlin.hubOrNull
import dev.celadon.loop.SystemClock
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.ThreadContextElement

/**
 * The coroutines of a test that are on another dispatcher than its hub's: while they are at work
 * there, time must not jump.
 *
 * A context element that every coroutine of the test inherits. Its two callbacks come on any
 * thread; the rest is confined to the hub.
 */
internal class ForeignWork(private val hub: Hub, private val roots: () -> Sequence<Job>) :
    ThreadContextElement<Boolean> {
    /*
     * A coroutine goes elsewhere in the sight of the hub: it is a job below the test's, on another dispatcher. There it runs in
     * slices, each between two callbacks of this element; its completion, and the message to the hub that comes with it, happen
     * within its last slice. So whoever first looks at the jobs, and then finds no slice running, has seen everything that had not
     * yet sent its message.
     *
     * A job without a running slice has either not been taken up by its thread yet, or is suspended, and nobody can say for how long:
     * it counts until nothing has happened elsewhere for a while. One with children may wait for them, so it counts for nothing.
     *
     * While there is work elsewhere the hub is told so (ref), and waits in real time. The end of a slice, or the end of that while,
     * makes the hub look again.
     */
    private val running = AtomicInteger()

    @Volatile private var lastSeenNanos = 0L
    @Volatile private var held = false

    /** Those of the last look. */
    private var suspended = emptySet<Job>()

    override val key: CoroutineContext.Key<*>
        get() = Key

    override fun updateThreadContext(context: CoroutineContext): Boolean {
        if (hub.inHub()) {
            return false
        }
        running.incrementAndGet()
        return true
    }

    override fun restoreThreadContext(context: CoroutineContext, oldState: Boolean) {
        if (oldState) {
            lastSeenNanos = SystemClock.INSTANCE.nanoTime()
            running.decrementAndGet()
            if (held) {
                lookSoon()
            }
        }
    }

    /** Whether time must stand still. If so, the hub waits until that has changed. In the hub. */
    fun holdsTime(): Boolean = hold { isAtWork() }

    /** Whether anything may come from elsewhere, however late. If so, the hub waits for it. */
    fun mayComeBack(): Boolean = hold { leaves().isNotEmpty() || running.get() > 0 }

    private inline fun hold(reason: () -> Boolean): Boolean {
        if (!held && reason()) {
            held = true
            hub.ref()
            // The last slice may have ended before it could see that somebody waits for it.
            if (running.get() == 0) {
                lookLater()
            }
        }
        return held
    }

    private fun isAtWork(): Boolean {
        val now = SystemClock.INSTANCE.nanoTime()
        val leaves = leaves()
        if (!suspended.containsAll(leaves)) {
            lastSeenNanos = now
        }
        suspended = leaves
        return running.get() > 0 || (leaves.isNotEmpty() && now - lastSeenNanos < PATIENCE_NANOS)
    }

    private fun lookSoon() {
        try {
            hub.runCallback(::lookAgain)
        } catch (_: HubClosedException) {
            // The test is over.
        }
    }

    private fun lookLater() {
        RealTime.after(PATIENCE_NANOS / 1_000_000 + 1, ::lookSoon)
    }

    private fun lookAgain() {
        if (held && !isAtWork()) {
            held = false
            hub.unref()
        } else if (held && running.get() == 0) {
            lookLater()
        }
    }

    private fun leaves(): Set<Job> {
        val leaves = HashSet<Job>()
        roots().forEach { addLeaves(it, leaves) }
        return leaves
    }

    private fun addLeaves(job: Job, leaves: MutableSet<Job>) {
        var isLeaf = true
        for (child in job.children) {
            if (!child.isCompleted) {
                isLeaf = false
                addLeaves(child, leaves)
            }
        }
        if (isLeaf && job.isForeign() && !job.isCompleted && (job.isActive || job.isCancelled)) {
            leaves += job
        }
    }

    private fun Job.isForeign(): Boolean {
        val context = (this as? CoroutineScope)?.coroutineContext ?: return false
        return context.hubOrNull !== hub &&
            context[ContinuationInterceptor] !== Dispatchers.Unconfined
    }

    private companion object Key : CoroutineContext.Key<ForeignWork> {
        const val PATIENCE_NANOS = 100_000_000L
    }
}

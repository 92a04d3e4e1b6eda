package dev.celadon.kotlin

import dev.celadon.hub.BlockingSwitchOut
import dev.celadon.hub.CarrierMode
import dev.celadon.hub.Hub
import dev.celadon.hub.HubClosedException
import java.lang.reflect.Field
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Delay
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel

/**
 * A [HubDispatcher], plain or immediate.
 *
 * [Delay] is internal to kotlinx but has been stable for years, and nothing else gives a dispatcher
 * its own timers. Each of the two instances implements it by itself: a sleeper is resumed inline
 * only by the very dispatcher that stands in its context.
 *
 * Safe for use from any thread.
 */
@OptIn(InternalCoroutinesApi::class, ExperimentalCoroutinesApi::class)
internal class LaneDispatcher
private constructor(
    override val hub: Hub,
    private val alarms: Alarms,
    private val inlineInLane: Boolean,
    private val name: String?,
) : HubDispatcher(), Delay {

    /** The first one of a hub. */
    constructor(hub: Hub) : this(hub, Alarms(hub), false, null) {
        alarms.rescueAtCloseOf(this)
    }

    override val immediate: HubDispatcher =
        if (inlineInLane) this else LaneDispatcher(hub, alarms, true, name)

    override fun limitedParallelism(parallelism: Int, name: String?): HubDispatcher {
        require(parallelism >= 1) {
            "parallelism must be at least 1: $parallelism; a hub does one thing at a time"
        }
        return if (name == null) this else LaneDispatcher(hub, alarms, inlineInLane, name)
    }

    /** In portable mode a wait of another library keeps the turn, in a greenlet too. */
    private val foreignWaitsHoldIt = hub.carrierMode().kind() == CarrierMode.Kind.PORTABLE

    /** The coroutine whose slice is running: the one that yields. Written and read on the hub. */
    var running: CoroutineContext? = null

    override fun isDispatchNeeded(context: CoroutineContext): Boolean =
        !(inlineInLane && hub.inLane() && !isSelfBlocked(context))

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        if (isSelfBlocked(context)) {
            throw BlockingSwitchOut(
                "runBlocking waits for a coroutine of $hub, and holds it up meanwhile: call the " +
                    "suspend function as it is in a coroutine, or use runSuspending in a greenlet"
            )
        }
        val slice = Slice(this, context, block)
        try {
            hub.runCallback(slice)
        } catch (closed: HubClosedException) {
            slice.runElsewhere(closed)
        }
    }

    /**
     * Whether the coroutine can never run because the caller waits for it in `runBlocking`, and is
     * itself what keeps it from running. Only there a dispatch throws; else it would be silence for
     * ever.
     */
    private fun isSelfBlocked(context: CoroutineContext): Boolean {
        if (!hub.inHub() || !(hub.inLane() || foreignWaitsHoldIt) || context === running) {
            return false
        }
        var job = context[Job]
        while (job != null && !job.isRunBlockingOfCaller()) {
            job = job.parent
        }
        return job != null
    }

    override fun scheduleResumeAfterDelay(
        timeMillis: Long,
        continuation: CancellableContinuation<Unit>,
    ) {
        val alarm =
            alarms.arm(timeMillis, continuation.context) {
                if (hub.inLane()) {
                    with(continuation) { resumeUndispatched(Unit) }
                } else {
                    continuation.resume(Unit)
                }
            }
        continuation.invokeOnCancellation { alarm.dispose() }
    }

    override fun invokeOnTimeout(
        timeMillis: Long,
        block: Runnable,
        context: CoroutineContext,
    ): DisposableHandle = alarms.arm(timeMillis, context, block)

    override fun toString(): String =
        "HubDispatcher[${hub.name()}${if (name == null) "" else ", $name"}]" +
            if (inlineInLane) ".immediate" else ""
}

/** One turn of a coroutine, on its way through the ready queue to the lane. */
private class Slice(
    private val dispatcher: LaneDispatcher,
    private val context: CoroutineContext,
    private val block: Runnable,
) : Runnable {

    override fun run() {
        if (dispatcher.hub.inLane()) {
            dispatcher.running = context
            try {
                block.run()
            } finally {
                dispatcher.running = null
            }
        } else {
            runElsewhere(null) // the hub closed while this stood in its queue
        }
    }

    fun runElsewhere(cause: Throwable?) {
        context.cancel(CancellationException("${dispatcher.hub} is closed", cause))
        Dispatchers.IO.dispatch(context, block)
    }
}

/*
 * Whose runBlocking is it? Its job has a class and a field for that, which kotlinx has kept since 2018 but does not promise. Without
 * the field every frame of a runBlocking counts as the one that waits; without the class none does, and there is silence.
 */

private val BLOCKING_COROUTINE: Class<*>? = runCatching {
    Class.forName("kotlinx.coroutines.BlockingCoroutine")
}
    .getOrNull()

private val BLOCKED_THREAD: Field? = runCatching {
    BLOCKING_COROUTINE?.getDeclaredField("blockedThread")?.apply { isAccessible = true }
}
    .getOrNull()

private val STACK = StackWalker.getInstance()

/** Whether this is a `runBlocking` that goes on, and the caller is in it. */
private fun Job.isRunBlockingOfCaller(): Boolean =
    javaClass === BLOCKING_COROUTINE &&
        !isCompleted &&
        if (BLOCKED_THREAD == null) isInRunBlocking()
        else BLOCKED_THREAD.get(this) === Thread.currentThread()

private fun isInRunBlocking(): Boolean = STACK.walk { frames ->
    frames.anyMatch {
        it.methodName.startsWith("runBlocking") &&
            it.className.startsWith("kotlinx.coroutines.BuildersKt")
    }
}

package dev.celadon.kotlin

import dev.celadon.hub.Hub
import dev.celadon.hub.HubClosedException
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Delay
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
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

    override fun isDispatchNeeded(context: CoroutineContext): Boolean =
        !(inlineInLane && hub.inLane())

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        val slice = Slice(hub, context, block)
        try {
            hub.runCallback(slice)
        } catch (closed: HubClosedException) {
            slice.runElsewhere(closed)
        }
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
    private val hub: Hub,
    private val context: CoroutineContext,
    private val block: Runnable,
) : Runnable {

    override fun run() {
        if (hub.inLane()) {
            block.run()
        } else {
            runElsewhere(null) // the hub closed while this stood in its queue
        }
    }

    fun runElsewhere(cause: Throwable?) {
        context.cancel(CancellationException("$hub is closed", cause))
        Dispatchers.IO.dispatch(context, block)
    }
}

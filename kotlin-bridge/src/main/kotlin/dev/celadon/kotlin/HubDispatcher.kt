@file:JvmMultifileClass
@file:JvmName("Coroutines")

package dev.celadon.kotlin

import dev.celadon.hub.Hub
import dev.celadon.hub.HubLocal
import java.lang.ref.WeakReference
import java.util.WeakHashMap
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.MainCoroutineDispatcher
import kotlinx.coroutines.currentCoroutineContext

/**
 * Runs coroutines on a hub, in one line with its greenlets.
 *
 * ```
 * val scope = HubScope(hub)
 * scope.launch {
 *     val order = orders.suspending().receive() // a queue that greenlets put into
 *     val answer = runInGreenlet { database.save(order) } // blocking-style code
 *     delay(100)
 * }
 * ```
 *
 * Every slice of a coroutine, from one suspension to the next, is a callback of the hub: it runs in
 * the hub's lane, on one and the same thread, behind everything that is ready. `delay` and
 * `withTimeout` use the hub's timers and start no thread. A slice must not wait in a blocking-style
 * call of Celadon: such a call throws [dev.celadon.hub.BlockingSwitchOut] at once; call its
 * suspending twin, or put the code into [runInGreenlet].
 *
 * A slice that never suspends cannot be interrupted by anything: `withTimeout` has no power over
 * it, and no other coroutine or greenlet runs; `yield` or `ensureActive` belongs into long loops.
 * `runBlocking` in a slice holds up all coroutines of the hub. Where it would wait for one of them
 * that it starts, it throws `BlockingSwitchOut` at once.
 *
 * Apart from that, [dispatch] never throws. When the hub begins to close, whoever sleeps in `delay`
 * or under a timeout is cancelled. After the hub's end a coroutine that should go on here is
 * cancelled and finishes on `Dispatchers.IO`, so that its `finally` blocks run and nobody who joins
 * it is stranded. Both cut short what runs under `NonCancellable`, too.
 *
 * There is one instance for each hub, and one [immediate] beside it, and more of them only under
 * names; all of one hub share its lane.
 *
 * Safe for use from any thread.
 */
public sealed class HubDispatcher : MainCoroutineDispatcher() {

    /** Where the coroutines run. */
    public abstract val hub: Hub

    /**
     * The same, but a coroutine that is resumed in the lane of the hub goes on at once, in the
     * slice that resumes it. From everywhere else, greenlets of the hub included, it queues as
     * usual: so a greenlet that waits never has coroutines in its hands. (`Dispatchers.Unconfined`
     * does not know this rule. A coroutine of that kind that calls blocking-style code in a
     * greenlet keeps all others of its kind waiting that are resumed there meanwhile.)
     */
    public abstract override val immediate: HubDispatcher

    /**
     * The same dispatcher, for it never does two things at once.
     *
     * @param parallelism 1 or more
     * @param name makes a view that has this name in its `toString`
     */
    public abstract override fun limitedParallelism(parallelism: Int, name: String?): HubDispatcher
}

/**
 * The dispatcher of this hub: always the same one, unless it is to have a name. Can be called from
 * any thread, also after the hub's end.
 *
 * @param name makes a view of the dispatcher that has this name in its `toString`, and so in logs
 *   and dumps of coroutines
 */
@JvmName("dispatcherOf")
@JvmOverloads
public fun Hub.asCoroutineDispatcher(name: String? = null): HubDispatcher =
    OneForEachHub.of(this).let { if (name == null) it else it.limitedParallelism(1, name) }

/** The hub on which coroutines with this context run, or null if it is no hub. */
@get:JvmName("hubOrNull")
public val CoroutineContext.hubOrNull: Hub?
    get() = (this[ContinuationInterceptor] as? HubDispatcher)?.hub

/**
 * The hub on which the calling coroutine runs. Does not suspend.
 *
 * @throws IllegalStateException on another dispatcher
 */
public suspend fun currentHub(): Hub {
    val context = currentCoroutineContext()
    return context.hubOrNull
        ?: error(
            "this coroutine runs on ${context[ContinuationInterceptor]}, which is no hub: use " +
                "withContext(hub.asCoroutineDispatcher())"
        )
}

/**
 * The one dispatcher of each hub. A dispatcher holds its hub, and an open hub its dispatcher (see
 * [Alarms]), so the table holds neither. On the hub itself the way is shorter.
 */
private object OneForEachHub {

    private val known = WeakHashMap<Hub, WeakReference<HubDispatcher>>()
    private val slot = HubLocal(::lookUp)

    fun of(hub: Hub): HubDispatcher = if (hub.inHub()) hub.get(slot) else lookUp(hub)

    private fun lookUp(hub: Hub): HubDispatcher =
        synchronized(known) {
            known[hub]?.get() ?: LaneDispatcher(hub).also { known[hub] = WeakReference(it) }
        }
}

@file:JvmMultifileClass
@file:JvmName("Coroutines")

package dev.celadon.kotlin

import dev.celadon.hub.Hub
import dev.celadon.hub.HubClosedException
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob

/**
 * Makes a scope whose coroutines run on [hub] and end with it.
 *
 * The scope has a `SupervisorJob`: one failing child does not cancel the others. It is cancelled
 * when the hub begins to close, before the greenlets are killed; what its coroutines do on their
 * way out runs on the hub as long as the hub lives, and on `Dispatchers.IO` after that. The scope
 * of a closed hub is cancelled from the start. Cancelling the scope does nothing to the hub.
 *
 * Can be called from any thread.
 *
 * @param context more elements, such as a parent job, a name or an exception handler; a dispatcher
 *   in it is ignored
 */
// A factory, named like the thing it makes, as CoroutineScope and MainScope.
@Suppress("FunctionName")
@JvmName("scopeOf")
@JvmOverloads
public fun HubScope(
    hub: Hub,
    context: CoroutineContext = EmptyCoroutineContext,
): CoroutineScope {
    val job = SupervisorJob(context[Job])
    try {
        val hook = hub.onClose { job.cancel(CancellationException("$hub closes")) }
        job.invokeOnCompletion { hook.run() }
    } catch (closed: HubClosedException) {
        job.cancel(CancellationException("$hub is closed", closed))
    }
    return CoroutineScope(context + job + hub.asCoroutineDispatcher())
}

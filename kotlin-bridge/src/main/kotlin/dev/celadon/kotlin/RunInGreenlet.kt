@file:JvmMultifileClass
@file:JvmName("Coroutines")

package dev.celadon.kotlin

import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.Hub
import java.util.concurrent.Callable
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive

/**
 * Runs blocking-style code in a greenlet and gives its result: the way from a coroutine to
 * `queue.get()`, `Greenlets.sleep(...)` and unmodified blocking libraries. Suspends until the
 * greenlet has ended, never earlier.
 *
 * If the calling coroutine is cancelled, the greenlet is killed and its end is waited for,
 * `finally` blocks included; then the `CancellationException` is thrown, or what the greenlet's
 * clean-up threw instead. A coroutine that is cancelled already runs nothing. Inside [block],
 * [runSuspending] leads back into the coroutine world, as a child of the calling coroutine.
 *
 * The result and the failure of [block] pass unchanged. Thread locals and other elements of the
 * coroutine stay behind, except for a [dev.celadon.greenlet.ContextSnapshot] (see
 * [asContextElement]).
 *
 * Can be called on any dispatcher; the coroutine goes on where it was.
 *
 * @param hub where the greenlet runs; the hub of the calling coroutine if null
 * @param name names the greenlet in messages and dumps; a `CoroutineName` of the caller's if null
 * @throws GreenletKilledException if somebody else killed the greenlet
 * @throws IllegalStateException if [hub] is null and the coroutine runs on another dispatcher than
 *   a hub's
 */
public suspend fun <T> runInGreenlet(
    hub: Hub? = null,
    name: String? = null,
    block: () -> T,
): T {
    val context = currentCoroutineContext()
    context.ensureActive()
    val body = Callable { Frame.enter(context, block) }
    val greenlet =
        Greenlet<T>(hub ?: currentHub(), context[SnapshotElement]?.snapshot?.wrap(body) ?: body)
    (name ?: context[CoroutineName]?.name)?.let(greenlet::named)
    try {
        greenlet.endWithCoroutine(start = true)
    } catch (cancelled: CancellationException) {
        throw greenlet.exception() ?: cancelled
    }
    try {
        return greenlet.resultUnlessKilled()
    } catch (failure: Throwable) {
        throw Crossing.intoCoroutine(failure)
    }
}

internal fun <T> Greenlet<T>.resultUnlessKilled(): T {
    if (!isCancelled) {
        return result()
    }
    val cause = runCatching { result() }.exceptionOrNull()?.cause
    throw GreenletKilledException(this, cause)
}

/** The coroutine on whose behalf a piece of blocking-style code runs. */
internal object Frame {

    private val context = ScopedValue.newInstance<CoroutineContext>()

    fun <T> enter(coroutine: CoroutineContext, block: () -> T): T =
        ScopedValue.where(context, coroutine).call(ScopedValue.CallableOp<T, Throwable> { block() })

    fun current(): CoroutineContext = context.orElse(EmptyCoroutineContext)
}

package dev.celadon.kotlin

import kotlin.coroutines.CoroutineContext

/**
 * Marks coroutines that are no reason for their hub to go on: their `delay` and `withTimeout` do
 * not count as something to do. A hub on which nobody else has anything to do is drained, as
 * [dev.celadon.hub.Hub.join] and [dev.celadon.hub.LoopExit] understand it.
 *
 * ```
 * scope.launch(Unreferenced) {
 *     while (true) {
 *         delay(1.minutes)
 *         cache.dropOldOnes()
 *     }
 * }
 * ```
 *
 * Coroutines that are launched within inherit it. On another dispatcher than a hub's it means
 * nothing.
 *
 * Immutable.
 */
public object Unreferenced : CoroutineContext.Element, CoroutineContext.Key<Unreferenced> {

    override val key: CoroutineContext.Key<*>
        get() = this

    override fun toString(): String = "Unreferenced"
}

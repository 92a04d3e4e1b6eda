package dev.celadon.kotlin

import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.yield

/**
 * A flow of things that are taken from somewhere, one when the collector is done with the one
 * before. A collector that is cancelled, or has had enough, has taken nothing that it was not
 * given.
 *
 * Immutable.
 *
 * @property perTurn after so many things the others on the dispatcher have a turn
 * @property take gives the next thing, null at the end; if it throws, it has taken nothing
 */
internal class TakenFlow<T : Any>(
    private val perTurn: Int = Int.MAX_VALUE,
    private val take: suspend () -> T?,
) : Flow<T> {
    /*
     * Not made by flow { }, which checks for cancellation between taking a thing and handing it to the collector, and would lose
     * the thing there. This one checks before it takes.
     */
    override suspend fun collect(collector: FlowCollector<T>) {
        var taken = 0
        while (true) {
            if (++taken % perTurn == 0) {
                yield()
            } else {
                currentCoroutineContext().ensureActive()
            }
            collector.emit(take() ?: return)
        }
    }
}

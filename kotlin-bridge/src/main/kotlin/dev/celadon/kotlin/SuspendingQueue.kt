package dev.celadon.kotlin

import dev.celadon.hub.Waiter
import dev.celadon.queue.Queue
import dev.celadon.queue.QueueShutDown
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector

/**
 * This queue as coroutines see it: the same items, the same lines of waiters, in suspending calls.
 * Cheap; make one whenever you need it.
 */
public fun <T : Any> Queue<T>.suspending(): SuspendingQueue<T> = SuspendingQueue(this)

/**
 * The suspending view of a [Queue], with the words of kotlinx's channels.
 *
 * Coroutines stand in one line with greenlets and threads, longest waiter first, and what is handed
 * over belongs to the longest waiter at that moment. An item that was handed to a coroutine which
 * was cancelled before it could go on returns to the head of the queue, or goes to the next in
 * line: nothing is lost or doubled.
 *
 * Safe for use from any thread.
 *
 * @property queue the queue behind this view
 */
public class SuspendingQueue<T : Any> internal constructor(public val queue: Queue<T>) {

    /**
     * Adds an item, waiting for a place if need be: the suspending twin of [Queue.put]. Suspends
     * only if the queue is full.
     *
     * If the coroutine is cancelled while it waits, the item has not been added; in one case it
     * has: if its place became free at the same moment, before the coroutine could go on.
     *
     * @throws QueueShutDown if the queue is shut down, before or meanwhile; the item is not added
     */
    public suspend fun send(item: T) {
        if (!queue.tryPut(item)) {
            suspendUntilGranted(
                register = { waiter -> !queue.registerPut(item, waiter) },
                unregister = queue::unregister,
            )
        }
    }

    /**
     * Adds an item if there is a place, and says whether there was. Does not suspend.
     *
     * @throws QueueShutDown if the queue is shut down
     */
    public fun trySend(item: T): Boolean = queue.tryPut(item)

    /**
     * Takes the first item, waiting for one if need be: the suspending twin of [Queue.get].
     * Suspends only if the queue is empty.
     *
     * If the coroutine is cancelled while it waits, it has taken nothing.
     *
     * @throws QueueShutDown if the queue is empty and shut down, before or meanwhile
     */
    public suspend fun receive(): T = queue.tryGet() ?: receiveLater()

    private suspend fun receiveLater(): T =
        suspendUntilGranted(
            register = { wait -> queue.registerGet(wait.waiter)?.let(wait::resume) },
            withdraw = { waiter -> waiter.withdraw(queue::unregister) },
            handedOver = ::itemOf,
            giveBack = queue::putBack,
        )

    /**
     * Takes the first item, or gives null if there is none. Does not suspend.
     *
     * @throws QueueShutDown if the queue is empty and shut down
     */
    public fun tryReceive(): T? = queue.tryGet()

    /**
     * The items of the queue, as they come. Completes when the queue is shut down and empty.
     *
     * Every item goes to one collector; several collectors share the queue, longest waiter first.
     * The next item is taken when the collector is done with the one before, so the bound of the
     * queue holds producers back. A collector that is cancelled, or has had enough, leaves all that
     * it was not given in the queue.
     */
    public fun receiveAsFlow(): Flow<T> = QueueFlow(this)

    override fun toString(): String = "$queue.suspending()"

    @Suppress("UNCHECKED_CAST") // the waiters of a queue are granted its items and nothing else
    private fun itemOf(waiter: Waiter): T = waiter.value() as T
}

/**
 * Sends every element of this flow to [queue]. Suspends as long as the flow goes on; the bound of
 * the queue holds the flow back.
 *
 * Cancelling the coroutine cancels the flow. Can be called on any dispatcher.
 */
public suspend fun <T : Any> Flow<T>.collectTo(queue: Queue<T>) {
    val view = queue.suspending()
    collect { view.send(it) }
}

/** See [SuspendingQueue.receiveAsFlow]. */
private class QueueFlow<T : Any>(private val items: SuspendingQueue<T>) : Flow<T> {
    /*
     * Not made by flow { }, which checks for cancellation between taking an item and handing it to
     * the collector, and would lose the item there. This one checks before it takes an item.
     */
    override suspend fun collect(collector: FlowCollector<T>) {
        while (true) {
            currentCoroutineContext().ensureActive()
            collector.emit(receiveOrNull() ?: return)
        }
    }

    /** Null at the end. What the collector throws is not looked at. */
    private suspend fun receiveOrNull(): T? =
        try {
            items.receive()
        } catch (_: QueueShutDown) {
            null
        }
}

package dev.celadon.kotlin

import dev.celadon.hub.Waiter
import dev.celadon.queue.Channel
import dev.celadon.queue.Queue
import dev.celadon.queue.QueueShutDown
import java.util.concurrent.atomic.AtomicBoolean
import kotlinx.coroutines.channels.ChannelResult
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
 * This channel as coroutines see it: the same meeting point, the same lines of waiters, in
 * suspending calls. Cheap; make one whenever you need it.
 */
public fun <T : Any> Channel<T>.suspending(): SuspendingChannel<T> = SuspendingChannel(this)

/**
 * The suspending view of a [Queue]; see [SuspendingExchange].
 *
 * Safe for use from any thread.
 *
 * @property queue the queue behind this view
 */
public class SuspendingQueue<T : Any> internal constructor(public val queue: Queue<T>) :
    SuspendingExchange<T>() {

    override fun offer(item: T, waiter: Waiter?): Boolean = queue.registerPut(item, waiter)

    override fun take(waiter: Waiter?): T? = queue.registerGet(waiter)

    override fun forget(waiter: Waiter): Unit = queue.unregister(waiter)

    override fun putBack(item: T): Unit = queue.putBack(item)

    override fun putBack(item: T, taker: Waiter): Unit = queue.putBack(item, taker)

    override fun shutdown(): Unit = queue.shutdown()

    override fun toString(): String = "$queue.suspending()"
}

/**
 * The suspending view of a [Channel] of the core; see [SuspendingExchange]. A [send] goes on when
 * somebody has got the item.
 *
 * Safe for use from any thread.
 *
 * @property channel the channel behind this view
 */
public class SuspendingChannel<T : Any> internal constructor(public val channel: Channel<T>) :
    SuspendingExchange<T>() {

    override fun offer(item: T, waiter: Waiter?): Boolean = channel.registerPut(item, waiter)

    override fun take(waiter: Waiter?): T? = channel.registerGet(waiter)

    override fun forget(waiter: Waiter): Unit = channel.unregister(waiter)

    override fun putBack(item: T): Unit = channel.putBack(item)

    override fun putBack(item: T, taker: Waiter): Unit = channel.putBack(item, taker)

    override fun shutdown(): Unit = channel.shutdown()

    override fun toString(): String = "$channel.suspending()"
}

/**
 * Where coroutines meet the producers and consumers of a [Queue] or a [Channel], with the words of
 * kotlinx's channels.
 *
 * Coroutines stand in one line with greenlets and threads, longest waiter first, and what is handed
 * over belongs to the longest waiter at that moment. An item that was handed to a coroutine which
 * was cancelled before it could go on returns to the head of the queue, or goes to the next in
 * line: nothing is lost or doubled. Several such items return in their own order, whoever was
 * cancelled first.
 *
 * The end is the [QueueShutDown] of the core. For `select`, make a kotlinx channel with
 * [produceFrom].
 *
 * Can be called on any dispatcher. Safe for use from any thread.
 */
public sealed class SuspendingExchange<T : Any> {

    /** Adds an item, or a waiter that brings it. */
    internal abstract fun offer(item: T, waiter: Waiter?): Boolean

    /** Takes an item, or adds a waiter for one. */
    internal abstract fun take(waiter: Waiter?): T?

    internal abstract fun forget(waiter: Waiter)

    /** Gives back what was taken but not used: it is the first again. */
    internal abstract fun putBack(item: T)

    /** The same, in the order in which items were handed out. */
    internal abstract fun putBack(item: T, taker: Waiter)

    internal abstract fun shutdown()

    /**
     * Adds an item, waiting for a place if need be: the suspending twin of [Queue.put]. Suspends
     * only if the queue is full, or if nobody waits to get at a channel.
     *
     * If the coroutine is cancelled while it waits, the item has not been added; in one case it
     * has: if its place became free at the same moment, before the coroutine could go on.
     *
     * @throws QueueShutDown if the queue is shut down, before or meanwhile; the item is not added
     */
    public suspend fun send(item: T) {
        if (!offer(item, null)) {
            suspendUntilGranted(
                register = { waiter -> !offer(item, waiter) },
                unregister = { waiter -> forget(waiter) },
            )
        }
    }

    /**
     * Adds an item if there is a place, or somebody who waits for it. Does not suspend.
     *
     * @return a success; a failure if there is no place; closed, with the [QueueShutDown], if the
     *   queue is shut down
     */
    public fun trySend(item: T): ChannelResult<Unit> =
        try {
            if (offer(item, null)) succeeded(Unit) else notNow()
        } catch (shutDown: QueueShutDown) {
            ended(shutDown)
        }

    /**
     * Takes the first item, waiting for one if need be: the suspending twin of [Queue.get].
     * Suspends only if the queue is empty.
     *
     * If the coroutine is cancelled, before or while it waits, it has taken nothing.
     *
     * @throws QueueShutDown if the queue is empty and shut down, before or meanwhile
     */
    public suspend fun receive(): T {
        currentCoroutineContext()
            .ensureActive() // else a withTimeout around this could drop the item
        return take(null) ?: receiveLater()
    }

    private suspend fun receiveLater(): T =
        suspendUntilGranted(
            register = { wait -> take(wait.waiter)?.let(wait::resume) },
            withdraw = { waiter -> waiter.withdraw(::forget) },
            handedOver = { itemOf(it) }, // captures nothing, so that a wait does not make it anew
            giveBack = { item, taker -> putBack(item, taker) },
        )

    /**
     * Takes the first item, waiting for one if need be, and tells the end by its result. Suspends
     * only if the queue is empty.
     *
     * If the coroutine is cancelled while it waits, it has taken nothing.
     *
     * @return a success; closed, with the [QueueShutDown], if the queue is empty and shut down
     */
    public suspend fun receiveCatching(): ChannelResult<T> =
        try {
            succeeded(receive())
        } catch (shutDown: QueueShutDown) {
            ended(shutDown)
        }

    /**
     * Takes the first item if there is one. Does not suspend.
     *
     * @return a success; a failure if there is no item now; closed, with the [QueueShutDown], if
     *   the queue is empty and shut down
     */
    public fun tryReceive(): ChannelResult<T> =
        try {
            take(null)?.let { succeeded(it) } ?: notNow()
        } catch (shutDown: QueueShutDown) {
            ended(shutDown)
        }

    /**
     * The items of the queue, as they come. Completes when the queue is shut down and empty.
     *
     * Every item goes to one collector; several collectors share the queue, longest waiter first.
     * The next item is taken when the collector is done with the one before, so the bound of the
     * queue holds producers back. A collector that is cancelled, or has had enough, leaves all that
     * it was not given in the queue.
     */
    public fun receiveAsFlow(): Flow<T> = TakenFlow(take = ::receiveOrNull)

    /**
     * The items of the queue, as they come, for one collector that owns it: when it is done, in
     * whatever way, the queue is shut down, and producers learn that nobody listens. What it was
     * not given stays in the queue and can be taken. See [receiveAsFlow].
     *
     * The collector throws [IllegalStateException] if there was one before.
     */
    public fun consumeAsFlow(): Flow<T> {
        val items = receiveAsFlow()
        val collected = AtomicBoolean()
        return object : Flow<T> {
            override suspend fun collect(collector: FlowCollector<T>) {
                check(collected.compareAndSet(false, true)) {
                    "${this@SuspendingExchange} is consumed by one collector, and there was one: " +
                        "take receiveAsFlow() for several"
                }
                try {
                    items.collect(collector)
                } finally {
                    shutdown()
                }
            }
        }
    }

    /** Null at the end. */
    internal suspend fun receiveOrNull(): T? =
        try {
            receive()
        } catch (_: QueueShutDown) {
            null
        }
}

@Suppress("UNCHECKED_CAST") // the waiters of a queue are granted its items and nothing else
private fun <T : Any> itemOf(waiter: Waiter): T = waiter.value() as T

package dev.celadon.kotlin

import dev.celadon.queue.Channel
import dev.celadon.queue.Queue
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel as KotlinxChannel
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.launch

/**
 * Sends every element of this flow to [queue]. Suspends as long as the flow goes on; the bound of
 * the queue holds the flow back.
 *
 * Cancelling the coroutine cancels the flow. When the queue is shut down meanwhile, the flow is
 * cancelled and [dev.celadon.queue.QueueShutDown] thrown; a failure of the flow is thrown
 * unchanged. Can be called on any dispatcher.
 *
 * @param shutdown true to shut the queue down at the end of the flow, whatever that is: those who
 *   take from it then take what is left, and learn that there is no more
 */
public suspend fun <T : Any> Flow<T>.collectTo(queue: Queue<T>, shutdown: Boolean = false) {
    collectTo(queue.suspending(), shutdown)
}

/** Passes every element of this flow on to [channel]; see the one for a [Queue]. */
public suspend fun <T : Any> Flow<T>.collectTo(channel: Channel<T>, shutdown: Boolean = false) {
    collectTo(channel.suspending(), shutdown)
}

private suspend fun <T : Any> Flow<T>.collectTo(
    target: SuspendingExchange<T>,
    shutdown: Boolean,
) {
    try {
        collect { target.send(it) }
    } finally {
        if (shutdown) {
            target.shutdown()
        }
    }
}

/**
 * Makes a kotlinx channel of what comes out of [queue]: for `select`, and for code that wants a
 * [ReceiveChannel]. Does not suspend.
 *
 * A coroutine of this scope takes items ahead: as many as [capacity], and one more that waits for
 * its place. The bound of the queue holds producers back behind that. The channel closes when the
 * queue is shut down and empty. When the channel or the scope is cancelled, what was taken ahead
 * returns to the head of the queue, in order. An item whose receiver was cancelled before it could
 * go on returns there, too, but behind what is taken ahead by then; and of several such items the
 * one that is given back last is the first. [SuspendingQueue.receive] keeps the order. Where
 * another thread gives back at the same moment, an item may be in the queue a moment later.
 *
 * @param capacity how many items the channel holds: 0 or more, `RENDEZVOUS`, `BUFFERED` or
 *   `UNLIMITED`
 * @throws IllegalArgumentException if [capacity] is `CONFLATED`, which drops items
 */
public fun <T : Any> CoroutineScope.produceFrom(
    queue: Queue<T>,
    capacity: Int = KotlinxChannel.RENDEZVOUS,
): ReceiveChannel<T> {
    val items = queue.suspending()
    return produceTaken(capacity, items::receiveOrNull, items::putBack)
}

/** Makes a kotlinx channel of what passes through [channel]; see the one for a [Queue]. */
public fun <T : Any> CoroutineScope.produceFrom(
    channel: Channel<T>,
    capacity: Int = KotlinxChannel.RENDEZVOUS,
): ReceiveChannel<T> {
    val items = channel.suspending()
    return produceTaken(capacity, items::receiveOrNull, items::putBack)
}

/**
 * A channel of things that are taken from somewhere, and given back if nobody gets them.
 *
 * @param take gives the next thing, null at the end
 */
@OptIn(ExperimentalCoroutinesApi::class)
internal fun <T : Any> CoroutineScope.produceTaken(
    capacity: Int,
    take: suspend () -> T?,
    putBack: (T) -> Unit,
): ReceiveChannel<T> {
    require(capacity != KotlinxChannel.CONFLATED) {
        "capacity is CONFLATED, which drops items: take at least RENDEZVOUS, and conflate the flow " +
            "behind it"
    }
    val undelivered = Undelivered(putBack)
    val channel = KotlinxChannel(capacity, onUndeliveredElement = undelivered::giveBack)
    undelivered.channel = channel
    val pump = launch {
        try {
            while (true) {
                channel.send(take() ?: break)
            }
            channel.close(null)
        } catch (failure: Throwable) {
            if (failure !is CancellationException) {
                channel.close(failure)
            }
            throw failure
        }
    }
    undelivered.pump = pump
    channel.invokeOnClose { pump.cancel(null) }
    // Not in the pump, of which nothing runs if the scope is cancelled before its first turn.
    pump.invokeOnCompletion {
        if (it is CancellationException) {
            channel.cancel(it)
        }
    }
    return channel
}

/**
 * What a channel took ahead, or handed to a receiver that was cancelled, and nobody got.
 *
 * Safe for use from any thread.
 */
private class Undelivered<T : Any>(private val putBack: (T) -> Unit) {
    /*
     * kotlinx tells of the elements of a cancelled channel from the last to the first, that of a suspended sender before them: so each
     * of them can be put back at the head. But the pump must have left the line by then, or it would get the first of them; and if
     * a receiver was cancelled, and not the channel, the pump must stay. To ask for the difference makes kotlinx tell of the other
     * elements at once, within the question.
     *
     * kotlinx tells of what CONFLATED drops, too, which would come again and again.
     *
     * What to give back means foreign code, of waiters and of whoever completes with the pump, so nothing is locked meanwhile: the
     * first who tells of something works off all that is told meanwhile, in the order in which it is told, be it within the
     * question or by other threads.
     */
    lateinit var channel: KotlinxChannel<T>
    @Volatile var pump: Job? = null

    private val told = ConcurrentLinkedQueue<T>()
    private val toDo = AtomicInteger()

    fun giveBack(element: T) {
        told += element
        if (toDo.getAndIncrement() > 0) {
            return
        }
        var failure: Throwable? = null
        do {
            try {
                giveNextBack()
            } catch (thrown: Throwable) {
                failure = failure?.apply { addSuppressed(thrown) } ?: thrown
            }
        } while (toDo.decrementAndGet() > 0)
        failure?.let { throw it }
    }

    @OptIn(DelicateCoroutinesApi::class)
    private fun giveNextBack() {
        try {
            if (channel.isClosedForSend) {
                pump?.cancel(null)
            }
        } finally {
            putBack(told.remove())
        }
    }
}

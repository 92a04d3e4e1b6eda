package dev.celadon.kotlin

import java.util.NoSuchElementException
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ChannelResult
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.produceIn

/**
 * Pulls the elements of this flow from a greenlet: `flow.iterateInGreenlet().use { for (x in it)
 * ... }`. Does not switch; the first [FlowIterator.hasNext] starts the flow.
 *
 * The flow runs as a coroutine on the dispatcher of the calling greenlet's hub, unless [context]
 * names another one. It is one element ahead at most, and more by its own [buffer].
 *
 * For greenlets, and for threads that drive a hub of their own.
 *
 * @param context more context elements; a `Job` in it is the parent of the flow's
 * @throws dev.celadon.hub.BlockingSwitchOut at once in a coroutine or another callback of the hub
 * @throws IllegalStateException at once on a thread without a hub
 */
public fun <T> Flow<T>.iterateInGreenlet(
    context: CoroutineContext = EmptyCoroutineContext
): FlowIterator<T> {
    val hub = hubOfCaller("iterateInGreenlet", "use collect { }")
    // Of the coroutine around this greenlet the elements only: who forgets to close would hold it
    // up.
    val inherited = Frame.current().minusKey(Job) + hub.asCoroutineDispatcher() + context
    return FlowIterator(this, CoroutineScope(inherited + Job(inherited[Job])))
}

/**
 * The elements of a flow, one after the other, for greenlets; made by [iterateInGreenlet].
 *
 * Close it when you have had enough: that cancels the flow. At the end of the flow, and at its
 * failure, it closes itself. It is an [Iterator], so `asSequence()` gives a sequence of it.
 *
 * A kill or a timeout in [hasNext] loses no element: it is there for the next call.
 *
 * Confined to one greenlet at a time.
 */
public class FlowIterator<out T>
internal constructor(private val flow: Flow<T>, private val scope: CoroutineScope) :
    Iterator<T>, AutoCloseable {

    private val job = checkNotNull(scope.coroutineContext[Job])

    private val elements: ReceiveChannel<T> by
        lazy(LazyThreadSafetyMode.NONE) { flow.buffer(Channel.RENDEZVOUS).produceIn(scope) }

    private var ahead: ChannelResult<@UnsafeVariance T>? = null

    /**
     * Waits for the next element. Switches unless it is there.
     *
     * @return false at the end of the flow; a failure of the flow is thrown unchanged, once
     */
    override fun hasNext(): Boolean {
        val next = ahead ?: elements.receiveCatchingInGreenlet().also { ahead = it }
        if (next.isClosed) {
            job.cancel(null)
            val failure = next.exceptionOrNull() ?: return false
            ahead = THE_END
            throw failure
        }
        return true
    }

    /**
     * The next element. Switches unless it is there.
     *
     * @return the element; a failure of the flow is thrown unchanged, once
     * @throws NoSuchElementException at the end of the flow
     */
    override fun next(): T {
        if (!hasNext()) {
            throw NoSuchElementException("the flow has ended: ask hasNext() first")
        }
        return checkNotNull(ahead).getOrThrow().also { ahead = null }
    }

    /**
     * Cancels the flow, unless it has ended, and waits for its end, `finally` blocks included.
     * Switches unless it has ended. There is no next element then. Closing twice does nothing.
     */
    override fun close() {
        ahead = THE_END
        job.cancel(null)
        job.joinInGreenlet()
    }

    private companion object {
        val THE_END: ChannelResult<Nothing> =
            Channel<Nothing>().run {
                close(null)
                tryReceive()
            }
    }
}

package dev.celadon.kotlin

import dev.celadon.hub.Hub
import dev.celadon.hub.HubClosedException
import dev.celadon.hub.HubLocal
import dev.celadon.hub.Waiter
import java.nio.channels.AsynchronousCloseException
import java.nio.channels.Channel
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicReference
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Tries an operation of a socket until it need not wait. Between the tries the coroutine waits for
 * readiness, which takes nothing: so a cancellation cannot lose anything.
 *
 * @param channel the socket
 * @param unregister takes a waiter back
 * @param attempt the operation; null if it would block, and then it has registered the waiter
 */
internal suspend inline fun <R : Any> whenReady(
    channel: Channel,
    noinline unregister: (Waiter) -> Unit,
    attempt: (Waiter) -> R?,
): R {
    val hub = currentHub()
    while (true) {
        currentCoroutineContext().ensureActive() // who is cancelled takes nothing
        val wait = SocketWait(hub, unregister)
        attempt(wait.waiter)?.let {
            return it
        }
        wait.untilReady()
        if (!channel.isOpen) {
            throw AsynchronousCloseException()
        }
    }
}

/**
 * The wait of a coroutine for the readiness of a socket.
 *
 * Confined to its hub, but for the grant and a cancellation.
 */
internal class SocketWait(private val hub: Hub, private val unregister: (Waiter) -> Unit) :
    Runnable {

    val waiter: Waiter = Waiter(this)

    /** Null, then the continuation or [READY], whichever comes first. */
    private val state = AtomicReference<Any?>()

    /**
     * The grant: by the loop, or on any thread by whoever closes the socket, maybe before we
     * suspend.
     */
    @Suppress("UNCHECKED_CAST") // it is put there below
    override fun run() {
        leave() // whoever comes if we are cancelled now need not wait for our slice
        val continuation = state.getAndSet(READY)
        if (continuation != null) {
            (continuation as CancellableContinuation<Unit>).resume(Unit)
        }
    }

    suspend fun untilReady() {
        val waits = hub.get(SocketWaits.OF_HUB)
        try {
            suspendCancellableCoroutine { continuation ->
                if (!state.compareAndSet(null, continuation)) {
                    continuation.resume(Unit)
                } else {
                    waits.add(this, continuation)
                    continuation.invokeOnCancellation { leave() }
                }
            }
        } finally {
            waits.remove(this)
            leave()
        }
    }

    /**
     * At once, so that the next one may wait. From elsewhere, the coroutine's next slice does it.
     */
    private fun leave() {
        if (hub.inHub()) {
            waiter.cancel()
            unregister(waiter)
        }
    }

    override fun toString(): String = "a coroutine of $hub"

    private companion object {
        val READY = Any()
    }
}

/**
 * The coroutines of a hub that wait for sockets. Nobody would ever wake them after the hub's end,
 * so they are cancelled when it begins to close, and who comes later at once.
 */
internal class SocketWaits private constructor(private val hub: Hub) {

    private val pending = ConcurrentHashMap<SocketWait, CancellableContinuation<Unit>>()

    init {
        try {
            hub.onClose { pending.values.forEach(::cancel) }
        } catch (_: HubClosedException) {
            // The first wait on a closing hub.
        }
    }

    fun add(wait: SocketWait, continuation: CancellableContinuation<Unit>) {
        // Remembered before the look at the hub: its close then sees the wait, or we see the close.
        pending[wait] = continuation
        if (hub.isClosed) {
            cancel(continuation)
        }
    }

    fun remove(wait: SocketWait) {
        pending.remove(wait)
    }

    private fun cancel(continuation: CancellableContinuation<Unit>) {
        continuation.cancel(CancellationException("$hub closes"))
    }

    companion object {
        val OF_HUB = HubLocal(::SocketWaits)
    }
}

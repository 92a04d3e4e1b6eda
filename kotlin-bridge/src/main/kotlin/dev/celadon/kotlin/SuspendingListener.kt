package dev.celadon.kotlin

import dev.celadon.net.StreamListener
import dev.celadon.net.StreamSocket
import java.io.IOException
import java.nio.channels.ClosedChannelException
import kotlinx.coroutines.flow.Flow

/** This listener as coroutines see it. Cheap; make one whenever you need it. */
public fun StreamListener.suspending(): SuspendingListener = SuspendingListener(this)

/**
 * The suspending view of a [StreamListener].
 *
 * One at a time may wait to accept, coroutine or greenlet; another one is refused with a
 * [dev.celadon.select.ConcurrentUseException]. The listener's own `timeout` does not hold here; use
 * `withTimeout`. When the hub begins to close, whoever waits is cancelled.
 *
 * Confined to the hub of its listener: for coroutines on that hub's dispatcher; on another one a
 * call throws [IllegalStateException].
 *
 * @property listener the listener behind this view
 */
public class SuspendingListener internal constructor(public val listener: StreamListener) {

    /**
     * Takes the next connection: the suspending twin of [StreamListener.accept]. Suspends if there
     * is none, and now and then all the same, so that others have a turn.
     *
     * If the coroutine is cancelled while it waits, it has accepted nobody: whoever wants to
     * connect is there for the next accept.
     *
     * @throws ClosedChannelException if the listener is closed, also meanwhile
     * @throws IOException if the operating system cannot: it may have no descriptor left, in which
     *   case the connection waits on
     */
    public suspend fun accept(): StreamSocket =
        whenReady(listener, listener::unregister) { waiter -> listener.registerAccept(waiter) }

    /**
     * The connections, as they come, until the listener is closed.
     *
     * The next one is accepted when the collector is done with the one before; `launch` for each
     * serves several at a time. Every socket that was emitted is the collector's, to be closed
     * there. A collector that is cancelled, or has had enough, leaves the listener open.
     */
    public fun connections(): Flow<StreamSocket> = TakenFlow {
        try {
            accept()
        } catch (_: ClosedChannelException) {
            null
        }
    }

    override fun toString(): String = "$listener.suspending()"
}

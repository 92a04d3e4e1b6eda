package dev.celadon.kotlin

import dev.celadon.greenlet.Greenlet
import dev.celadon.net.StreamSocket
import dev.celadon.net.Transport
import java.io.EOFException
import java.io.IOException
import java.nio.ByteBuffer
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow

/** This socket, plain or TLS, as coroutines see it. Cheap; make one whenever you need it. */
public fun Transport.suspending(): SuspendingTransport = SuspendingTransport(this)

/**
 * The suspending view of a [Transport].
 *
 * Coroutines and greenlets may share a socket: one reads while another one writes, and a second
 * reader or writer is refused with a [dev.celadon.select.ConcurrentUseException]. The socket's own
 * `timeout` does not hold here over a [StreamSocket]; use `withTimeout`.
 *
 * If a coroutine is cancelled while it waits for a socket, it leaves no trace there: the socket
 * stays open, and another one may read or write at once. A cancelled read has taken nothing. When
 * the hub begins to close, whoever waits is cancelled.
 *
 * Over a [StreamSocket] a coroutine really suspends. Over TLS each call runs in a greenlet of its
 * own; what such a greenlet has read before its coroutine was cancelled is still returned.
 *
 * What the calls throw is what those of [Transport] throw, unchanged.
 *
 * Confined to the hub of its socket: for coroutines on that hub's dispatcher; on another one a call
 * throws [IllegalStateException].
 *
 * @property transport the socket behind this view
 */
public class SuspendingTransport internal constructor(public val transport: Transport) {

    private val stream = transport as? StreamSocket

    /**
     * Reads what is there, at least one byte: the suspending twin of [Transport.read]. Suspends if
     * nothing is, and now and then all the same, so that others have a turn.
     *
     * @param dst gets the bytes; if it has no room, nothing happens
     * @return how many bytes, 1 or more; 0 if there is no room; -1 at the end of the stream
     * @throws IOException if the socket is closed or broken
     */
    public suspend fun read(dst: ByteBuffer): Int =
        when {
            !dst.hasRemaining() -> 0
            stream == null -> inGreenlet { transport.read(dst) }
            else ->
                whenReady(stream, stream::unregister) { waiter ->
                    stream.registerRead(dst, waiter).takeIf { it != 0 }
                }
        }

    /**
     * Reads until [dst] is full. Suspends as [read] does.
     *
     * If the coroutine is cancelled meanwhile, what was read is in [dst], up to its position.
     *
     * @throws EOFException if the stream ends before
     * @throws IOException if the socket is closed or broken
     */
    public suspend fun readFully(dst: ByteBuffer) {
        while (dst.hasRemaining()) {
            if (read(dst) < 0) {
                throw EOFException(
                    "$transport has ended, and ${dst.remaining()} more bytes were to come"
                )
            }
        }
    }

    /**
     * Writes all bytes: the suspending twin of [Transport.write]. Suspends if there is no room for
     * them, and now and then all the same, so that others have a turn.
     *
     * If the coroutine is cancelled meanwhile, the position of [src] tells how many were written;
     * over TLS that is unknown, and the socket should be closed.
     *
     * @param src what to write; has nothing remaining afterwards
     * @return how many bytes that were
     * @throws IOException if the socket is closed or broken
     */
    public suspend fun write(src: ByteBuffer): Int {
        val count = src.remaining()
        if (stream == null) {
            return inGreenlet { transport.write(src) }
        }
        while (src.hasRemaining()) {
            writeSome(stream, src)
        }
        return count
    }

    /** Writes all bytes of an array; see the [write] of a buffer. */
    public suspend fun write(src: ByteArray) {
        write(ByteBuffer.wrap(src))
    }

    /**
     * Writes some of the bytes: as many as there is room for, at least one. Suspends if there is no
     * room at all.
     *
     * @param src what to write
     * @return how many bytes were written; 0 only if there was nothing to write
     * @throws IOException if the socket is closed or broken
     */
    public suspend fun writeSome(src: ByteBuffer): Int =
        when {
            !src.hasRemaining() -> 0
            stream == null -> inGreenlet { transport.write(src) }
            else -> writeSome(stream, src)
        }

    private suspend fun writeSome(stream: StreamSocket, src: ByteBuffer): Int =
        whenReady(stream, stream::unregister) { waiter ->
            stream.registerWrite(src, waiter).takeIf { it != 0 }
        }

    /**
     * What comes, piece by piece, until the end of the stream. Each piece has a buffer of its own,
     * to be read from its position on.
     *
     * The next piece is read when the collector is done with the one before, so the peer is held
     * back. A collector that is cancelled, or has had enough, leaves the rest in the socket, which
     * stays open.
     *
     * @param bufferSize the longest piece, in bytes; at least 1
     * @throws IllegalArgumentException if [bufferSize] is less than 1
     */
    public fun incoming(bufferSize: Int = DEFAULT_BUFFER): Flow<ByteBuffer> {
        require(bufferSize >= 1) { "bufferSize must be at least 1: $bufferSize" }
        return TakenFlow {
            val piece = ByteBuffer.allocate(bufferSize)
            if (read(piece) < 0) null else piece.flip()
        }
    }

    override fun toString(): String = "$transport.suspending()"

    private companion object {
        const val DEFAULT_BUFFER = 8_192
    }
}

/**
 * Runs a call in a greenlet of the calling coroutine's hub. A cancellation kills the greenlet and
 * waits for its end; if the call had succeeded by then, that counts.
 */
private suspend fun <T> inGreenlet(call: () -> T): T {
    val context = currentCoroutineContext()
    context.ensureActive()
    val greenlet = Greenlet<T>(currentHub()) { Frame.enter(context, call) }
    try {
        greenlet.endWithCoroutine(start = true)
    } catch (cancelled: CancellationException) {
        if (greenlet.isCancelled || !greenlet.isSuccessful) {
            throw greenlet.exception() ?: cancelled
        }
    }
    return greenlet.resultUnlessKilled()
}

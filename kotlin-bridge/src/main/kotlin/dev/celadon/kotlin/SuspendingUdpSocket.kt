package dev.celadon.kotlin

import dev.celadon.net.Datagram
import dev.celadon.net.UdpSocket
import java.io.IOException
import java.net.InetSocketAddress
import java.net.SocketAddress
import java.nio.ByteBuffer
import java.nio.channels.ClosedChannelException
import kotlinx.coroutines.flow.Flow

/** This socket as coroutines see it. Cheap; make one whenever you need it. */
public fun UdpSocket.suspending(): SuspendingUdpSocket = SuspendingUdpSocket(this)

/**
 * The suspending view of a [UdpSocket].
 *
 * One may receive while another one sends, coroutine or greenlet; a second receiver or sender is
 * refused with a [dev.celadon.select.ConcurrentUseException]. The socket's own `timeout` does not
 * hold here; use `withTimeout`. When the hub begins to close, whoever waits is cancelled.
 *
 * Confined to the hub of its socket: for coroutines on that hub's dispatcher; on another one a call
 * throws [IllegalStateException].
 *
 * @property socket the socket behind this view
 */
public class SuspendingUdpSocket internal constructor(public val socket: UdpSocket) {

    /**
     * Receives a datagram: the suspending twin of [UdpSocket.receive]. Suspends if there is none,
     * and now and then all the same, so that others have a turn.
     *
     * If the coroutine is cancelled while it waits, it has received nothing.
     *
     * @param dst gets the bytes; what it has no room for is lost
     * @return who sent it
     * @throws java.net.PortUnreachableException if the peer of a connected socket does not listen
     * @throws IOException if the socket is closed or broken
     */
    public suspend fun receive(dst: ByteBuffer): SocketAddress =
        whenReady(socket, socket::unregister) { waiter -> socket.registerReceive(dst, waiter) }

    /**
     * Receives a datagram into a buffer of its own. See the [receive] into a buffer.
     *
     * @param maxSize room for so many bytes; what is longer is cut
     */
    public suspend fun receive(maxSize: Int = LONGEST): Datagram {
        val data = ByteBuffer.allocate(maxSize)
        val sender = receive(data) as InetSocketAddress
        return Datagram(data.flip(), sender)
    }

    /**
     * Sends a datagram: the suspending twin of [UdpSocket.send]. Suspends if there is no room for
     * it, and now and then all the same, so that others have a turn.
     *
     * If the coroutine is cancelled while it waits, nothing was sent.
     *
     * @param src what to send; has nothing remaining afterwards
     * @param target where to; null is the peer of a connected socket
     * @throws java.nio.channels.NotYetConnectedException without a target, if the socket is not
     *   connected
     * @throws IOException if the socket is closed or broken, or the datagram is too large
     */
    public suspend fun send(src: ByteBuffer, target: SocketAddress? = null) {
        whenReady(socket, socket::unregister) { waiter ->
            Unit.takeIf { socket.registerSend(src, target, waiter) }
        }
    }

    /**
     * The datagrams, as they come, until the socket is closed. The next one is received when the
     * collector is done with the one before; what comes meanwhile waits in the operating system as
     * far as that has room. A collector that is cancelled, or has had enough, leaves the socket
     * open.
     *
     * @param maxSize room for so many bytes each; what is longer is cut
     */
    public fun datagrams(maxSize: Int = LONGEST): Flow<Datagram> = TakenFlow {
        try {
            receive(maxSize)
        } catch (_: ClosedChannelException) {
            null
        }
    }

    override fun toString(): String = "$socket.suspending()"

    private companion object {
        /** What fits into a datagram of IPv4. */
        const val LONGEST = 65_507
    }
}

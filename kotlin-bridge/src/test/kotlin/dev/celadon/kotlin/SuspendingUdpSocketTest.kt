package dev.celadon.kotlin

import dev.celadon.net.UdpSocket
import java.net.InetAddress
import java.net.InetSocketAddress
import java.nio.ByteBuffer
import java.nio.channels.AsynchronousCloseException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class SuspendingUdpSocketTest {

    private fun onSockets(body: suspend HubTest.(CoroutineScope, UdpSocket, UdpSocket) -> Unit) =
        onHubInRealTime {
            val loopback = InetAddress.getLoopbackAddress()
            UdpSocket.bind(InetSocketAddress(loopback, 0)).use { server ->
                UdpSocket.connect(server.localAddress()).use { client ->
                    coroutine { body(this, server, client) }
                }
            }
        }

    private fun bytes(text: String) = ByteBuffer.wrap(text.toByteArray())

    private fun ByteBuffer.text() = Charsets.UTF_8.decode(this).toString()

    @Test
    fun receiveSuspendsUntilADatagramComes() = onSockets { _, server, client ->
        spawn {
            trail += "sends"
            client.send(bytes("hello"))
        }
        trail += "receives"
        val datagram = server.suspending().receive()
        trail += datagram.data().text()
        assertEquals(client.localAddress(), datagram.address())
        trail.shouldBe("receives sends hello")
    }

    @Test
    fun questionsAndAnswers() = onSockets { scope, server, client ->
        val serving = scope.launch {
            val view = server.suspending()
            view.datagrams().collect { view.send(it.data(), it.address()) }
            trail += "closed"
        }
        for (n in 1..10) {
            client.suspending().send(bytes("$n"))
            assertEquals("$n", client.suspending().receive(100).data().text())
        }
        server.close()
        serving.join()
        trail.shouldBe("closed")
    }

    @Test
    fun aFlowOfDatagramsLeavesTheRest() = onSockets { _, server, client ->
        for (n in 1..3) client.suspending().send(bytes("$n"))
        val texts = server.suspending().datagrams(100).map { it.data().text() }
        assertEquals(listOf("1", "2"), texts.take(2).toList())
        assertEquals("3", server.suspending().receive().data().text())
    }

    @Test
    fun aCancelledReceiveHasReceivedNothing() = onSockets { scope, server, client ->
        val receiver = scope.launch { trail += "never" + server.suspending().receive() }
        yield()
        client.send(bytes("x"))
        hub.loop().look()
        receiver.cancelAndJoin()
        assertNull(withTimeoutOrNull(5) { client.suspending().receive() })
        assertEquals("x", server.suspending().receive().data().text())
        trail.shouldBe("")
    }

    @Test
    fun aCloseEndsAReceive() = onSockets { scope, server, _ ->
        val receiver = scope.async { runCatching { server.suspending().receive() } }
        yield()
        server.close()
        assertTrue(receiver.await().exceptionOrNull() is AsynchronousCloseException)
    }

    @Test
    fun anEmptyDatagramArrives() = onSockets { _, server, client ->
        val back = UdpSocket.bind(InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        back.use { it.suspending().send(ByteBuffer.allocate(0), server.localAddress()) }
        assertEquals(0, server.suspending().receive().data().remaining())
        client.suspending().send(ByteBuffer.allocate(0)) // does nothing, as in Java
    }
}

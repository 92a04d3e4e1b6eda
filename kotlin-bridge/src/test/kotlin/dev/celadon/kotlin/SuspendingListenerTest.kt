package dev.celadon.kotlin

import dev.celadon.hub.Hub
import dev.celadon.net.StreamListener
import dev.celadon.net.StreamSocket
import dev.celadon.select.ConcurrentUseException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.nio.ByteBuffer
import java.nio.channels.AsynchronousCloseException
import java.nio.channels.ServerSocketChannel
import java.nio.channels.SocketChannel
import java.time.Duration
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class SuspendingListenerTest {

    private val anyPort = InetSocketAddress(InetAddress.getLoopbackAddress(), 0)

    private fun listening(body: suspend HubTest.(CoroutineScope, StreamListener) -> Unit) =
        onHubInRealTime {
            StreamListener.bind(anyPort).use { listener -> coroutine { body(this, listener) } }
        }

    private fun client(listener: StreamListener): SocketChannel =
        SocketChannel.open(listener.localAddress())

    @Test
    fun acceptSuspendsUntilSomebodyConnects() = listening { _, listener ->
        spawn {
            trail += "connects"
            StreamSocket.connect(listener.localAddress()).close()
        }
        trail += "accepts"
        listener.suspending().accept().close()
        trail += "accepted"
        trail.shouldBe("accepts connects accepted")
    }

    @Test
    fun connectionsAreAFlow() = listening { scope, listener ->
        val server = scope.launch {
            listener.suspending().connections().collect { socket ->
                launch {
                    socket.use {
                        val view = socket.suspending()
                        view.incoming().collect { view.write(it) }
                    }
                }
            }
            trail += "closed"
        }
        val answers =
            List(5) { n ->
                scope.async {
                    hub.connect(listener.localAddress()).use { socket ->
                        val view = socket.suspending()
                        view.write("$n".toByteArray())
                        val answer = ByteBuffer.allocate(1)
                        view.readFully(answer)
                        answer.get(0).toInt().toChar()
                    }
                }
            }
        assertEquals("01234".toList(), answers.awaitAll())
        listener.close()
        server.join()
        trail.shouldBe("closed")
    }

    @Test
    fun whoHasEnoughLeavesTheOthersToTheNext() = listening { _, listener ->
        val clients = List(3) { client(listener) }
        val view = listener.suspending()
        val accepted = view.connections().take(2).toList() + view.accept()
        assertEquals(
            clients.map { it.localAddress }.toSet(),
            accepted.map { it.remoteAddress() }.toSet(),
        )
        clients.forEach { it.close() }
        accepted.forEach { it.close() }
    }

    /** The loop has told of the connection, the coroutine is cancelled before it could accept. */
    @Test
    fun anAcceptCancelledInTheTickInWhichAConnectionArrivesLeavesItToTheNext() =
        listening { scope, listener ->
            val view = listener.suspending()
            val first = scope.launch { trail += "never" + view.accept() }
            yield()
            val client = client(listener)
            hub.loop().look()
            first.cancel()
            val next = scope.async(start = CoroutineStart.UNDISPATCHED) { view.accept() }
            first.join()
            next.await().use { assertEquals(client.localAddress, it.remoteAddress()) }
            client.close()
            trail.shouldBe("")
        }

    @Test
    fun aTimeoutOfAnAcceptLosesNobody() = listening { _, listener ->
        assertNull(withTimeoutOrNull(5) { listener.suspending().accept() })
        val client = client(listener)
        listener.suspending().accept().use { assertEquals(client.localAddress, it.remoteAddress()) }
        client.close()
    }

    @Test
    fun aSecondOneWhoAcceptsIsRefused() = listening { scope, listener ->
        val first = scope.launch { listener.suspending().accept() }
        yield()
        val second = runCatching { listener.suspending().accept() }
        assertTrue(second.exceptionOrNull() is ConcurrentUseException)
        first.cancelAndJoin()
    }

    @Test
    fun aCloseEndsAnAccept() = listening { scope, listener ->
        val waiting = scope.async { runCatching { listener.suspending().accept() } }
        yield()
        listener.close()
        assertTrue(waiting.await().exceptionOrNull() is AsynchronousCloseException)
    }

    @Test
    fun aCancelledConnectClosesWhatStood() = onHubInRealTime {
        ServerSocketChannel.open().bind(anyPort).use { server ->
            coroutine {
                for (turns in 0..6) {
                    val connecting = launch { hub.connect(server.localAddress).close() }
                    repeat(turns) { yield() }
                    connecting.cancelAndJoin()
                    assertTrue(connecting.isCancelled || connecting.isCompleted)
                }
            }
            server.configureBlocking(false)
            generateSequence { server.accept() }
                .forEach { accepted ->
                    StreamSocket.of(accepted).use {
                        it.setTimeout(Duration.ofSeconds(10))
                        assertEquals(-1, it.read(ByteArray(1)), "the other end is closed")
                    }
                }
        }
        assertEquals(1, hub.liveGreenlets())
    }

    @Test
    fun aConnectionIsMadeFromAnyDispatcher() {
        Hub.start("remote").use { hub ->
            onHub {
                StreamListener.bind(anyPort).use { listener ->
                    coroutine {
                        withContext(Dispatchers.Default) {
                            hub.connect("localhost", listener.port()).close()
                        }
                        listener.suspending().accept().close()
                    }
                }
            }
        }
    }

    @Test
    fun aRefusedConnectSaysWhy() = onHub {
        val port = StreamListener.bind(anyPort).use { it.port() }
        coroutine {
            val refused = runCatching { hub.connect("127.0.0.1", port) }.exceptionOrNull()
            assertTrue(refused is java.net.ConnectException, "$refused")
        }
    }
}

package dev.celadon.kotlin.zeromq

import dev.celadon.hub.Body
import dev.celadon.hub.Hub
import dev.celadon.kotlin.runSuspending
import dev.celadon.zeromq.RequestMultiplexer
import dev.celadon.zeromq.ZmqClosedException
import dev.celadon.zeromq.ZmqContext
import dev.celadon.zeromq.ZmqMessage
import dev.celadon.zeromq.ZmqTimeoutException
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class SuspendingRequestsTest {

    private fun withServer(
        body: suspend CoroutineScope.(RouterSocket, RequestMultiplexer) -> Unit
    ) =
        Hub.run(
            Body {
                ZmqContext.open().use { context ->
                    runSuspending {
                        RouterSocket(context).use { router ->
                            val endpoint = router.bind("tcp://127.0.0.1:*")
                            RequestMultiplexer.connect(context, endpoint).use { body(router, it) }
                        }
                    }
                }
            }
        )

    /** The last frame of a request goes back in its envelope. */
    private suspend fun RouterSocket.answer(request: ZmqMessage, text: String) {
        send(
            zmqMessage {
                repeat(request.size() - 1) { frame(request[it]) }
                frame(text)
            }
        )
    }

    @Test
    fun requestsOvertakeEachOther() = withServer { router, servers ->
        val view = servers.suspending()
        val answers = listOf("a", "b", "c").map { async { view.request(it) } }
        val requests = List(3) { router.receive() }
        for (request in requests.reversed()) {
            router.answer(request, "re:" + request.text(request.size() - 1))
        }
        assertEquals(listOf("re:a", "re:b", "re:c"), answers.awaitAll())
        assertEquals(0, servers.pending())
    }

    @Test
    fun aCancelledRequestIsGivenUpAndItsReplyDropped() = withServer { router, servers ->
        val view = servers.suspending()
        val hasty = launch { view.request("hasty") }
        val request = router.receive()
        hasty.cancelAndJoin()
        assertEquals(0, servers.pending())
        router.answer(request, "late")
        val next = async { view.request("next") }
        val other = router.receive()
        router.answer(other, "on time")
        assertEquals("on time", next.await())
        assertEquals(1, servers.metrics().late())
    }

    @Test
    fun timeEndsARequest() = withServer { _, servers ->
        val late = runCatching { servers.suspending().request("x", 20.milliseconds) }
        assertTrue(late.exceptionOrNull() is ZmqTimeoutException)
    }

    @Test
    fun aPendingReplyCanBeAwaitedLater() = withServer { router, servers ->
        val pending = servers.submit(ZmqMessage.of("x"))
        router.answer(router.receive(), "y")
        assertEquals("y", pending.await().text(0))
        val cancelled = servers.submit(ZmqMessage.of("z"))
        val waiting = launch { cancelled.await() }
        yield()
        waiting.cancelAndJoin()
        assertEquals(1, servers.pending(), "the request goes on")
        cancelled.cancel()
    }

    @Test
    fun aCloseEndsRequests() = withServer { _, servers ->
        val waiting = async { runCatching { servers.suspending().request("x") } }
        yield()
        servers.close()
        assertTrue(waiting.await().exceptionOrNull() is ZmqClosedException)
    }
}

package dev.celadon.kotlin.zeromq

import dev.celadon.hub.Body
import dev.celadon.hub.Hub
import dev.celadon.kotlin.collectTo
import dev.celadon.kotlin.produceFrom
import dev.celadon.kotlin.runSuspending
import dev.celadon.kotlin.suspending
import dev.celadon.queue.Queue
import dev.celadon.zeromq.ZmqClosedException
import dev.celadon.zeromq.ZmqContext
import dev.celadon.zeromq.ZmqMessage
import dev.celadon.zeromq.ZmqSocket
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.async
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.zeromq.SocketType

class ZmqFlowsTest {

    private fun onPipe(body: suspend CoroutineScope.(push: ZmqSocket, pull: ZmqSocket) -> Unit) =
        Hub.run(
            Body {
                ZmqContext.open().use { context ->
                    val pull = context.socket(SocketType.PULL)
                    val push = context.socket(SocketType.PUSH)
                    push.connect(pull.bind("inproc://pipe"))
                    runSuspending { body(push, pull) }
                    push.close()
                    pull.close()
                }
            }
        )

    private suspend fun ZmqSocket.sendAll(texts: IntRange) {
        for (n in texts) suspending().send("$n")
    }

    private suspend fun ZmqSocket.texts(count: Int) =
        suspending().messages().take(count).map { it.text(0) }.toList()

    @Test
    fun socketsAndQueuesAreSelectedFromThroughChannels() = onPipe { push, pull ->
        val queue = Queue<String>()
        val messages = produceFrom(pull)
        val orders = produceFrom(queue)
        launch {
            push.sendAll(1..1)
            yield()
            queue.put("order")
        }
        val got =
            List(2) {
                select {
                    messages.onReceive { "message " + it.text(0) }
                    orders.onReceive { it }
                }
            }
        assertEquals(setOf("message 1", "order"), got.toSet())
        messages.cancel()
        orders.cancel()
    }

    @Test
    fun whatAChannelTookAheadIsTheNextInOrder() = onPipe { push, pull ->
        push.sendAll(1..6)
        val channel = produceFrom(pull, 2)
        assertEquals("1", channel.receive().text(0))
        repeat(5) { yield() }
        channel.cancel()
        assertEquals(listOf("2", "3", "4", "5", "6"), pull.texts(5))
    }

    @Test
    fun aFullBufferOfAChannelIsTheNextInOrder() = onPipe { push, pull ->
        push.sendAll(1..4)
        val channel = produceFrom(pull, Channel.UNLIMITED)
        repeat(5) { yield() }
        channel.cancel()
        assertEquals(listOf("1", "2", "3", "4"), pull.texts(4))
    }

    @Test
    fun aChannelClosesWithItsSocket() = onPipe { _, pull ->
        val channel = produceFrom(pull)
        yield()
        pull.close()
        assertTrue(channel.receiveCatching().isClosed)
    }

    @Test
    fun aFlowIsSentThroughASocketWhichHoldsItBack() = onPipe { push, pull ->
        var emitted = 0
        val sending = launch {
            (1..5_000)
                .asFlow()
                .map {
                    emitted = it
                    ZmqMessage.of("$it")
                }
                .collectTo(push)
        }
        yield()
        assertTrue(emitted in 1..4_999, "$emitted are more than there is room for")
        assertEquals((1..5_000).map { "$it" }, pull.texts(5_000))
        sending.join()
    }

    @Test
    fun endsAreToldByResults() = onPipe { push, pull ->
        val waiting = async { pull.suspending().receiveCatching() }
        yield()
        pull.close()
        val end = waiting.await()
        assertTrue(end.isClosed && end.exceptionOrNull() is ZmqClosedException)
        assertTrue(pull.suspending().tryReceive().isClosed)
        push.close()
        assertTrue(push.suspending().trySend(ZmqMessage.of("x")).isClosed)
    }
}

package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.Body
import dev.celadon.hub.Hub
import dev.celadon.zeromq.ZmqClosedException
import dev.celadon.zeromq.ZmqContext
import dev.celadon.zeromq.ZmqMessage
import dev.celadon.zeromq.ZmqSocket
import kotlin.random.Random
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assertions.fail
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import org.zeromq.SocketType

class SuspendingZmqSocketTest {

    private val trail = Trail()

    /** A PUSH and a PULL socket, connected; in real time, because JeroMQ has none other. */
    private fun onPipe(
        endpoint: String = "inproc://pipe",
        body: suspend CoroutineScope.(push: ZmqSocket, pull: ZmqSocket) -> Unit,
    ) =
        Hub.run(
            Body {
                ZmqContext.open().use { context ->
                    val pull = context.socket(SocketType.PULL)
                    val push = context.socket(SocketType.PUSH)
                    push.connect(pull.bind(endpoint))
                    runSuspending { body(push, pull) }
                    push.close()
                    pull.close()
                }
            }
        )

    private fun greenlet(body: () -> Unit) = Greenlet.spawn(Hub.current(), Body(body))

    @Test
    fun receiveSuspendsWhileAGreenletSends() = onPipe { push, pull ->
        greenlet {
            trail += "greenlet"
            push.send("hello")
        }
        trail += "receives"
        trail += pull.suspending().receiveString()
        trail.shouldBe("receives greenlet hello")
    }

    @Test
    fun sendSuspendsUntilAGreenletHasMadeRoom() = onPipe { push, pull ->
        val sent = mutableListOf<Int>()
        val sender = launch {
            // More than both high-water marks of an inproc pipe together.
            repeat(3_000) {
                push.suspending().send("$it")
                sent += it
            }
        }
        yield()
        assertTrue(sent.size in 1..2_999, "sent ${sent.size}")
        val received = runInGreenlet { List(3_000) { pull.recvString().toInt() } }
        sender.join()
        assertEquals((0 until 3_000).toList(), received)
        assertEquals(received, sent)
    }

    @Test
    fun everyKindOfMessagePassesOverTcp() =
        onPipe("tcp://127.0.0.1:*") { push, pull ->
            val (sender, receiver) = push.suspending() to pull.suspending()
            sender.send(byteArrayOf(1, 2))
            assertArrayEquals(byteArrayOf(1, 2), receiver.receiveBytes())
            sender.send("text")
            assertEquals("text", receiver.receiveString())
            sender.send(listOf("a".toByteArray(), "b".toByteArray()))
            assertEquals(ZmqMessage.of("a", "b"), receiver.receive())
            assertTrue(sender.trySend(ZmqMessage.of("c", "d")).isSuccess)
            try {
                receiver.receiveBytes()
                fail<Unit>("two frames are not one")
            } catch (_: IllegalStateException) {
                assertEquals(ZmqMessage.of("c", "d"), receiver.tryReceive().getOrThrow())
            }
            assertTrue(receiver.tryReceive().isFailure)
        }

    @Test
    fun requestsAndReplies() =
        Hub.run(
            Body {
                ZmqContext.open().use { context ->
                    val reply = context.socket(SocketType.REP)
                    val request = context.socket(SocketType.REQ)
                    request.connect(reply.bind("tcp://127.0.0.1:*"))
                    runSuspending {
                        val server = launch {
                            reply.suspending().messages().collect {
                                reply.suspending().send("re:" + it.text(0))
                            }
                        }
                        for (n in 1..20) {
                            request.suspending().send("$n")
                            assertEquals("re:$n", request.suspending().receiveString())
                        }
                        server.cancel()
                    }
                    request.close()
                    reply.close()
                }
            }
        )

    @Test
    fun waitersOfBothKindsAreServedInOneLine() = onPipe { push, pull ->
        launch { trail += "a" + pull.suspending().receiveString() }
        greenlet { trail += "b" + pull.recvString() }
        val cancelled = launch { trail += "never" + pull.suspending().receiveString() }
        launch { trail += "c" + pull.suspending().receiveString() }
        yield()
        yield()
        cancelled.cancel()
        runInGreenlet { for (n in 1..3) push.send("$n") }
        coroutineContext[Job]!!.children.toList().forEach { it.join() }
        runInGreenlet { Greenlets.yieldNow() }
        assertEquals(listOf("a1", "b2", "c3"), trail.toString().split(" ").sorted())
    }

    @Test
    fun aMessageForACoroutineCancelledInTheSameTickIsTheNext() = onPipe { push, pull ->
        val receiver = launch { trail += "never" + pull.suspending().receiveString() }
        yield()
        assertTrue(push.trySend("1"))
        assertTrue(push.trySend("2"))
        receiver.cancelAndJoin()
        assertEquals("1", pull.suspending().receiveString())
        assertEquals("2", pull.suspending().receiveString())
        trail.shouldBe("")
    }

    @Test
    fun aTimeoutLosesNothing() = onPipe { push, pull ->
        assertNull(withTimeoutOrNull(5) { pull.suspending().receive() })
        push.suspending().send("late")
        assertEquals("late", pull.suspending().receiveString())
    }

    @Test
    fun aFlowOfMessagesLeavesTheRestInTheSocket() = onPipe { push, pull ->
        for (n in 1..4) push.suspending().send("$n")
        val messages = pull.suspending().messages().map { it.text(0) }
        assertEquals(listOf("1", "2"), messages.take(2).toList())
        launch {
            pull.suspending().messages().collect {
                trail += it.text(0)
                currentCoroutineContext().cancel()
            }
        }
            .join()
        assertEquals("4", pull.suspending().receiveString())
        trail.shouldBe("3")
    }

    @Test
    fun closingTheSocketEndsFlowsAndFailsReceivers() = onPipe { _, pull ->
        val flow = launch {
            pull.suspending().messages().collect {}
            trail += "completed"
        }
        val receiver = launch {
            try {
                pull.suspending().receive()
            } catch (_: ZmqClosedException) {
                trail += "closed"
            }
        }
        yield()
        pull.close()
        flow.join()
        receiver.join()
        trail.shouldBe("completed closed")
    }

    @Test
    fun aClosingHubCancelsReceivers() {
        val hub = Hub.start("short")
        lateinit var job: Job
        hub.use {
            runBlocking(hub.asCoroutineDispatcher()) {
                val pull = ZmqContext.open().socket(SocketType.PULL)
                pull.bind("inproc://closing")
                job = HubScope(hub).launch { pull.suspending().receive() }
                yield()
            }
        }
        runBlocking { job.join() }
        assertTrue(job.isCancelled)
    }

    @Test
    fun aCallFromElsewhereIsRefused() = onPipe { _, pull ->
        withContext(Dispatchers.Default) {
            try {
                pull.suspending().receive()
                fail<Unit>("not refused")
            } catch (_: WrongThreadException) {
                trail += "refused"
            }
        }
        trail.shouldBe("refused")
    }

    @ParameterizedTest
    @ValueSource(longs = [1, 2, 3, 4])
    fun everyMessageArrivesOnce(seed: Long) = onPipe { push, pull ->
        val random = Random(seed)
        val seen = mutableListOf<Int>()
        val sender = launch {
            repeat(1_000) {
                push.suspending().send("$it")
                if (random.nextInt(3) == 0) yield()
            }
        }
        while (seen.size < 1_000) {
            val receivers =
                List(1 + random.nextInt(3)) {
                    if (random.nextBoolean()) {
                        launch {
                            pull.suspending().messages().collect { seen += it.text(0).toInt() }
                        }
                    } else {
                        greenlet { while (true) seen += pull.recvString().toInt() }.asJob()
                    }
                }
            repeat(random.nextInt(8)) { yield() }
            receivers.forEach { it.cancelAndJoin() }
        }
        sender.join()
        assertEquals((0 until 1_000).toList(), seen.sorted(), "seed $seed")
    }
}

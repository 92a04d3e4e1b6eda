package dev.celadon.kotlin.test

import dev.celadon.Greenlets
import dev.celadon.kotlin.await
import dev.celadon.kotlin.runInGreenlet
import dev.celadon.kotlin.suspending
import dev.celadon.queue.Queue
import dev.celadon.sync.Event
import dev.celadon.sync.Semaphore
import dev.celadon.zeromq.ContextOptions
import dev.celadon.zeromq.IoMode
import dev.celadon.zeromq.ZmqContext
import dev.celadon.zeromq.ZmqSocket
import dev.celadon.zeromq.ZmqTimeoutException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.zeromq.SocketType

/**
 * Greenlets, coroutines, callbacks, timers and ZeroMQ messages share one order: first in, first
 * out, and the same on every run.
 */
class OneOrderTest {

    /** A pipe of ZeroMQ, with JeroMQ's I/O on the hub of the test. */
    private suspend fun onPipe(endpoint: String, body: suspend (ZmqSocket, ZmqSocket) -> Unit) {
        val context = runInGreenlet {
            ZmqContext.open(ContextOptions.defaults().withIo(IoMode.HUB))
        }
        val pull = runInGreenlet { context.socket(SocketType.PULL) }
        val push = runInGreenlet { context.socket(SocketType.PUSH) }
        runInGreenlet { push.connect(pull.bind(endpoint)) }
        try {
            body(push, pull)
        } finally {
            runInGreenlet { context.close() }
        }
    }

    // --- First in, first out

    @Test
    fun whatIsReadyRunsInTheOrderInWhichItBecameReady() = runHubTest {
        val trail = Trail()
        onPipe("inproc://one") { push, pull ->
            val queue = Queue<String>()
            val event = Event()
            val waiters =
                listOf(
                    greenlet { trail += "greenlet:${queue.get()}" },
                    greenlet { trail += "zmq greenlet:${pull.recvString()}" },
                    greenlet {
                        event.waitUntilSet()
                        trail += "event greenlet"
                    },
                )
            val coroutines =
                listOf(
                    launch { trail += "coroutine:${queue.suspending().receive()}" },
                    launch { trail += "zmq coroutine:${pull.suspending().receiveString()}" },
                    launch {
                        event.await()
                        trail += "event coroutine"
                    },
                )
            runCurrent()
            queue.put("1")
            hub.runCallback { trail += "callback" }
            event.set()
            launch { trail += "launched" }
            queue.put("2")
            greenlet { trail += "spawned" }
            runCurrent()
            trail.shouldBe(
                "greenlet:1 callback event greenlet event coroutine launched coroutine:2 spawned"
            )
            assertTrue(push.trySend("3"))
            hub.runCallback { trail += "behind a message" }
            assertTrue(push.trySend("4"))
            waiters.forEach { it.await() }
            coroutines.joinAll()
        }
        val messages = trail.toString().substringAfter("spawned ")
        assertEquals("zmq greenlet:3 behind a message zmq coroutine:4", messages)
    }

    @Test
    fun whoSleepsToTheSameMomentWakesInTheOrderOfArming() = runHubTest {
        val trail = Trail()
        onPipe("inproc://two") { _, pull ->
            val second = java.time.Duration.ofSeconds(1)
            for (round in 1..3) {
                greenlet {
                    Greenlets.sleep(second)
                    trail += "sleep$round"
                }
                launch {
                    delay(1.seconds)
                    trail += "delay$round"
                }
                launch { hub.runCallbackLater(second.toNanos()) { trail += "callback$round" } }
                greenlet {
                    assertThrows(ZmqTimeoutException::class.java) { pull.recv(second) }
                    trail += "receive$round"
                }
                greenlet {
                    Semaphore(0).acquire(second)
                    trail += "acquire$round"
                }
            }
            advanceUntilIdle()
        }
        trail.shouldBe(
            (1..3).joinToString(" ") { "sleep$it delay$it callback$it receive$it acquire$it" }
        )
    }

    @Test
    fun aDueTimerRunsBeforeWhatBecomesReadyAfterIt() = runHubTest {
        val trail = Trail()
        launch {
            delay(10)
            trail += "coroutine"
        }
        greenlet {
            sleep(10.milliseconds)
            trail += "greenlet"
        }
        advanceTimeBy(10.milliseconds)
        launch { trail += "later coroutine" }
        greenlet { trail += "later greenlet" }
        hub.runCallback { trail += "later callback" }
        runCurrent()
        trail.shouldBe("coroutine greenlet later coroutine later greenlet later callback")
    }

    @Test
    fun whoSpinsDoesNotStopTheOthers() = runHubTest {
        val trail = Trail()
        for (name in listOf("a", "b")) {
            launch {
                repeat(3) {
                    trail += name
                    yield()
                }
            }
            greenlet {
                repeat(3) {
                    trail += name.uppercase()
                    Greenlets.yieldNow()
                }
            }
        }
        runCurrent()
        trail.shouldBe("a A b B a A b B a A b B")
    }

    // --- The same on every run

    /** A program in which everything meets; what it did, in order, and when. */
    private fun mixed(seed: Long?, endpoint: String): String {
        val trail = Trail()
        runHubTest(seed = seed) {
            fun step(name: String) {
                trail += "$name@${currentTime.inWholeMilliseconds}"
            }
            onPipe(endpoint) { push, pull ->
                val queue = Queue<Int>(2)
                val permits = Semaphore(2)
                val work = ArrayList<Job>()
                for (n in 1..3) {
                    greenlet {
                        sleep((10 * (n % 2)).milliseconds)
                        queue.put(n)
                        step("put$n")
                        push.send("g$n")
                    }
                    work += launch {
                        delay(10L * (n % 2))
                        permits.acquireIn(this@runHubTest)
                        step("permit$n")
                        push.suspending().send("c$n")
                        hub.runCallback { permits.release() }
                    }
                    work += launch { step("took${queue.suspending().receive()}") }
                    hub.runCallbackLater(10_000_000L * n) { step("timer$n") }
                }
                work += launch {
                    repeat(3) { step("coroutine:${pull.suspending().receiveString()}") }
                }
                greenlet { repeat(3) { step("greenlet:${pull.recvString()}") } }.await()
                work.joinAll()
                delay(100)
            }
        }
        return trail.toString()
    }

    private suspend fun Semaphore.acquireIn(scope: HubTestScope) {
        if (!tryAcquire()) {
            scope.greenlet { acquire() }.await()
        }
    }

    @Test
    fun aThousandRunsOfOneSeedAreOneRun() {
        val first = mixed(7, "inproc://mixed")
        assertEquals(18, first.split(" ").size, first)
        repeat(999) { assertEquals(first, mixed(7, "inproc://mixed")) }
    }

    @Test
    fun aThousandRunsWithoutASeedAreOneRun() {
        val first = mixed(null, "inproc://mixed")
        repeat(999) { assertEquals(first, mixed(null, "inproc://mixed")) }
    }

    @Test
    fun otherSeedsAreOtherRuns() {
        val trails = (0L until 50).map { mixed(it, "inproc://mixed") }
        assertTrue(trails.toSet().size > 40, "${trails.toSet().size} different ones of 50")
    }

    /** Questions and answers over a real connection, beside sleepers: one message on its way. */
    private fun overTcp(seed: Long?): String {
        val trail = Trail()
        runHubTest(seed = seed) {
            val context = runInGreenlet {
                ZmqContext.open(ContextOptions.defaults().withIo(IoMode.HUB))
            }
            val server = runInGreenlet { context.socket(SocketType.REP) }
            val client = runInGreenlet { context.socket(SocketType.REQ) }
            val endpoint = runInGreenlet { server.bind("tcp://127.0.0.1:*") }
            runInGreenlet { client.connect(endpoint) }
            val answering = launch {
                repeat(5) {
                    val question = server.suspending().receiveString()
                    trail += "asked:$question"
                    server.suspending().send("answer$question")
                }
            }
            greenlet {
                repeat(5) {
                    client.send("$it")
                    trail += client.recvString()
                }
            }
                .await()
            answering.join()
            for (name in listOf("a", "b", "c")) {
                launch { trail += name }
                greenlet { trail += name.uppercase() }
            }
            runCurrent()
            runInGreenlet { context.close() }
        }
        return trail.toString()
    }

    @Test
    fun runsOverTcpAreOneRunToo() {
        val first = overTcp(7)
        assertTrue("asked:0 answer0 asked:1 answer1" in first, first)
        repeat(200) { assertEquals(first, overTcp(7)) }
        assertTrue((0L until 10).map(::overTcp).toSet().size > 5)
    }
}

package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.greenlet.Timeout
import dev.celadon.greenlet.TimeoutExpired
import dev.celadon.hub.BlockingSwitchOut
import dev.celadon.hub.Hub
import dev.celadon.hub.HubClosedException
import dev.celadon.queue.Queue
import dev.celadon.queue.QueueShutDown
import dev.celadon.sync.Event
import java.time.Duration
import kotlin.concurrent.thread
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What has hurt others who joined coroutines to an event loop. */
class PitfallsTest {

    // --- runBlocking

    @Test
    fun runBlockingOnTheHubInASliceFailsAtOnce() = onHub {
        val dispatcher = hub.asCoroutineDispatcher()
        coroutine {
            for (onHub in
                listOf(dispatcher, dispatcher.immediate, hub.asCoroutineDispatcher("x"))) {
                val refusal =
                    assertThrows(BlockingSwitchOut::class.java) {
                        runBlocking(onHub) { delay(1) }
                    }
                assertTrue("runBlocking" in refusal.message!!, refusal.message)
            }
            yield()
            trail += "alive"
        }
        trail.shouldBe("alive")
    }

    @Test
    fun runBlockingThatStartsSomethingOnTheHubInASliceFailsAtOnce() = onHub {
        coroutine {
            val failure = runCatching {
                runBlocking {
                    coroutineScope { withContext(hub.asCoroutineDispatcher()) { yield() } }
                }
            }
                .exceptionOrNull()
            assertTrue(
                generateSequence(failure) { it.cause }.any { it is BlockingSwitchOut },
                "$failure",
            )
            trail += "alive"
        }
        trail.shouldBe("alive")
    }

    @Test
    fun runBlockingInASliceWithoutTheHubWorks() = onHub {
        coroutine { assertEquals(42, runBlocking { withContext(Dispatchers.Default) { 42 } }) }
    }

    @Test
    fun runBlockingInASliceMayResumeThoseThatAnotherThreadWaitsFor() = onHub {
        val dispatcher = hub.asCoroutineDispatcher()
        for (view in listOf(dispatcher, hub.asCoroutineDispatcher("x"), dispatcher.immediate)) {
            val waits = CompletableDeferred<Unit>()
            val signal = CompletableDeferred<Unit>()
            var resumed = 0
            coroutine {
                val other = thread {
                    runBlocking {
                        withContext(view) {
                            waits.complete(Unit)
                            signal.await()
                            resumed++
                        }
                    }
                }
                waits.await()
                runBlocking { signal.complete(Unit) }
                withContext(Dispatchers.IO) { other.join() }
            }
            assertEquals(1, resumed, "$view")
        }
    }

    @Test
    fun aContextOfARunBlockingThatIsOverIsLikeAnyOther() = onHub {
        coroutine {
            val left = runBlocking { currentCoroutineContext() }
            hub.asCoroutineDispatcher().dispatch(left) { trail += "ran" }
            yield()
        }
        trail.shouldBe("ran")
    }

    @Test
    fun coroutinesOfAThreadInRunBlockingMayStartOthersOnTheHub() {
        Hub.start("served").use { hub ->
            val dispatcher = hub.asCoroutineDispatcher()
            val sum =
                runBlocking(dispatcher) {
                    val parts = (1..100).map { n -> async { n.also { yield() } } }
                    withContext(dispatcher.immediate) { parts.sumOf { it.await() } }
                }
            assertEquals(5050, sum)
        }
    }

    @Test
    fun runBlockingOnTheHubInAGreenletWorksOrFailsAtOnce() = onHub {
        val dispatcher = hub.asCoroutineDispatcher()
        val attempt = runCatching { runBlocking(dispatcher) { yield().let { 42 } } }
        if (hub.carrierMode().kind() == dev.celadon.hub.CarrierMode.Kind.DIRECT) {
            assertEquals(42, attempt.getOrThrow())
        } else {
            assertTrue(attempt.exceptionOrNull() is BlockingSwitchOut, "$attempt")
        }
    }

    @Test
    fun nestedRunBlockingInAGreenletEnds() = onHub {
        needsDirectMode("a wait of another library gives the turn back")
        val ticker = spawn { trail += "tick" }
        val value = runBlocking {
            delay(1)
            runBlocking { yield().let { runBlocking { delay(1).let { "value" } } } }
        }
        ticker.join()
        trail += value
        trail.shouldBe("tick value")
    }

    // --- The queue of inline resumptions

    @Test
    fun aGreenletThatBlocksDoesNotHoldImmediateCoroutinesBack() = onHub {
        val signal = CompletableDeferred<Unit>()
        val answer = Event()
        HubScope(hub).launch(hub.asCoroutineDispatcher().immediate) {
            signal.await()
            trail += "resumed"
            answer.set()
        }
        Greenlets.yieldNow()
        spawn {
            signal.complete(Unit)
            trail += "blocks"
            answer.waitUntilSet() // only the coroutine can end this
            trail += "goes on"
        }
            .join()
        trail.shouldBe("blocks resumed goes on")
    }

    @Test
    fun immediateCoroutinesThatWakeEachOtherInTheLaneAllRun() = onHub {
        val first = CompletableDeferred<Unit>()
        val second = CompletableDeferred<Unit>()
        coroutine {
            withContext(hub.asCoroutineDispatcher().immediate) {
                launch {
                    first.await()
                    second.complete(Unit)
                    trail += "first"
                }
                launch {
                    second.await()
                    trail += "second"
                }
                first.complete(Unit)
                trail += "slice"
            }
        }
        assertEquals(setOf("first", "second", "slice"), trail.toString().split(" ").toSet())
    }

    // --- Things that throw

    @Test
    fun aDispatcherOfOthersThatThrowsDoesNotHarmTheHub() = onHub {
        val broken =
            object : CoroutineDispatcher() {
                override fun dispatch(context: CoroutineContext, block: Runnable): Unit =
                    error("broken dispatcher")
            }
        coroutine {
            supervisorScope {
                val told = CompletableDeferred<Throwable>()
                val handler = CoroutineExceptionHandler { _, failure -> told.complete(failure) }
                runCatching { launch(broken + handler) { trail += "never" } }
                    .exceptionOrNull()
                    ?.let { told.complete(it) }
                assertTrue(
                    generateSequence(told.await()) { it.cause }
                        .any { it.message == "broken dispatcher" }
                )
            }
            trail += "alive"
        }
        spawn { trail += "greenlet" }.join()
        trail.shouldBe("alive greenlet")
    }

    @Test
    fun anElementThatThrowsOnTheWayOutDoesNotHarmTheHub() {
        class Broken : ThreadContextElement<Unit> {
            override val key = Key

            override fun updateThreadContext(context: CoroutineContext) = Unit

            override fun restoreThreadContext(context: CoroutineContext, oldState: Unit) =
                error("broken element")
        }
        val failures = mutableListOf<Throwable>()
        onHubThatMayReport {
            val told = Event()
            val handler = CoroutineExceptionHandler { _, failure ->
                failures += failure
                told.set()
            }
            HubScope(hub).launch(handler + Broken()) { trail += "slice" }
            told.waitUntilSet()
            coroutine { trail += "alive" }
            spawn { trail += "greenlet" }.join()
            trail.shouldBe("slice alive greenlet")
        }
        assertTrue(
            failures
                .flatMap { generateSequence(it) { e -> e.cause } }
                .any { it.message == "broken element" },
            "$failures",
        )
    }

    private object Key : CoroutineContext.Key<CoroutineContext.Element>

    // --- Cancellation that is not ours

    @Test
    fun aKilledGreenletDoesNotCancelAHealthyCoroutine() = onHub {
        coroutine {
            val seen = async {
                val greenlet = spawn { Event().waitUntilSet() }
                launch { greenlet.killAsync() }
                runCatching { greenlet.await() }.exceptionOrNull()
            }
            assertTrue(seen.await() is GreenletKilledException)
            val job = launch {
                val inner = runCatching {
                    runInGreenlet {
                        throw java.util.concurrent.CancellationException("of a library")
                    }
                }
                assertEquals("of a library", inner.exceptionOrNull()?.message)
                assertTrue(isActive)
                trail += "healthy"
            }
            job.join()
            assertFalse(job.isCancelled)
        }
        trail.shouldBe("healthy")
    }

    @Test
    fun aTimeoutOfACoroutineDoesNotLookLikeOneOfAGreenlet() = onHub {
        val thrown = runCatching { runSuspending { withTimeout(5) { delay(10) } } }
        assertTrue(thrown.exceptionOrNull() is kotlinx.coroutines.TimeoutCancellationException)
        coroutine {
            val expired = runCatching {
                runInGreenlet {
                    Timeout.withTimeout(Duration.ofMillis(5)) { Event().waitUntilSet() }
                }
            }
                .exceptionOrNull()
            assertTrue(expired is TimeoutExpired, "$expired")
            assertTrue(isActive)
        }
        assertEquals(10, clock.millis())
    }

    @Test
    fun theInnerOfTwoTimeoutsWinsOverTheBridgeInBothDirections() = onHub {
        coroutine {
            val value =
                withTimeoutOrNull(20) {
                    runInGreenlet {
                        Timeout.withTimeout(Duration.ofMillis(5), "inner") {
                            Event().waitUntilSet().let { "never" }
                        }
                    }
                }
            assertEquals("inner", value)
            assertNull(
                withTimeoutOrNull(5) {
                    runInGreenlet {
                        Timeout.withTimeout(Duration.ofMillis(20), "inner") {
                            Event().waitUntilSet().let { "never" }
                        }
                    }
                }
            )
        }
        assertEquals(10, clock.millis())
        assertEquals(0, timers())
    }

    @Test
    fun aTimeoutHasNoPowerOverASliceThatSpins() = onHub {
        coroutine {
            val value =
                withTimeoutOrNull(10) {
                    clock.advance(1000.milliseconds)
                    "ended by itself"
                }
            assertEquals("ended by itself", value)
            assertNull(
                withTimeoutOrNull(10) {
                    while (true) {
                        clock.advance(1.milliseconds)
                        yield() // a place where it can end
                    }
                    @Suppress("UNREACHABLE_CODE") "never"
                }
            )
        }
    }

    @Test
    fun aFlowThatEmitsFromAnotherContextFailsAsAlways() = onHub {
        coroutine {
            val failure = runCatching {
                flow { withContext(Dispatchers.Default) { emit(1) } }.collectTo(Queue<Int>())
            }
                .exceptionOrNull()
            assertTrue(failure is IllegalStateException, "$failure")
            assertTrue("Flow invariant" in failure!!.message!!, failure.message)
        }
    }

    // --- Interrupts

    @Test
    fun anInterruptOfAGreenletStaysInThatGreenlet() = onHub {
        coroutine {
            val started = Event()
            val interrupted = async {
                runInGreenlet {
                    started.set()
                    runCatching { Event().waitUntilSet() }
                    Thread.currentThread().isInterrupted
                }
            }
            val innocent = async {
                runInGreenlet {
                    Greenlets.yieldNow()
                    Thread.currentThread().isInterrupted
                }
            }
            started.await()
            Greenlets.spawn {
                    hub.liveGreenlets() // the hub looks after them meanwhile
                }
                .awaitEnd()
            assertFalse(innocent.await())
            interrupted.cancelAndJoin()
            assertFalse(Thread.currentThread().isInterrupted)
        }
        assertFalse(Thread.currentThread().isInterrupted)
    }

    // --- Stack-trace recovery, which is on in tests: kotlinx makes copies of exceptions

    @Test
    fun ourExceptionsStayWhatTheyAreOnTheWayThroughCoroutines() = onHub {
        val queue = Queue<Int>()
        queue.shutdown()
        val closed = Hub.start("closed").also { it.close() }
        val failures =
            listOf(
                runCatching { queue.get() },
                runCatching { closed.runCallback {} },
                runCatching {
                    Timeout.withTimeout(Duration.ofMillis(1)) { Event().waitUntilSet() }
                },
                runCatching { runSuspending { spawn { Event().waitUntilSet() }.killed() } },
            )
        val types =
            listOf(
                QueueShutDown::class,
                HubClosedException::class,
                TimeoutExpired::class,
                GreenletKilledException::class,
            )
        for ((attempt, type) in failures.zip(types)) {
            val failure = attempt.exceptionOrNull()!!
            assertEquals(type, failure::class)
            coroutine {
                supervisorScope {
                    val deferred = async(Dispatchers.Default) { throw failure }
                    assertSame(failure, runCatching { deferred.await() }.exceptionOrNull())
                }
            }
        }
    }

    private suspend fun dev.celadon.greenlet.Greenlet<*>.killed() {
        killAsync()
        await()
    }

    @Test
    fun anUndispatchedStartInAGreenletMayBlockThatGreenlet() = onHub {
        val queue = Queue<Int>()
        spawn { queue.put(1) }
        var job: Job? = null
        spawn {
            job =
                CoroutineScope(Dispatchers.Unconfined).launch(start = CoroutineStart.UNDISPATCHED) {
                    trail += "got ${queue.get()}" // blocking-style, in the greenlet's own frame
                }
        }
            .join()
        assertTrue(job!!.isCompleted)
        trail.shouldBe("got 1")
    }
}

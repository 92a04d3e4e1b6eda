package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.hub.BlockingSwitchOut
import dev.celadon.hub.Hub
import dev.celadon.queue.Queue
import dev.celadon.sync.Event
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.plus
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotSame
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class HubDispatcherTest {

    @Test
    fun aCoroutineRunsInTheLaneAlwaysOnTheSameThread() = onHub {
        coroutine {
            val thread = Thread.currentThread()
            assertTrue(hub.inHub() && hub.inLane())
            yield()
            assertSame(thread, Thread.currentThread())
            withContext(Dispatchers.Default) { assertFalse(hub.inHub()) }
            assertSame(thread, Thread.currentThread())
            assertSame(hub, currentHub())
        }
    }

    @Test
    fun thereIsOneDispatcherForEachHub() = onHub {
        val here = hub.asCoroutineDispatcher()
        val elsewhere = AtomicReference<HubDispatcher>()
        thread { elsewhere.set(hub.asCoroutineDispatcher()) }.join()
        assertSame(here, elsewhere.get())
        assertSame(here.immediate, here.immediate)
        assertSame(here.immediate, here.immediate.immediate)
        assertNotSame(here, here.immediate)
        assertSame(hub, here.immediate.hub)
        assertEquals("HubDispatcher[test]", here.toString())
        assertEquals("HubDispatcher[test].immediate", here.immediate.toString())
    }

    @Test
    fun limitedParallelismIsTheSameDispatcher() = onHub {
        val dispatcher = hub.asCoroutineDispatcher()
        assertSame(dispatcher, dispatcher.limitedParallelism(1, null))
        assertSame(dispatcher.immediate, dispatcher.immediate.limitedParallelism(3, null))
        assertThrows(IllegalArgumentException::class.java) {
            dispatcher.limitedParallelism(0, null)
        }
    }

    @Test
    fun aNamedDispatcherIsTheSameUnderAName() = onHub {
        val named = hub.asCoroutineDispatcher("orders")
        assertEquals("HubDispatcher[test, orders]", named.toString())
        assertEquals("HubDispatcher[test, orders].immediate", named.immediate.toString())
        assertEquals(
            "HubDispatcher[test, one]",
            hub.asCoroutineDispatcher().limitedParallelism(1, "one").toString(),
        )
        coroutine {
            withContext(named) {
                assertTrue(hub.inLane())
                assertSame(hub, currentHub())
                assertEquals(1, runInGreenlet { runSuspending { delay(1).let { 1 } } })
                assertEquals(1, clock.millis())
            }
            launch(named.immediate) { trail += "inline" }
            trail += "slice"
        }
        trail.shouldBe("inline slice")
    }

    @Test
    fun launchesRunInOrderAfterTheSliceThatLaunches() = onHub {
        coroutine {
            launch { trail += "a" }
            launch { trail += "b" }
            trail += "slice"
        }
        trail.shouldBe("slice a b")
    }

    @Test
    fun immediateRunsInlineInTheLaneAndQueuesElsewhere() = onHub {
        val immediate = hub.asCoroutineDispatcher().immediate
        coroutine {
            launch(immediate) { trail += "inline" }
            trail += "slice"
        }
        val job = CoroutineScope(immediate).launch { trail += "queued" }
        trail += "greenlet"
        job.joinInGreenlet()
        val done = CompletableDeferred<Unit>()
        thread {
            CoroutineScope(immediate).launch {
                assertTrue(hub.inLane())
                done.complete(Unit)
            }
        }
            .join()
        done.awaitInGreenlet()
        trail.shouldBe("inline slice greenlet queued")
    }

    @Test
    fun aHundredThousandNestedImmediateLaunchesDoNotOverflow() = onHub {
        var depth = 0
        coroutine {
            val scope = this + hub.asCoroutineDispatcher().immediate
            fun nest() {
                scope.launch {
                    if (++depth < 100_000) {
                        nest()
                    }
                }
            }
            nest()
        }
        assertEquals(100_000, depth)
    }

    @Test
    fun anImmediateSleeperIsResumedInlineByItsTimer() = onHub {
        coroutine {
            launch(hub.asCoroutineDispatcher().immediate) {
                delay(1)
                trail += "immediate"
            }
            launch {
                delay(1)
                trail += "plain"
            }
        }
        trail.shouldBe("immediate plain")
    }

    @Test
    fun yieldingCoroutinesAlternate() = onHub {
        coroutine {
            for (name in listOf("a", "b")) {
                launch {
                    repeat(3) {
                        trail += name
                        yield()
                    }
                }
            }
        }
        trail.shouldBe("a b a b a b")
    }

    @Test
    fun coroutinesAndGreenletsShareOneReadyQueue() = onHub {
        val scope = CoroutineScope(hub.asCoroutineDispatcher())
        val a = spawn {
            trail += "a"
            Greenlets.yieldNow()
            trail += "A"
        }
        val b = scope.launch {
            trail += "b"
            yield()
            trail += "B"
        }
        val c = spawn {
            trail += "c"
            Greenlets.yieldNow()
            trail += "C"
        }
        a.join()
        b.joinInGreenlet()
        c.join()
        trail.shouldBe("a b c A B C")
    }

    @Test
    fun aBlockingCallInASliceThrowsAtOnce() = onHub {
        coroutine {
            assertThrows(BlockingSwitchOut::class.java) { Queue<Int>().get() }
            assertThrows(BlockingSwitchOut::class.java) { Event().waitUntilSet() }
            assertThrows(BlockingSwitchOut::class.java) { spawn {}.join() }
            assertThrows(BlockingSwitchOut::class.java) { Greenlets.yieldNow() }
        }
    }

    @Test
    fun anInterruptInASliceEndsWithIt() = onHub {
        coroutine {
            Thread.currentThread().interrupt()
            yield()
            assertFalse(Thread.currentThread().isInterrupted)
            val blocked = launch(Dispatchers.IO) { runInterruptible { CountDownLatch(1).await() } }
            yield()
            blocked.cancel()
            blocked.join()
            assertFalse(Thread.currentThread().isInterrupted)
        }
    }

    @Test
    fun anUncaughtFailureReachesTheErrorHandlerOfTheHub() {
        val failure = IllegalStateException("boom")
        val reported = onHubThatMayReport {
            HubScope(hub).launch { throw failure }.joinInGreenlet()
            HubScope(hub).launch { trail += "alive" }.joinInGreenlet()
            trail.shouldBe("alive")
        }
        assertEquals(listOf<Throwable>(failure), reported)
    }

    @Test
    fun anElementThatThrowsDoesNotHarmTheHub() = onHub {
        val told = CompletableDeferred<Throwable>()
        val handler = CoroutineExceptionHandler { _, failure -> told.complete(failure) }
        HubScope(hub).launch(handler + BrokenElement()) { trail += "never" }
        assertTrue(
            generateSequence(told.awaitInGreenlet()) { it.cause }.any { it.message == "broken" }
        )
        coroutine { trail += "alive" }
        trail.shouldBe("alive")
    }

    private class BrokenElement : ThreadContextElement<Unit> {
        companion object Key : CoroutineContext.Key<BrokenElement>

        override val key = Key

        override fun updateThreadContext(context: CoroutineContext) = error("broken")

        override fun restoreThreadContext(context: CoroutineContext, oldState: Unit) = Unit
    }

    @Test
    fun aThreadLocalElementIsSeenInSlicesOnly() = onHub {
        val local = ThreadLocal<String>()
        coroutine {
            withContext(local.asContextElement("mine")) {
                yield()
                assertEquals("mine", local.get())
                val seen = runInGreenlet { local.get() }
                assertNull(seen)
                launch { assertEquals("mine", local.get()) }
            }
            assertNull(local.get())
        }
    }

    @Test
    fun aForeignThreadWakesTheHub() = onHub {
        val value = CompletableDeferred<Int>()
        val waits = CountDownLatch(1)
        val stranger = thread {
            waits.await()
            value.complete(42)
        }
        coroutine {
            waits.countDown()
            assertEquals(42, value.await())
            assertTrue(hub.inLane())
        }
        stranger.join()
    }

    @Test
    fun anUndispatchedStartInAGreenletGoesOnInTheLane() = onHub {
        val job =
            HubScope(hub).launch(start = CoroutineStart.UNDISPATCHED) {
                assertFalse(hub.inLane())
                yield()
                assertTrue(hub.inLane())
            }
        job.joinInGreenlet()
        assertFalse(job.isCancelled)
    }

    @Test
    fun runBlockingInAGreenletParksOnlyThatGreenlet() = onHub {
        needsDirectMode("a wait of another library gives the turn back")
        val event = Event()
        val waiter = spawn {
            runBlocking {
                trail += "waits"
                event.await()
                trail += "goes on"
            }
        }
        spawn {
            trail += "meanwhile"
            event.set()
        }
        waiter.join()
        trail.shouldBe("waits meanwhile goes on")
    }

    @Test
    fun twoHubsPassOneCoroutineToAndFro() {
        val first = Hub.start("first")
        val second = Hub.start("second")
        first.use {
            second.use {
                runBlocking {
                    repeat(100) {
                        withContext(first.asCoroutineDispatcher()) { assertTrue(first.inLane()) }
                        withContext(second.asCoroutineDispatcher()) { assertTrue(second.inLane()) }
                    }
                }
            }
        }
    }

    @Test
    fun aHubOutsideOfCoroutinesIsNoCurrentHub() {
        runBlocking {
            assertNull(currentCoroutineContext().hubOrNull)
            assertThrows(IllegalStateException::class.java) { runBlocking { currentHub() } }
        }
    }
}

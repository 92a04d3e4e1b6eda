package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.Hub
import dev.celadon.hub.HubOptions
import dev.celadon.hub.RawGreenlet
import dev.celadon.queue.Queue
import dev.celadon.sync.Event
import java.time.Duration
import java.util.Collections
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assertions.fail
import org.junit.jupiter.api.Test

class RunInGreenletTest {

    @Test
    fun blockingCodeRunsInAGreenletWhileCoroutinesGoOn() = onHub {
        val queue = Queue<String>()
        coroutine {
            launch {
                trail += "coroutine"
                queue.put("item")
            }
            val item =
                runInGreenlet(name = "worker") {
                    assertEquals("worker", (RawGreenlet.currentOrNull() as Greenlet<*>).name())
                    assertFalse(hub.inLane())
                    trail += "greenlet"
                    queue.get()
                }
            trail += item
            assertTrue(hub.inLane())
        }
        trail.shouldBe("coroutine greenlet item")
    }

    @Test
    fun cancellationKillsTheGreenletAndWaitsForItsEnd() = onHub {
        coroutine {
            val job = launch {
                try {
                    runInGreenlet {
                        try {
                            Greenlets.sleep(Duration.ofHours(1))
                        } finally {
                            Greenlets.sleep(Duration.ofMillis(3))
                            trail += "greenlet"
                        }
                    }
                } finally {
                    trail += "coroutine"
                }
            }
            yield()
            yield()
            job.cancelAndJoin()
            assertEquals(3, clock.millis())
            assertFalse(Thread.currentThread().isInterrupted)
        }
        trail.shouldBe("greenlet coroutine")
    }

    @Test
    fun aTimeoutEndsIt() = onHub {
        coroutine {
            assertNull(withTimeoutOrNull(10) { runInGreenlet { Event().waitUntilSet() } })
            assertEquals(10, clock.millis())
        }
        assertEquals(0, timers())
    }

    @Test
    fun aBlockingCallOfTheJdkIsInterruptedAndNothingElse() = onHub {
        needsDirectMode("a kill reaches a wait of the JDK")
        coroutine {
            val job = launch {
                runInGreenlet {
                    try {
                        Thread.sleep(3_600_000)
                    } catch (interrupted: InterruptedException) {
                        trail += "interrupted"
                        throw interrupted
                    }
                }
            }
            yield()
            yield()
            job.cancelAndJoin()
            assertFalse(Thread.currentThread().isInterrupted)
        }
        trail.shouldBe("interrupted")
    }

    @Test
    fun aFailureOfTheCleanUpIsNotLost() = onHub {
        val failure = IllegalStateException("clean-up")
        coroutine {
            val job = launch {
                try {
                    runInGreenlet {
                        try {
                            Event().waitUntilSet()
                        } finally {
                            throw failure
                        }
                    }
                } catch (thrown: IllegalStateException) {
                    assertSame(failure, thrown)
                    trail += "seen"
                }
            }
            yield()
            yield()
            job.cancelAndJoin()
        }
        trail.shouldBe("seen")
    }

    @Test
    fun aCancelledCoroutineRunsNothing() = onHub {
        coroutine {
            val job = launch {
                currentCoroutineContext().cancel()
                runInGreenlet { trail += "never" }
            }
            job.join()
        }
        trail.shouldBe("")
    }

    @Test
    fun aKillByOthersIsAnOrdinaryFailure() = onHub {
        coroutine {
            try {
                runInGreenlet { (RawGreenlet.currentOrNull() as Greenlet<*>).kill() }
                fail<Unit>("no failure")
            } catch (killed: GreenletKilledException) {
                trail += "killed"
            }
            assertTrue(currentCoroutineContext()[Job]!!.isActive)
        }
        trail.shouldBe("killed")
    }

    @Test
    fun whatTheBlockThrowsPassesUnchanged() = onHub {
        val failures = listOf(Exception("a"), AssertionError("b"), CancellationException("c"))
        coroutine {
            for (failure in failures) {
                try {
                    runInGreenlet { throw failure }
                } catch (thrown: Throwable) {
                    assertSame(failure, thrown)
                    trail += thrown.message!!
                }
            }
        }
        trail.shouldBe("a b c")
    }

    /** Anything that were reported to the hub's error handler as well would fail the test. */
    @Test
    fun aFailureThatComesBeforeTheCallerWaitsIsStillTheCallers() {
        val reported = Collections.synchronizedList(mutableListOf<Throwable>())
        val options = HubOptions.defaults().withErrorHandler { _, failure -> reported += failure }
        Hub.start(options).use { hub ->
            runBlocking(Dispatchers.Default) {
                repeat(2_000) {
                    val failure = IllegalStateException("fast")
                    val thrown = runCatching { runInGreenlet<Unit>(hub) { throw failure } }
                    assertEquals("fast", thrown.exceptionOrNull()?.message)
                }
            }
        }
        assertEquals(0, reported.size)
    }

    @Test
    fun itWorksFromOtherDispatchersAndOtherHubs() = onHub {
        Hub.start("other").use { other ->
            coroutine {
                val there = runInGreenlet(other) { RawGreenlet.currentOrNull()!!.hub() }
                assertSame(other, there)
                withContext(Dispatchers.Default) {
                    assertSame(hub, runInGreenlet(hub) { RawGreenlet.currentOrNull()!!.hub() })
                    assertFalse(hub.inHub())
                }
            }
        }
    }

    @Test
    fun withoutAHubItSaysWhatToDo() {
        val failure = runCatching { runBlocking { runInGreenlet {} } }.exceptionOrNull()
        assertTrue(failure is IllegalStateException && "hub" in failure.message!!)
    }
}

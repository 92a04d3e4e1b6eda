package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.GreenletExit
import dev.celadon.sync.Event
import java.util.concurrent.Callable
import java.util.concurrent.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
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

class GreenletAwaitTest {

    private class Unusual(val number: Int) : Exception("unusual $number")

    private suspend fun failureOf(body: suspend () -> Unit): Throwable =
        try {
            body()
            fail("no failure")
        } catch (failure: Throwable) {
            failure
        }

    @Test
    fun awaitSuspendsWhileGreenletsRun() = onHub {
        coroutine {
            val greenlet = spawn {
                trail += "starts"
                Greenlets.yieldNow()
                trail += "ends"
                "value"
            }
            launch { trail += "neighbour" }
            trail += "awaits"
            assertEquals("value", greenlet.await())
            assertTrue(hub.inLane())
            trail += "goes on"
        }
        trail.shouldBe("awaits starts neighbour ends goes on")
    }

    @Test
    fun awaitOfAnEndedGreenletDoesNotSuspend() = onHub {
        val greenlet = spawn { null as String? }
        greenlet.join()
        coroutine {
            launch { trail += "later" }
            assertNull(greenlet.await())
            greenlet.awaitEnd()
            trail += "first"
        }
        trail.shouldBe("first later")
    }

    @Test
    fun awaitThrowsTheVeryFailureOfTheGreenlet() = onHub {
        val plain = IllegalStateException("plain")
        coroutine {
            assertSame(plain, failureOf { spawn { throw plain }.await() })
            assertEquals("unusual 7", failureOf { spawn { throw Unusual(7) }.await() }.message)
        }
    }

    @Test
    fun cancellingTheCoroutineKillsTheGreenlet() = onHub {
        coroutine {
            val greenlet = spawn {
                try {
                    Event().waitUntilSet()
                } finally {
                    trail += "finally"
                }
            }
            val waiter = launch {
                try {
                    greenlet.await()
                } finally {
                    trail += "cancelled"
                }
            }
            yield()
            waiter.cancelAndJoin()
            greenlet.awaitEnd()
            assertTrue(greenlet.isCancelled)
        }
        trail.shouldBe("finally cancelled")
    }

    @Test
    fun aTimeoutOfTheCoroutineKillsTheGreenlet() = onHub {
        val greenlet = spawn { Event().waitUntilSet() }
        coroutine { assertNull(withTimeoutOrNull(10) { greenlet.await() }) }
        greenlet.join()
        assertTrue(greenlet.isCancelled)
        assertEquals(0, timers())
    }

    @Test
    fun cancellingAwaitEndLeavesTheGreenletAlone() = onHub {
        val event = Event()
        val greenlet = spawn { event.waitUntilSet() }
        coroutine {
            assertNull(withTimeoutOrNull(10) { greenlet.awaitEnd() })
            event.set()
            greenlet.awaitEnd()
        }
        assertFalse(greenlet.isCancelled)
    }

    @Test
    fun cancellingTheAwaitOfADeferredLeavesTheGreenletAlone() = onHub {
        val event = Event()
        val greenlet = spawn {
            event.waitUntilSet()
            "value"
        }
        coroutine {
            val deferred = greenlet.asDeferred()
            assertNull(withTimeoutOrNull(10) { deferred.await() })
            event.set()
            assertEquals("value", deferred.await())
        }
    }

    @Test
    fun cancellingADeferredKillsTheGreenletAndWaitsForItsEnd() = onHub {
        coroutine {
            val greenlet = spawn {
                try {
                    Event().waitUntilSet()
                } finally {
                    Greenlets.yieldNow()
                    trail += "finally"
                }
            }
            yield()
            greenlet.asDeferred().cancelAndJoin()
            trail += "joined"
            assertTrue(greenlet.isCancelled)
        }
        trail.shouldBe("finally joined")
    }

    @Test
    fun aGreenletThatOthersKilledIsAnOrdinaryFailure() = onHub {
        val event = Event()
        val greenlet = spawn { event.waitUntilSet() }
        val exit = GreenletExit("enough")
        coroutine {
            spawn { greenlet.kill(exit) }
            val failure = failureOf { greenlet.await() }
            assertTrue(failure is GreenletKilledException)
            assertSame(exit, failure.cause)
            assertSame(greenlet, (failure as GreenletKilledException).greenlet)
            assertTrue(coroutineContext[Job]!!.isActive)
            assertTrue(failureOf { greenlet.await() } is GreenletKilledException)
            assertTrue(failureOf { greenlet.asDeferred().await() } is GreenletKilledException)
        }
    }

    @Test
    fun aGreenletKilledBeforeItsFirstTurnIsOneToo() = onHub {
        coroutine {
            val greenlet = spawn { trail += "never" }
            val failure = async { failureOf { greenlet.await() } }
            greenlet.killAsync()
            assertTrue(failure.await() is GreenletKilledException)
        }
        trail.shouldBe("")
    }

    @Test
    fun aForeignCancellationDoesNotPassForOurOwn() = onHub {
        val foreign = CancellationException("foreign")
        coroutine {
            val failure = failureOf { spawn { throw foreign }.await() }
            assertTrue(failure is GreenletKilledException)
            assertSame(foreign, failure.cause)
        }
    }

    @Test
    fun aGreenletMayCancelTheCoroutineThatAwaitsIt() = onHub {
        lateinit var waiter: Job
        val greenlet =
            Greenlet<Unit>(
                hub,
                Callable {
                    waiter.cancel()
                    trail += "cancelled"
                    Greenlets.yieldNow()
                    trail += "never"
                },
            )
        coroutine {
            waiter = launch { greenlet.await() }
            yield()
            greenlet.start()
            waiter.join()
            greenlet.awaitEnd()
        }
        assertTrue(greenlet.isCancelled)
        trail.shouldBe("cancelled")
    }

    @Test
    fun awaitWorksOnOtherDispatchers() = onHub {
        val event = Event()
        val greenlet = spawn {
            event.waitUntilSet()
            42
        }
        coroutine {
            withContext(Dispatchers.Default) {
                val value = async { greenlet.await() }
                val end = async { greenlet.awaitEnd() }
                event.set()
                assertEquals(42, value.await())
                end.await()
                assertFalse(hub.inHub())
            }
        }
    }

    @Test
    fun awaitersAndJoinersGoOnInTheOrderInWhichTheyCame() = onHub {
        val event = Event()
        val greenlet = spawn { event.waitUntilSet() }
        coroutine {
            launch { greenlet.await().also { trail += "a" } }
            spawn { greenlet.join().also { trail += "b" } }
            launch { greenlet.awaitEnd().also { trail += "c" } }
            spawn { greenlet.join().also { trail += "d" } }
            yield()
            event.set()
        }
        Greenlets.yieldNow()
        trail.shouldBe("a b c d")
    }

    @Test
    fun asJobIsOverWithTheGreenlet() = onHub {
        val event = Event()
        val good = spawn { event.waitUntilSet() }.asJob()
        val bad = spawn { error("bad") }.asJob()
        coroutine {
            assertTrue(good.isActive)
            event.set()
            good.join()
            bad.join()
        }
        assertFalse(good.isCancelled)
        assertTrue(bad.isCancelled)
    }

    @Test
    fun aFailureThatNobodyAwaitsAnyMoreIsReported() {
        val failure = IllegalStateException("in clean-up")
        val reported = onHubThatMayReport {
            coroutine {
                val greenlet = spawn {
                    try {
                        Event().waitUntilSet()
                    } finally {
                        throw failure
                    }
                }
                withTimeoutOrNull(1) { greenlet.await() }
            }
        }
        assertEquals(listOf<Throwable>(failure), reported)
    }
}

package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.greenlet.Timeout
import dev.celadon.greenlet.TimeoutExpired
import dev.celadon.hub.BlockingSwitchOut
import dev.celadon.hub.GreenletExit
import dev.celadon.hub.InterruptedWaitException
import java.time.Duration
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class RunSuspendingTest {

    @Test
    fun itParksTheGreenletAndNotTheHub() = onHub {
        val ticker = spawn {
            repeat(3) {
                Greenlets.sleep(Duration.ofMillis(2))
                trail += "tick"
            }
        }
        val value = runSuspending {
            delay(5)
            trail += "delayed"
            "value"
        }
        ticker.join()
        assertEquals("value", value)
        trail.shouldBe("tick tick delayed tick")
    }

    @Test
    fun inTheLaneItThrowsAtOnce() = onHub {
        coroutine {
            val refusal = assertThrows(BlockingSwitchOut::class.java) { runSuspending {} }
            assertTrue("call the suspend function" in refusal.message!!, refusal.message)
        }
    }

    @Test
    fun outsideOfEveryHubItThrowsAtOnce() {
        val failure = AtomicReference<Throwable>()
        thread { failure.set(runCatching { runSuspending {} }.exceptionOrNull()) }.join()
        assertTrue(failure.get() is IllegalStateException)
        assertTrue("runBlocking" in failure.get().message!!, failure.get().message)
        Thread.startVirtualThread {
                failure.set(runCatching { runSuspending {} }.exceptionOrNull())
            }
            .join()
        assertTrue(failure.get() is IllegalStateException)
    }

    @Test
    fun aThreadThatDrivesItsOwnHubMayUseIt() {
        val value = AtomicReference<Int>()
        thread {
            dev.celadon.hub.Hub.current().use { value.set(runSuspending { delay(1).let { 42 } }) }
        }
            .join()
        assertEquals(42, value.get())
    }

    @Test
    fun aFailingChildCancelsItsSiblingsAndSurfacesUnchanged() = onHub {
        val failure = IllegalStateException("child")
        val thrown =
            assertThrows(IllegalStateException::class.java) {
                runSuspending {
                    launch {
                        try {
                            awaitCancellation()
                        } finally {
                            trail += "sibling"
                        }
                    }
                    launch { throw failure }
                }
            }
        assertSame(failure, thrown)
        trail.shouldBe("sibling")
    }

    @Test
    fun aKillCancelsTheCoroutineAndWaitsForItsCleanUp() = onHub {
        val exit = GreenletExit("enough")
        val greenlet = spawn {
            try {
                runSuspending {
                    try {
                        awaitCancellation()
                    } catch (cancelled: CancellationException) {
                        trail += "cancelled"
                        throw cancelled
                    } finally {
                        withContext(NonCancellable) { delay(5) }
                        trail += "clean"
                    }
                }
            } catch (thrown: GreenletExit) {
                assertSame(exit, thrown)
                trail += "unwinds"
                throw thrown
            }
        }
        Greenlets.yieldNow()
        Greenlets.yieldNow()
        greenlet.kill(exit)
        assertTrue(greenlet.isCancelled)
        assertEquals(5, clock.millis())
        trail.shouldBe("cancelled clean unwinds")
    }

    @Test
    fun aTimeoutComesOutAsItself() = onHub {
        val timeout = Timeout.start(Duration.ofMillis(10))
        val thrown =
            assertThrows(TimeoutExpired::class.java) {
                runSuspending {
                    try {
                        awaitCancellation()
                    } finally {
                        trail += "cancelled"
                    }
                }
            }
        assertSame(timeout, thrown.timeout())
        trail.shouldBe("cancelled")
    }

    @Test
    fun aSecondKillDuringTheCleanUpArrivesAfterIt() = onHub {
        val second = GreenletExit("second")
        val greenlet = spawn {
            try {
                runSuspending {
                    try {
                        awaitCancellation()
                    } finally {
                        withContext(NonCancellable) { delay(5) }
                        trail += "clean"
                    }
                }
            } catch (first: IllegalStateException) {
                trail += first.message!!
                try {
                    Greenlets.yieldNow()
                } catch (late: GreenletExit) {
                    assertSame(second, late)
                    trail += "second"
                    throw late
                }
            }
        }
        Greenlets.yieldNow()
        Greenlets.yieldNow()
        greenlet.killAsync(IllegalStateException("first"))
        Greenlets.sleep(Duration.ofMillis(1))
        greenlet.kill(second)
        trail.shouldBe("clean first second")
    }

    @Test
    fun anInterruptCancelsTheCoroutineAndStaysSet() = onHub {
        val greenlet = spawn {
            assertThrows(InterruptedWaitException::class.java) {
                runSuspending {
                    try {
                        awaitCancellation()
                    } finally {
                        withContext(NonCancellable) { delay(5) }
                        trail += "clean"
                    }
                }
            }
            assertTrue(Thread.interrupted())
        }
        Greenlets.sleep(Duration.ofMillis(1))
        greenlet.thread()!!.interrupt()
        greenlet.result()
        trail.shouldBe("clean")
    }

    @Test
    fun aKillThatComesTooLateArrivesAtTheNextSwitchPoint() = onHub {
        val greenlet = spawn {
            trail += runSuspending { "value" }
            Greenlets.yieldNow()
            trail += "never"
        }
        Greenlets.yieldNow() // starts it
        HubScope(hub).launch {
            // Behind the coroutine's end, before the greenlet's turn.
            greenlet.killAsync()
        }
        greenlet.join()
        assertTrue(greenlet.isCancelled)
        trail.shouldBe("value")
    }

    @Test
    fun fourNestedCrossingsUnwindInnermostFirst() = onHub {
        coroutine {
            val outermost = launch {
                try {
                    runInGreenlet {
                        try {
                            runSuspending {
                                try {
                                    runInGreenlet {
                                        try {
                                            Greenlets.sleep(Duration.ofHours(1))
                                        } finally {
                                            Greenlets.yieldNow()
                                            trail += "g2"
                                        }
                                    }
                                } finally {
                                    withContext(NonCancellable) { delay(1) }
                                    trail += "c2"
                                }
                            }
                        } finally {
                            Greenlets.yieldNow()
                            trail += "g1"
                        }
                    }
                } finally {
                    trail += "c1"
                }
            }
            delay(1)
            outermost.cancelAndJoin()
            trail += "alive"
        }
        trail.shouldBe("g2 c2 g1 c1 alive")
        assertEquals(0, timers())
    }

    @Test
    fun valuesAndFailuresPassThroughNestedCrossings() = onHub {
        fun <T> nested(innermost: () -> T): T = runSuspending {
            runInGreenlet { runSuspending { runInGreenlet { innermost() } } }
        }
        assertEquals(42, nested { 42 })
        val failure = object : Exception("odd") {}
        val thrown = assertThrows(Exception::class.java) { nested { throw failure } }
        assertSame(failure, thrown)
    }

    @Test
    fun insideRunInGreenletItIsAChildOfTheCaller() = onHub {
        coroutine {
            withContext(CoroutineName("outer")) {
                val outer = currentCoroutineContext()[Job]!!
                runInGreenlet {
                    runSuspending {
                        assertEquals("outer", currentCoroutineContext()[CoroutineName]!!.name)
                        assertTrue(outer.children.any())
                    }
                    assertFalse(outer.children.any())
                    val stranger = spawn {
                        runSuspending { currentCoroutineContext()[CoroutineName]!!.name }
                    }
                    assertEquals(stranger.name(), stranger.result())
                }
            }
        }
    }

    @Test
    fun aFailureInsideRunInGreenletDoesNotHarmTheCaller() = onHub {
        coroutine {
            runInGreenlet {
                assertThrows(IllegalStateException::class.java) {
                    runSuspending { error("caught in the greenlet") }
                }
            }
            yield()
            trail += "alive"
        }
        trail.shouldBe("alive")
    }

    @Test
    fun aParentInTheContextIsHonoured() = onHub {
        val parent = Job()
        spawn {
            Greenlets.yieldNow()
            parent.cancel()
        }
        assertThrows(CancellationException::class.java) {
            runSuspending(parent) { awaitCancellation() }
        }
        assertNotNull(parent)
    }

    @Test
    fun theContextMayNameAnotherDispatcher() = onHub {
        val name =
            runSuspending(Dispatchers.Default) {
                assertFalse(hub.inHub())
                Thread.currentThread().name
            }
        assertTrue(name.startsWith("DefaultDispatcher"), name)
    }
}

package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.hub.Body
import dev.celadon.hub.Hub
import java.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assertions.fail
import org.junit.jupiter.api.Test

class DelayTest {

    private fun threadNames() = Thread.getAllStackTraces().keys.map { it.name }.toSet()

    @Test
    fun delayUsesTheTimersOfTheHubAndNoThread() = onHub {
        val before = threadNames()
        coroutine {
            delay(20)
            assertTrue(hub.inLane())
            withTimeoutOrNull(20) { delay(1.hours) }
            assertTrue(hub.inLane())
        }
        assertEquals(40, clock.millis())
        assertEquals(
            emptyList<String>(),
            (threadNames() - before).filter { "DefaultExecutor" in it },
        )
    }

    @Test
    fun cancellingADelayTakesItsTimerAway() = onHub {
        coroutine {
            val sleeper = launch { delay(1.hours) }
            yield()
            assertEquals(1, timers())
            sleeper.cancel()
            assertEquals(0, timers())
            sleeper.join()
        }
        assertEquals(0, clock.millis())
    }

    @Test
    fun aTimeoutThatWasNotNeededTakesItsTimerAway() = onHub {
        coroutine { assertEquals("in time", withTimeout(1.hours) { "in time" }) }
        assertEquals(0, timers())
    }

    @Test
    fun timeoutsFireInVirtualTime() = onHub {
        coroutine {
            assertNull(withTimeoutOrNull(20) { delay(1000) })
            assertTrue(hub.inLane())
            assertEquals(20, clock.millis())
            try {
                withTimeout(30) { delay(1000) }
                fail<Unit>("no timeout")
            } catch (_: TimeoutCancellationException) {
                assertEquals(50, clock.millis())
            }
        }
        assertEquals(0, timers())
    }

    @Test
    fun timeoutsWorkOnTheImmediateDispatcher() = onHub {
        coroutine {
            withContext(hub.asCoroutineDispatcher().immediate) {
                assertNull(withTimeoutOrNull(20) { delay(1000) })
            }
        }
        assertEquals(20, clock.millis())
    }

    @Test
    fun aDueTimerRunsBeforeWorkThatIsQueuedLater() = onHub {
        coroutine {
            launch {
                delay(10)
                trail += "timer"
            }
            yield()
            clock.advance(20.milliseconds)
            launch { trail += "later" }
        }
        trail.shouldBe("timer later")
    }

    @Test
    fun sleepersOfBothKindsWakeInTheOrderOfArming() = onHub {
        val scope = HubScope(hub)
        spawn {
            Greenlets.sleep(Duration.ofMillis(5))
            trail += "a"
        }
        scope.launch {
            delay(5)
            trail += "b"
        }
        spawn {
            Greenlets.sleep(Duration.ofMillis(5))
            trail += "c"
        }
        scope.launch {
            delay(5)
            trail += "d"
        }
        Greenlets.sleep(Duration.ofMillis(6))
        trail.shouldBe("a b c d")
    }

    @Test
    fun anEndlessDelayArmsNoTimer() = onHub {
        coroutine {
            val sleeper = launch { delay(Long.MAX_VALUE) }
            val patient = launch { withTimeout(Long.MAX_VALUE) { delay(Long.MAX_VALUE) } }
            yield()
            assertEquals(0, timers())
            sleeper.cancel()
            patient.cancel()
        }
        trail.shouldBe("")
    }

    @Test
    fun aDelayIsRoundedUpToMilliseconds() = onHub {
        coroutine { delay(1.microseconds) }
        assertEquals(1, clock.millis())
    }

    @Test
    fun aDelayFromAForeignThreadIsArmedOnTheHub() = onHub {
        coroutine {
            withContext(Dispatchers.Default) {
                withContext(hub.asCoroutineDispatcher()) { delay(3) }
            }
            launch(start = CoroutineStart.UNDISPATCHED) { delay(3) }
        }
        assertEquals(6, clock.millis())
    }

    @Test
    fun aSpinningCoroutineDoesNotHoldTimersBack() =
        Hub.run(
            Body {
                runSuspending {
                    val woken = launch { delay(1) }
                    while (!woken.isCompleted) {
                        yield()
                    }
                }
            }
        )

    @Test
    fun hoursOfBothKindsOfSleepTakeNoTimeAndOneOrder() {
        fun run(): String {
            lateinit var order: String
            onHub {
                val greenlets =
                    (1..5).map { n ->
                        spawn {
                            repeat(20) {
                                Greenlets.sleep(Duration.ofMinutes(n.toLong()))
                                trail += "g$n"
                            }
                        }
                    }
                coroutine {
                    for (n in 1..5) {
                        launch {
                            repeat(20) {
                                withTimeoutOrNull(n * 60_000L) { delay(n * 70_000L) }
                                trail += "c$n"
                            }
                        }
                    }
                }
                Greenlets.joinAll(greenlets)
                order = trail.toString()
            }
            return order
        }
        assertEquals(run(), run())
    }
}

package dev.celadon.kotlin.test

import dev.celadon.Greenlets
import dev.celadon.kotlin.awaitEnd
import dev.celadon.sync.Event
import java.time.Duration as JavaDuration
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What happened, in order, and when. */
internal class Trail {

    private val steps = ArrayList<String>()

    operator fun plusAssign(step: String) {
        steps += step
    }

    fun shouldBe(expected: String) {
        assertEquals(expected, toString())
    }

    override fun toString(): String = steps.joinToString(" ")
}

internal fun sleep(duration: Duration) =
    Greenlets.sleep(JavaDuration.ofNanos(duration.inWholeNanoseconds))

class HubTestTimeTest {

    private val trail = Trail()

    @Test
    fun hoursOfCoroutinesAndGreenletsPassAtOnce() = runHubTest {
        greenlet {
            sleep(3.hours)
            trail += "greenlet"
        }
        launch {
            delay(2.hours)
            trail += "coroutine"
        }
        delay(1.days)
        assertEquals(1.days, currentTime)
        trail.shouldBe("coroutine greenlet")
    }

    @Test
    fun theBodyRunsBeforeWhatItLaunches() = runHubTest {
        launch { trail += "a" }
        greenlet { trail += "b" }
        launch { trail += "c" }
        trail += "body"
        runCurrent()
        trail.shouldBe("body a b c")
    }

    @Test
    fun sleepersOfBothKindsWakeInTheOrderOfArming() = runHubTest {
        for (name in listOf("a", "c")) {
            greenlet {
                sleep(5.seconds)
                trail += name
            }
            launch {
                delay(5.seconds)
                trail += name.uppercase()
            }
        }
        advanceUntilIdle()
        trail.shouldBe("a A c C")
    }

    @Test
    fun advanceTimeByStopsBeforeWhatIsDueAtItsEnd() = runHubTest {
        for (seconds in 1..3) {
            launch {
                delay(seconds.seconds)
                trail += "c$seconds"
            }
            greenlet {
                sleep(seconds.seconds)
                trail += "g$seconds"
            }
        }
        advanceTimeBy(2.seconds)
        assertEquals(2.seconds, currentTime)
        trail.shouldBe("c1 g1")
        runCurrent()
        assertEquals(2.seconds, currentTime)
        trail.shouldBe("c1 g1 c2 g2")
        advanceTimeBy(1.seconds)
        trail.shouldBe("c1 g1 c2 g2")
        yield()
        trail.shouldBe("c1 g1 c2 g2 c3 g3")
    }

    @Test
    fun advanceTimeByRunsWhatIsArmedOnTheWay() = runHubTest {
        launch {
            repeat(5) {
                delay(1.seconds)
                trail += "$it"
            }
        }
        greenlet {
            sleep(2500.milliseconds)
            launch { trail += "late" }
        }
        advanceTimeBy(3_001.milliseconds)
        trail.shouldBe("0 1 late 2")
        assertEquals(3_001.milliseconds, currentTime)
    }

    @Test
    fun advanceTimeByZeroDoesNothingAndLessIsRefused() = runHubTest {
        launch { trail += "launched" }
        advanceTimeBy(Duration.ZERO)
        trail.shouldBe("")
        val refused = runCatching { advanceTimeBy((-1).seconds) }.exceptionOrNull()
        assertTrue(refused is IllegalArgumentException)
    }

    @Test
    fun advanceTimeByMovesAClockThatNobodySleepsOn() = runHubTest {
        advanceTimeBy(30.days)
        assertEquals(30.days, currentTime)
        val waiter = CompletableDeferred<Unit>()
        launch { waiter.await() }
        advanceTimeBy(1.days)
        assertEquals(31.days, currentTime)
        waiter.complete(Unit)
    }

    @Test
    fun timeEndsSomewhereHoweverOftenItAdvancesForEver() = runHubTest {
        launch {
            delay(1.days)
            trail += "day"
            delay(Duration.INFINITE)
        }
        val years = launch {
            delay((365 * 100).days)
            trail += "century"
            delay((365 * 100).days)
            trail += "never"
        }
        advanceTimeBy(Duration.INFINITE)
        val end = currentTime
        assertTrue(end > (365 * 146).days, "$end")
        trail.shouldBe("day century")
        repeat(3) {
            advanceTimeBy(Duration.INFINITE)
            advanceTimeBy((365 * 200).days)
            advanceTimeBy(1.hours)
            runCurrent()
            assertEquals(end, currentTime)
        }
        trail.shouldBe("day century")
        assertTrue(years.isActive)
        coroutineContext[kotlinx.coroutines.Job]!!.children.forEach { it.cancel() }
    }

    @Test
    fun twoThatAdvanceTogetherBothArrive() = runHubTest {
        for (name in listOf("a", "b")) {
            launch {
                advanceTimeBy(1.hours)
                trail += "$name:$currentTime"
            }
        }
        launch {
            advanceTimeBy(30.minutes)
            trail += "c:$currentTime"
        }
        advanceUntilIdle()
        trail.shouldBe("c:30m a:1h b:1h")
    }

    @Test
    fun aCancelledAdvanceStopsNobody() = runHubTest {
        val cancelled = launch { advanceTimeBy(1.hours) }
        launch {
            delay(2.hours)
            trail += "woke"
        }
        yield()
        cancelled.cancel()
        advanceUntilIdle()
        trail.shouldBe("woke")
        assertEquals(2.hours, currentTime)
    }

    @Test
    fun runCurrentRunsWhatBecomesReadyOnTheWayAndNothingLater() = runHubTest {
        launch {
            trail += "1"
            launch {
                yield()
                trail += "3"
                greenlet {
                    Greenlets.yieldNow()
                    trail += "4"
                }
            }
            launch {
                delay(1)
                trail += "never"
            }
            trail += "2"
        }
        runCurrent()
        trail.shouldBe("1 2 3 4")
        assertEquals(Duration.ZERO, currentTime)
        coroutineContext[kotlinx.coroutines.Job]!!.children.forEach { it.cancel() }
    }

    @Test
    fun advanceUntilIdleGoesToTheLastOne() = runHubTest {
        launch {
            delay(1.hours)
            launch { delay(1.hours) }
        }
        greenlet {
            sleep(90.minutes)
            trail += "greenlet"
        }
        advanceUntilIdle()
        assertEquals(2.hours, currentTime)
        trail.shouldBe("greenlet")
    }

    @Test
    fun advanceUntilIdleLeavesThoseWhoWaitForSomethingElse() = runHubTest {
        val event = Event()
        val waiter = greenlet { event.waitUntilSet() }
        advanceUntilIdle()
        assertFalse(waiter.isReady)
        event.set()
        waiter.awaitEnd()
    }

    @Test
    fun timeoutsOfBothKindsFireInVirtualTime() = runHubTest {
        assertNull(withTimeoutOrNull(1.minutes) { delay(1.hours) })
        val greenlet = greenlet {
            Greenlets.withTimeout(JavaDuration.ofMinutes(1), "late") {
                Event().waitUntilSet()
                "never"
            }
        }
        greenlet.awaitEnd()
        assertEquals("late", greenlet.result())
        assertEquals(2.minutes, currentTime)
    }

    @Test
    fun theTimeSourceReadsVirtualTime() = runHubTest {
        val mark = timeSource.markNow()
        delay(7.seconds)
        assertEquals(7.seconds, mark.elapsedNow())
    }

    @Test
    fun aCallFromAnotherDispatcherAdvancesTheHub() = runHubTest {
        withContext(Dispatchers.Default) { advanceTimeBy(1.hours) }
        assertEquals(1.hours, currentTime)
    }

    @Test
    fun aSpinningCoroutineDoesNotStopOthersOfItsMoment() = runHubTest {
        var woken = false
        launch {
            withTimeoutOrNull(1) { delay(1.hours) }
            woken = true
        }
        coroutineScope {
            launch {
                repeat(1_000) { yield() }
                assertFalse(woken) // time stands still while anything is ready
            }
        }
        delay(2)
        assertTrue(woken)
    }

    @Test
    fun realTimeHardlyPasses() {
        val real = measureTime {
            runHubTest {
                launch { repeat(10_000) { delay(1.hours) } }
                greenlet { repeat(10_000) { sleep(1.hours) } }
            }
        }
        assertTrue(real < 1.hours)
    }

    @Test
    fun aTestInsideOfATestIsRefused() {
        runHubTest {
            assertThrows(IllegalStateException::class.java) { runHubTest {} }
            greenlet { assertThrows(IllegalStateException::class.java) { runHubTest {} } }
        }
    }
}

package dev.celadon.kotlin.test

import dev.celadon.Greenlets
import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.Body
import dev.celadon.hub.Hub
import dev.celadon.kotlin.HubScope
import dev.celadon.kotlin.asCoroutineDispatcher
import dev.celadon.kotlin.await
import dev.celadon.queue.Queue
import dev.celadon.sync.Event
import dev.celadon.threadpool.ThreadPool
import java.util.concurrent.Callable
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

class HubTestEndTest {

    private val trail = Trail()
    private val boom = Boom("boom")

    /** Kotlin makes no copy of it. */
    private class Boom(message: String, val fieldThatForbidsCopies: Int = 0) :
        RuntimeException(message)

    private fun failureOf(
        timeout: Duration = 60.seconds,
        seed: Long? = null,
        body: suspend HubTestScope.() -> Unit,
    ): Throwable =
        assertThrows(Throwable::class.java) {
            runHubTest(timeout = timeout, seed = seed, testBody = body)
        }

    // --- What is waited for

    @Test
    fun theTestWaitsForItsCoroutinesAndGreenlets() {
        runHubTest {
            launch {
                delay(1.hours)
                trail += "coroutine"
            }
            greenlet {
                sleep(2.hours)
                trail += "greenlet"
            }
        }
        trail.shouldBe("coroutine greenlet")
    }

    @Test
    fun aGreenletKilledBeforeItsFirstTurnIsNotWaitedFor() = runHubTest {
        val greenlet = greenlet { trail += "never" }
        greenlet.throwIn(dev.celadon.hub.GreenletExit())
        delay(1)
        assertTrue(greenlet.isReady)
        trail.shouldBe("")
    }

    @Test
    fun backgroundWorkRunsWhileTheTestDoes() {
        runHubTest {
            backgroundScope.launch {
                try {
                    while (true) {
                        delay(1.seconds)
                        trail += "tick"
                    }
                } finally {
                    trail += "over"
                }
            }
            delay(2500.milliseconds)
            trail += "end"
        }
        trail.shouldBe("tick tick end over")
    }

    @Test
    fun backgroundWorkDoesNotKeepAdvanceUntilIdleGoing() = runHubTest {
        backgroundScope.launch {
            while (true) {
                delay(1.seconds)
                trail += "tick"
            }
        }
        launch {
            delay(2500.milliseconds)
            trail += "foreground"
        }
        advanceUntilIdle()
        assertEquals(2500.milliseconds, currentTime)
        advanceUntilIdle()
        trail.shouldBe("tick tick foreground")
        advanceTimeBy(600.milliseconds)
        trail.shouldBe("tick tick foreground tick")
    }

    @Test
    fun theTestMayWaitForBackgroundWork() = runHubTest {
        val done = CompletableDeferred<Unit>()
        backgroundScope.launch {
            delay(1.hours)
            done.complete(Unit)
        }
        done.await()
        assertEquals(1.hours, currentTime)
    }

    @Test
    fun cleanUpOfBackgroundWorkIsWaitedFor() {
        runHubTest {
            backgroundScope.launch {
                try {
                    awaitCancellation()
                } finally {
                    withContext(NonCancellable) { delay(1.hours) }
                    trail += "${currentTime.inWholeMilliseconds}"
                }
            }
            delay(1)
        }
        trail.shouldBe("3600001")
    }

    @Test
    fun theCleanUpOfABackgroundGreenletIsWaitedFor() {
        runHubTest {
            backgroundGreenlet {
                try {
                    Event().waitUntilSet()
                } finally {
                    sleep(1.hours)
                    trail += "clean"
                }
            }
            backgroundGreenlet { trail += "short" }
            delay(1)
        }
        trail.shouldBe("short clean")
    }

    @Test
    fun backgroundGreenletsAreKilledAtTheEnd() {
        val queue = Queue<Int>()
        runHubTest {
            backgroundGreenlet {
                try {
                    while (true) {
                        trail += "${queue.get()}"
                    }
                } finally {
                    trail += "killed"
                }
            }
            queue.put(1)
            queue.put(2)
            delay(1)
        }
        trail.shouldBe("1 2 killed")
    }

    @Test
    fun aGreenletThatIsLeftFailsTheTest() {
        val failure = failureOf { Greenlet.spawn(hub, Body { sleep(1.hours) }).named("forgotten") }
        assertTrue(failure is AssertionError)
        assertTrue("forgotten" in failure.message!!, failure.message)
        assertTrue("HubTestEndTest" in failure.message!!, failure.message)
    }

    @Test
    fun aGreenletThatIsAboutToEndIsNoLeak() = runHubTest {
        Greenlet.spawn(hub, Body { Greenlets.yieldNow() })
    }

    // --- Failures

    @Test
    fun theFailureOfTheBodyIsThrownUnchanged() {
        assertSame(boom, failureOf { throw boom })
    }

    @Test
    fun theFailureOfAChildFailsTheTest() {
        assertSame(
            boom,
            failureOf {
                launch { throw boom }
                delay(1.hours)
                trail += "never"
            },
        )
        trail.shouldBe("")
    }

    @Test
    fun theFailureOfAGreenletThatNobodyTookFailsTheTest() {
        assertSame(boom, failureOf { greenlet { throw boom } })
    }

    @Test
    fun theFailureOfAGreenletThatSomebodyTookDoesNot() = runHubTest {
        val greenlet = greenlet { throw boom }
        assertSame(boom, runCatching { greenlet.await() }.exceptionOrNull())
    }

    @Test
    fun uncaughtFailuresOfAnyScopeFailTheTest() {
        assertSame(boom, failureOf { supervisorScope { launch { throw boom } } })
        assertSame(boom, failureOf { HubScope(hub).launch { throw boom }.join() })
        assertSame(boom, failureOf { hub.spawnRaw { throw boom } })
        assertSame(boom, failureOf { hub.runCallback { throw boom } })
    }

    @Test
    fun aFailureInTheBackgroundFailsTheTestAndLeavesTheOthersAlone() {
        val failure = failureOf {
            backgroundScope.launch { throw boom }
            backgroundScope.launch {
                delay(1)
                trail += "alive"
            }
            delay(2)
        }
        assertSame(boom, failure)
        trail.shouldBe("alive")
    }

    @Test
    fun failuresAfterTheFirstAreSuppressed() {
        val second = Boom("second")
        val third = Boom("third")
        val failure = failureOf {
            hub.spawnRaw { throw boom }
            hub.spawnRaw { throw second }
            delay(1)
            throw third
        }
        assertSame(boom, failure)
        assertEquals(listOf(second, third), failure.suppressed.toList())
    }

    @Test
    fun aFailureDuringTheCleanUpCounts() {
        val failure = failureOf {
            backgroundGreenlet {
                try {
                    Event().waitUntilSet()
                } finally {
                    throw boom
                }
            }
            delay(1)
        }
        assertSame(boom, failure)
    }

    @Test
    fun whenTheTestFailsItsGreenletsAreKilled() {
        failureOf {
            greenlet {
                try {
                    sleep(1.hours)
                } finally {
                    trail += "killed"
                }
            }
            delay(1)
            throw boom
        }
        trail.shouldBe("killed")
    }

    @Test
    fun aCancelledParentEndsTheTest() {
        val parent = Job()
        val failure =
            assertThrows(Throwable::class.java) {
                runHubTest(parent) {
                    launch {
                        delay(1)
                        parent.cancel()
                    }
                    delay(1.hours)
                }
            }
        assertTrue(failure is java.util.concurrent.CancellationException)
    }

    @Test
    fun theSeedIsToldWithTheFailure() {
        val failure = failureOf(seed = 42) { throw boom }
        assertSame(boom, failure)
        assertTrue("runHubTest(seed = 42L)" in failure.suppressed.single().message!!)
    }

    // --- Those that never end

    @Test
    fun aDeadlockIsToldAtOnceWithAllWhoWait() {
        val failure = failureOf {
            val never = Event()
            greenlet { never.waitUntilSet() }.named("the waiter")
            launch(CoroutineName("the sleeper")) { delay(Long.MAX_VALUE) }
            delay(1.hours)
            awaitCancellation()
        }
        assertTrue(failure is AssertionError)
        val message = failure.message!!
        for (part in listOf("would wait for ever", "the waiter", "the sleeper", "Event")) {
            assertTrue(part in message, message)
        }
    }

    @Test
    fun aDeadlockThatBackgroundWorkCannotEndIsTold() {
        val failure = failureOf {
            backgroundScope.launch { delay(1.hours) }
            awaitCancellation()
        }
        assertTrue("would wait for ever" in failure.message!!, failure.message)
    }

    @Test
    fun aDeadlockThatIgnoresCancellationIsToldToo() {
        val failure = failureOf { withContext(NonCancellable) { awaitCancellation() } }
        assertTrue("would wait for ever" in failure.message!!, failure.message)
    }

    @Test
    fun aTestThatTakesTooLongNamesWhoIsLeft() {
        val failure =
            failureOf(timeout = 50.milliseconds) {
                launch(CoroutineName("busy")) {
                    while (true) {
                        delay(1.minutes)
                    }
                }
            }
        assertTrue("not over after 50ms" in failure.message!!, failure.message)
        assertTrue("busy" in failure.message!!, failure.message)
    }

    @Test
    fun aTestThatHoldsItsThreadIsInterrupted() {
        val failure =
            failureOf(timeout = 20.milliseconds) {
                while (!Thread.interrupted()) {
                    Thread.onSpinWait()
                }
                throw boom
            }
        assertTrue(boom in listOf(failure) + failure.suppressed, failure.toString())
    }

    // --- What is refused

    @Test
    fun dispatchersAndHandlersAreRefused() {
        assertThrows(IllegalArgumentException::class.java) { runHubTest(Dispatchers.Default) {} }
        assertThrows(IllegalArgumentException::class.java) {
            runHubTest(CoroutineExceptionHandler { _, _ -> }) {}
        }
        Hub.start("other").use { other ->
            assertThrows(IllegalArgumentException::class.java) {
                runHubTest(other.asCoroutineDispatcher()) {}
            }
        }
        assertThrows(IllegalArgumentException::class.java) { exploreHubTest(0) {} }
    }

    // --- Work elsewhere

    @Test
    @Timeout(30)
    fun timeDoesNotJumpWhileACoroutineWorksElsewhere() = runHubTest {
        val timer = launch {
            delay(1.hours)
            trail += "timer"
        }
        withContext(Dispatchers.IO) { Thread.sleep(200) }
        trail += "back"
        assertEquals(Duration.ZERO, currentTime)
        async(Dispatchers.Default) { Thread.sleep(20) }.await()
        trail += "again"
        assertEquals(Duration.ZERO, currentTime)
        timer.join()
        trail.shouldBe("back again timer")
    }

    @Test
    fun manyShortStaysElsewhereTakeNoVirtualTime() = runHubTest {
        launch { delay(1.hours) }
        repeat(300) { n -> assertEquals(n, withContext(Dispatchers.IO) { n }) }
        assertEquals(Duration.ZERO, currentTime)
    }

    @Test
    fun timeDoesNotJumpWhileWorkIsOffLoaded() = runHubTest {
        launch { delay(1.hours) }
        val value = greenlet { ThreadPool.offload(Callable { 42.also { Thread.sleep(20) } }) }
        assertEquals(42, value.await())
        assertEquals(Duration.ZERO, currentTime)
    }

    @Test
    fun whoWaitsElsewhereIsNoDeadlock() = runHubTest {
        withContext(Dispatchers.Default) { delay(200) }
        assertEquals(Duration.ZERO, currentTime)
    }

    @Test
    fun whoIsSuspendedElsewhereForLongDoesNotHoldTime() = runHubTest {
        val fed = CompletableDeferred<Int>()
        val elsewhere = async(Dispatchers.Default) { fed.await() }
        repeat(100) { delay(1.hours) }
        fed.complete(1)
        assertEquals(1, elsewhere.await())
        assertEquals(100.hours, currentTime)
    }

    @Test
    fun aParentElsewhereDoesNotHoldTheTimeOfItsChildrenHere() = runHubTest {
        val dispatcher = hub.asCoroutineDispatcher()
        withContext(Dispatchers.Default) { withContext(dispatcher) { delay(1.hours) } }
        assertEquals(1.hours, currentTime)
    }

    @Test
    fun aServerThatWaitsForClientsDoesNotHoldTime() = runHubTest {
        val server =
            dev.celadon.net.StreamServer("localhost:0") { socket ->
                socket.inputStream().transferTo(socket.outputStream())
            }
        greenlet {
            server.start()
            dev.celadon.net.StreamSocket.connect("localhost", server.port()).use {
                it.write(byteArrayOf(1, 2, 3))
                sleep(1.hours)
                assertEquals(3, it.inputStream().readNBytes(3).size)
            }
            server.stop()
        }
            .await()
        assertEquals(1.hours, currentTime)
    }

    // --- Seeds

    @Test
    fun oneSeedIsOneOrderAndManyAreMany() {
        fun order(seed: Long?): String {
            val trail = Trail()
            runHubTest(seed = seed) {
                for (name in listOf("a", "b", "c", "d")) {
                    launch { trail += name }
                    greenlet { trail += name.uppercase() }
                }
            }
            return trail.toString()
        }
        assertEquals("a A b B c C d D", order(null))
        assertEquals(order(7), order(7))
        assertFalse((0L..20).map(::order).toSet().size == 1)
    }

    @Test
    fun exploreRunsEverySeedUntilOneFails() {
        var runs = 0
        val failure =
            assertThrows(AssertionError::class.java) {
                exploreHubTest(100) {
                    runs++
                    var last = ""
                    launch { last = "coroutine" }
                    greenlet { last = "greenlet" }
                    runCurrent()
                    assertEquals("greenlet", last)
                }
            }
        assertTrue(runs in 1..99, "$runs")
        assertTrue("seed = ${runs - 1}L" in failure.suppressed.last().message!!)
    }
}

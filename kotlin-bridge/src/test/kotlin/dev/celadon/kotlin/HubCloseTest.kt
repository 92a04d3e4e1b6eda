package dev.celadon.kotlin

import dev.celadon.hub.Hub
import dev.celadon.queue.Queue
import java.util.concurrent.CountDownLatch
import kotlin.coroutines.Continuation
import kotlin.coroutines.startCoroutine
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.completeWith
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class HubCloseTest {

    private val trail = Trail()

    /** Runs [body] on the hub up to its first real suspension. */
    private fun Hub.launchAndWait(body: suspend CoroutineScope.() -> Unit): Job {
        val started = CountDownLatch(1)
        val job = CoroutineScope(asCoroutineDispatcher()).launch { body() }
        runCallback { started.countDown() }
        started.await()
        return job
    }

    private fun Job.joinHere() = runBlocking { join() }

    @Test
    fun aDispatchAfterTheEndCancelsAndFinishesElsewhere() {
        val hub = Hub.start("short")
        val signal = CompletableDeferred<Unit>()
        val job = hub.launchAndWait {
            try {
                signal.await()
                trail += "never"
            } finally {
                assertFalse(hub.inHub())
                trail += "finally"
            }
        }
        hub.close()
        signal.complete(Unit)
        job.joinHere()
        assertTrue(job.isCancelled)
        trail.shouldBe("finally")
    }

    @Test
    fun aLaunchAfterTheEndIsCancelledAndThrowsNothing() {
        val hub = Hub.start("short")
        hub.close()
        assertSame(hub.asCoroutineDispatcher(), hub.asCoroutineDispatcher())
        for (dispatcher in
            listOf(hub.asCoroutineDispatcher(), hub.asCoroutineDispatcher().immediate)) {
            val job = CoroutineScope(dispatcher).launch { trail += "never" }
            job.joinHere()
            assertTrue(job.isCancelled)
        }
        trail.shouldBe("")
    }

    @Test
    fun aSleeperForAgesIsCancelledToo() {
        val hub = Hub.start("short")
        val job = hub.launchAndWait { delay(Long.MAX_VALUE - 1) }
        hub.close()
        job.joinHere()
        assertTrue(job.isCancelled)
    }

    @Test
    fun aSleeperIsCancelledInTheLaneWhenTheHubBeginsToClose() {
        val hub = Hub.start("short")
        val job = hub.launchAndWait {
            try {
                delay(3_600_000)
            } finally {
                assertTrue(hub.inLane())
                trail += "finally"
            }
        }
        hub.close()
        job.joinHere()
        trail.shouldBe("finally")
    }

    @Test
    fun aSleeperUnderNonCancellableIsNotStrandedEither() {
        val hub = Hub.start("short")
        val job = hub.launchAndWait {
            withContext(NonCancellable) {
                try {
                    delay(3_600_000)
                } finally {
                    trail += "woken"
                }
            }
        }
        hub.close()
        job.joinHere()
        trail.shouldBe("woken")
    }

    @Test
    fun aDelayThatBeginsAfterTheEndIsNotStrandedEither() {
        val hub = Hub.start("short")
        val job = hub.launchAndWait {
            try {
                awaitCancellation()
            } finally {
                withContext(NonCancellable) {
                    try {
                        delay(1)
                    } finally {
                        trail += "woken"
                    }
                }
            }
        }
        hub.close()
        job.cancel()
        job.joinHere()
        trail.shouldBe("woken")
    }

    @Test
    fun aSleeperWithoutAJobWakesInTime() {
        val hub = Hub.start("short")
        val started = CountDownLatch(1)
        val woken = CompletableDeferred<Unit>()
        val sleeps: suspend () -> Unit = {
            started.countDown()
            delay(30)
        }
        sleeps.startCoroutine(
            Continuation(hub.asCoroutineDispatcher()) {
                woken.completeWith(it)
            }
        )
        started.await()
        hub.close()
        runBlocking { woken.await() }
    }

    @Test
    fun aTimeoutOnAClosingHubDoesNotStrandItsCoroutine() {
        val hub = Hub.start("short")
        val queue = Queue<Int>()
        val job = hub.launchAndWait {
            withTimeoutOrNull(3_600_000) { queue.suspending().receive() }
        }
        hub.close()
        job.joinHere()
        assertTrue(job.isCancelled)
    }

    @Test
    fun slicesThatTheEndOvertakesRunElsewhere() {
        repeat(200) {
            val hub = Hub.start("short")
            val closed = CountDownLatch(1)
            val jobs =
                List(20) {
                    CoroutineScope(Dispatchers.Default).launch {
                        withContext(NonCancellable) {
                            withContext(hub.asCoroutineDispatcher()) { closed.count }
                        }
                    }
                }
            hub.close()
            closed.countDown()
            runBlocking { jobs.forEach { it.join() } }
        }
    }

    @Test
    fun anItemForACoroutineOfAClosedHubIsNotLost() {
        val hub = Hub.start("short")
        val queue = Queue<Int>()
        val job = hub.launchAndWait { queue.suspending().receive() }
        hub.close()
        queue.put(1)
        job.joinHere()
        assertEquals(1, queue.tryGet())
    }

    @Test
    fun aHubScopeEndsWithItsHub() {
        val hub = Hub.start("short")
        val scope = HubScope(hub)
        val job = scope.launch {
            try {
                awaitCancellation()
            } finally {
                trail += "finally"
            }
        }
        hub.close()
        job.joinHere()
        assertFalse(scope.isActive)
        assertFalse(HubScope(hub).isActive)
    }

    @Test
    fun aHubScopeSurvivesAFailingChild() {
        Hub.start("long").use { hub ->
            val scope = HubScope(hub, CoroutineExceptionHandler { _, _ -> })
            scope.launch { error("bad") }.joinHere()
            val job = scope.launch { assertTrue(hub.inLane()) }
            job.joinHere()
            assertFalse(job.isCancelled)
        }
    }

    @Test
    fun aGreenletThatAwaitsCoroutinesEndsWithTheHub() {
        val hub = Hub.start("short")
        val scope = CoroutineScope(Job())
        val greenlet = scope.greenlet(hub) { awaitCancellation() }
        hub.close()
        runBlocking { greenlet.awaitEnd() }
        assertTrue(greenlet.isCancelled)
        assertTrue(scope.isActive)
    }
}

package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.hub.Hub
import java.lang.ref.WeakReference
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class SocketWaitTest {

    private fun SocketWait.grant() {
        assertTrue(waiter.grant(null))
        waiter.wake()
    }

    @Test
    fun aGrantBeforeTheCoroutineSuspendsIsNotMissed() = onHub {
        coroutine {
            val wait = SocketWait(hub) { trail += "left" }
            wait.grant()
            withTimeout(1.seconds) { wait.untilReady() }
            trail += "ready"
        }
        assertTrue(trail.toString().startsWith("left"))
        assertTrue(trail.toString().endsWith("ready"))
    }

    @Test
    fun aGrantLeavesTheLineBeforeTheCoroutineGoesOn() = onHub {
        coroutine {
            var left = false
            val wait = SocketWait(hub) { left = true }
            val waiting = launch(start = CoroutineStart.UNDISPATCHED) { wait.untilReady() }
            wait.grant()
            assertTrue(left && waiting.isActive)
        }
    }

    @Test
    fun aCancellationInTheHubLeavesTheLineAtOnceAndOneFromElsewhereInTheNextSlice() = onHub {
        coroutine {
            var left = 0
            val here = SocketWait(hub) { left++ }
            val first = launch(start = CoroutineStart.UNDISPATCHED) { here.untilReady() }
            first.cancel()
            assertEquals(1, left)
            assertFalse(here.waiter.isWaiting)
            first.join()
            val inHub = mutableListOf<Boolean>()
            val second =
                launch(start = CoroutineStart.UNDISPATCHED) {
                    SocketWait(hub) { inHub += hub.inHub() }.untilReady()
                }
            withContext(Dispatchers.Default) { second.cancelAndJoin() }
            assertEquals(listOf(true), inHub.distinct())
        }
    }

    @Test
    fun aClosingHubCancelsWhoWaits() {
        val ended = CompletableFuture<Throwable?>()
        Hub.start("short").use { hub ->
            val waits = CountDownLatch(1)
            CoroutineScope(hub.asCoroutineDispatcher())
                .launch {
                    waits.countDown()
                    SocketWait(hub) {}.untilReady()
                }
                .invokeOnCompletion { ended.complete(it) }
            assertTrue(waits.await(10, TimeUnit.SECONDS))
        }
        val cause = ended.get(10, TimeUnit.SECONDS)
        assertTrue(cause is CancellationException, "$cause")
    }

    @Test
    fun whoWaitsOnlyWhenTheHubHasCancelledTheOthersIsCancelledToo() {
        for (othersWaited in listOf(false, true)) {
            val ended = CompletableFuture<Throwable?>()
            Hub.start("short").use { hub ->
                val scope = CoroutineScope(hub.asCoroutineDispatcher())
                hub.onClose { // the first hook is the last to run
                    scope
                        .launch { SocketWait(hub) {}.untilReady() }
                        .invokeOnCompletion { ended.complete(it) }
                    Greenlets.yieldNow()
                }
                if (othersWaited) {
                    runBlocking(scope.coroutineContext) {
                        withTimeoutOrNull(1.milliseconds) { SocketWait(hub) {}.untilReady() }
                    }
                }
            }
            val cause = ended.get(10, TimeUnit.SECONDS)
            assertTrue(cause is CancellationException, "$cause")
        }
    }

    @Test
    fun aWaitThatIsOverIsForgotten() = onHub {
        coroutine {
            val over = waitOnce()
            repeat(200) {
                if (over.get() != null) {
                    System.gc()
                    yield()
                }
            }
            assertNull(over.get())
        }
    }

    private suspend fun HubTest.waitOnce(): WeakReference<SocketWait> {
        val wait = SocketWait(hub) {}
        val over = WeakReference(wait)
        hub.runCallback { wait.grant() }
        wait.untilReady()
        return over
    }
}

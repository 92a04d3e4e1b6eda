package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.hub.BlockingSwitchOut
import dev.celadon.hub.GreenletExit
import java.time.Duration
import java.util.concurrent.TimeoutException
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class CoroutineGreenletTest {

    @Test
    fun aCoroutineCanBeJoinedAsAGreenlet() = onHub {
        val scope = CoroutineScope(Job())
        val greenlet =
            scope.greenlet(hub, CoroutineName("answer")) {
                assertTrue(hub.inLane())
                delay(1)
                42
            }
        assertEquals("answer", greenlet.name())
        assertEquals(42, greenlet.result())
    }

    @Test
    fun aFailureIsTheGreenletsAndCancelsTheScope() = onHub {
        val scope = CoroutineScope(Job())
        val failure = IllegalStateException("bad")
        val greenlet = scope.greenlet(hub) { throw failure }
        assertSame(failure, assertThrows(IllegalStateException::class.java) { greenlet.result() })
        assertFalse(scope.isActive)
    }

    @Test
    fun aKillOfTheGreenletCancelsItsCoroutineAndNobodyElse() = onHub {
        val scope = CoroutineScope(Job())
        val greenlet =
            scope.greenlet(hub) {
                try {
                    awaitCancellation()
                } finally {
                    withContext(NonCancellable) { delay(1) }
                    trail += "clean"
                }
            }
        Greenlets.sleep(Duration.ofMillis(1))
        greenlet.kill()
        trail.shouldBe("clean")
        assertTrue(greenlet.isCancelled)
        assertTrue(scope.isActive)
    }

    @Test
    fun aKillBeforeTheFirstTurnCancelsTheCoroutineToo() = onHub {
        val coroutine = HubScope(hub).async { awaitCancellation() }
        coroutine.asGreenlet(hub).kill()
        coroutine.joinInGreenlet()
        assertTrue(coroutine.isCancelled)
    }

    @Test
    fun cancellingTheScopeEndsTheGreenletInSilence() = onHub {
        val scope = CoroutineScope(SupervisorJob())
        val greenlet = scope.greenlet(hub) { awaitCancellation() }
        Greenlets.yieldNow()
        scope.cancel()
        greenlet.join()
        assertTrue(greenlet.isCancelled)
    }

    @Test
    fun jobsHaveTheFaceOfAGreenletToo() = onHub {
        val scope = HubScope(hub)
        val lazy = scope.launch(start = CoroutineStart.LAZY) { trail += "lazy" }
        assertEquals(Unit, lazy.asGreenlet(hub).result())
        val endless = scope.launch { awaitCancellation() }
        endless.asGreenlet(hub).kill()
        endless.joinInGreenlet()
        assertTrue(endless.isCancelled)
        trail.shouldBe("lazy")
    }

    @Test
    fun aGreenletWaitsForACoroutineAndOthersRunMeanwhile() = onHub {
        val value = CompletableDeferred<String>()
        spawn {
            trail += "meanwhile"
            value.complete("value")
        }
        trail += value.awaitInGreenlet()
        value.joinInGreenlet()
        trail.shouldBe("meanwhile value")
        coroutine {
            assertThrows(BlockingSwitchOut::class.java) { value.awaitInGreenlet() }
            assertThrows(BlockingSwitchOut::class.java) { value.joinInGreenlet() }
        }
    }

    @Test
    fun aFailureOfTheCoroutineArrivesUnchanged() = onHub {
        val failure = IllegalStateException("bad")
        val deferred =
            CoroutineScope(SupervisorJob()).async(hub.asCoroutineDispatcher()) { throw failure }
        assertSame(
            failure,
            assertThrows(IllegalStateException::class.java) { deferred.awaitInGreenlet() },
        )
        deferred.joinInGreenlet()
    }

    @Test
    fun whoGivesUpWaitingLeavesTheCoroutineAlone() = onHub {
        val value = CompletableDeferred<Int>()
        assertFalse(value.joinInGreenlet(5.milliseconds))
        assertThrows(TimeoutException::class.java) { value.awaitInGreenlet(5.milliseconds) }
        val waiter = spawn { value.awaitInGreenlet() }
        Greenlets.yieldNow()
        waiter.kill(GreenletExit())
        assertTrue(value.isActive)
        assertEquals(10, clock.millis())
        assertEquals(0, timers())
    }
}

package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.hub.RawGreenlet
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** The start modes of `greenlet { }`, and the names on both sides of the bridge. */
class GreenletStartTest {

    @Test
    fun aLazyOneStartsWithItsGreenlet() = onHub {
        val scope = CoroutineScope(Job())
        val greenlet =
            scope.greenlet(hub, start = CoroutineStart.LAZY) {
                trail += "runs"
                42
            }
        repeat(3) { Greenlets.yieldNow() }
        assertFalse(greenlet.isReady)
        trail += "starts"
        greenlet.start()
        assertEquals(42, greenlet.result())
        trail.shouldBe("starts runs")
    }

    @Test
    fun aLazyOneThatIsKilledNeverRuns() = onHub {
        val scope = CoroutineScope(Job())
        val greenlet = scope.greenlet(hub, start = CoroutineStart.LAZY) { trail += "never" }
        greenlet.kill()
        assertTrue(greenlet.isCancelled)
        assertTrue(scope.isActive)
        assertFalse(scope.coroutineContext[Job]!!.children.any { it.isActive })
        trail.shouldBe("")
    }

    @Test
    fun cancellingTheScopeEndsALazyOneThatNobodyStarted() = onHub {
        val scope = CoroutineScope(SupervisorJob())
        val greenlet = scope.greenlet(hub, start = CoroutineStart.LAZY) { trail += "never" }
        scope.cancel()
        greenlet.join()
        assertTrue(greenlet.isCancelled)
    }

    @Test
    fun anUndispatchedOneBeginsInTheCallersFrame() = onHub {
        val greenlet =
            CoroutineScope(Job()).greenlet(hub, start = CoroutineStart.UNDISPATCHED) {
                trail += "begins"
                yield()
                assertTrue(hub.inLane())
                trail += "ends"
            }
        trail += "caller"
        greenlet.result()
        trail.shouldBe("begins caller ends")
    }

    // --- Names

    @Test
    fun aGreenletHasTheNameOfItsCoroutine() = onHub {
        val scope = CoroutineScope(Job() + CoroutineName("of the scope"))
        assertEquals("of the scope", scope.greenlet(hub) {}.name())
        assertEquals("own", scope.greenlet(hub, CoroutineName("own")) {}.name())
        val deferred = scope.async(CoroutineName("async")) {}
        val face = deferred.asGreenlet(hub)
        assertEquals("async", face.name())
        face.join()
    }

    @Test
    fun namesPassBothWaysOverTheCrossings() = onHub {
        fun nameHere() = (RawGreenlet.currentOrNull() as dev.celadon.greenlet.Greenlet<*>).name()
        val outer = spawn {
            runSuspending {
                val coroutine = currentCoroutineContext()[CoroutineName]!!.name
                val unnamed = runInGreenlet { nameHere() }
                val named = withContext(CoroutineName("other")) { runInGreenlet { nameHere() } }
                val given = runInGreenlet(name = "given") { nameHere() }
                listOf(coroutine, unnamed, named, given)
            }
        }
        outer.named("outer")
        assertEquals(listOf("outer", "outer", "other", "given"), outer.result())
        val own =
            runSuspending(CoroutineName("mine")) { currentCoroutineContext()[CoroutineName]!!.name }
        assertEquals("mine", own)
    }
}

package dev.celadon.kotlin

import dev.celadon.hub.Hub
import java.time.Duration
import kotlin.concurrent.thread
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class UnreferencedTest {

    @Test
    fun aHubIsDrainedAlthoughTheySleep() = onHub {
        val scope = HubScope(hub)
        val housekeeping =
            scope.launch(Unreferenced) {
                while (true) {
                    delay(10)
                    trail += "tick"
                }
            }
        scope.launch {
            delay(25)
            trail += "work"
        }
        assertTrue(hub.join(Duration.ofHours(1)))
        trail.shouldBe("tick tick work")
        assertEquals(25, clock.millis())
        assertTrue(housekeeping.isActive)
        assertEquals(1, hub.loop().pendingTimers())
        assertEquals(0, hub.loop().referencedTimers())
        housekeeping.cancel()
        assertEquals(0, hub.loop().pendingTimers())
    }

    @Test
    fun theirTimeoutsFireAndTheirChildrenInheritIt() = onHub {
        coroutine {
            launch(Unreferenced) {
                    launch {
                        withTimeoutOrNull(5) { delay(1_000) }
                        trail += "timeout"
                    }
                }
                .join()
        }
        trail.shouldBe("timeout")
        assertEquals(5, clock.millis())
    }

    @Test
    fun theyAreArmedAndDisarmedFromOtherThreads() = onHub {
        val scope = HubScope(hub)
        coroutine {
            val sleeper = scope.launch(Unreferenced) { delay(1_000_000) }
            kotlinx.coroutines.yield()
            kotlinx.coroutines.withContext(kotlinx.coroutines.Dispatchers.Default) {
                sleeper.cancelAndJoin()
            }
        }
        assertEquals(0, hub.loop().pendingTimers())
    }

    @Test
    fun aClosingHubCancelsThem() {
        val hub = Hub.start("closing")
        val sleeper = HubScope(hub).launch(Unreferenced) { delay(1_000_000) }
        thread { hub.close() }.join()
        assertTrue(sleeper.isCancelled)
        assertFalse(sleeper.isActive)
    }
}

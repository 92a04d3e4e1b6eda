package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.sync.Event
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.debug.DebugProbes
import kotlinx.coroutines.debug.State
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test

/** The debugger of kotlinx sees the coroutines of a hub like all others. */
@OptIn(ExperimentalCoroutinesApi::class)
class DebugProbesTest {

    @BeforeEach fun install() = DebugProbes.install()

    @AfterEach fun uninstall() = DebugProbes.uninstall()

    private suspend fun waitsForTheGreenlet(event: Event) {
        runInGreenlet(name = "blocked") { event.waitUntilSet() }
        yield()
    }

    @Test
    fun aDumpShowsCoroutinesThatWaitForGreenlets() = onHub {
        val event = Event()
        val greenlet = spawn { event.waitUntilSet() }
        val crossing = spawn {
            runSuspending {
                launch(CoroutineName("crosses")) { waitsForTheGreenlet(event) }
                launch(CoroutineName("awaits")) { greenlet.await() }
                launch(CoroutineName("listens")) { event.await() }
                event.await()
            }
        }
        crossing.named("outer")
        repeat(4) { Greenlets.yieldNow() }
        val infos = DebugProbes.dumpCoroutinesInfo().associateBy { it.context[CoroutineName]?.name }
        for ((name, function) in
            listOf("crosses" to "waitsForTheGreenlet", "awaits" to "await", "listens" to "await")) {
            val info = infos.getValue(name)
            assertEquals(State.SUSPENDED, info.state)
            assertTrue(
                info.lastObservedStackTrace().any { function in "$it" },
                "$name: ${info.lastObservedStackTrace()}",
            )
            assertTrue("${info.context}".contains("HubDispatcher[test]"), "${info.context}")
        }
        assertTrue("outer" in infos.keys, "${infos.keys}")
        val text = ByteArrayOutputStream()
        DebugProbes.dumpCoroutines(PrintStream(text))
        assertTrue("waitsForTheGreenlet" in text.toString(), text.toString())
        event.set()
        crossing.join()
        assertEquals(
            emptyList<String>(),
            DebugProbes.dumpCoroutinesInfo().mapNotNull { it.context[CoroutineName]?.name },
        )
    }
}

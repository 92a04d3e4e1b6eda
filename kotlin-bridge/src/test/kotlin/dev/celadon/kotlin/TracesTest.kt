package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.hub.Body
import dev.celadon.hub.Hub
import dev.celadon.hub.HubOptions
import dev.celadon.hub.LoopExit
import dev.celadon.monitor.RunReport
import dev.celadon.sync.AsyncResult
import dev.celadon.sync.Event
import java.io.PrintWriter
import java.io.StringWriter
import java.util.concurrent.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.plus
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Logs, dumps and stack traces tell both sides of the bridge. */
class TracesTest {

    private fun printed(failure: Throwable): String =
        StringWriter().also { failure.printStackTrace(PrintWriter(it)) }.toString()

    private fun assertTells(text: String, vararg parts: String) {
        for (part in parts) {
            assertTrue(part in text, "no \"$part\" in:\n$text")
        }
    }

    private suspend fun failsInTheCoroutine(): Nothing {
        yield()
        error("boom")
    }

    private fun asksTheCoroutine(): Nothing = runSuspending { failsInTheCoroutine() }

    @Test
    fun aFailureInRunSuspendingShowsTheCoroutineAndTheGreenlet() = onHub {
        val greenlet = spawn { asksTheCoroutine() }
        greenlet.named("asker")
        val failure = assertThrows(IllegalStateException::class.java) { greenlet.result() }
        assertTells(
            printed(failure),
            "boom",
            "failsInTheCoroutine",
            "taken by asker",
            "asksTheCoroutine",
        )
        assertEquals(1, failure.suppressed.size)
        assertTrue(failure.suppressed[0].stackTrace[0].methodName == "asksTheCoroutine")
    }

    private fun failsInTheGreenlet(): Nothing = error("boom")

    private suspend fun asksTheGreenlet(test: HubTest) {
        test.spawn { failsInTheGreenlet() }.await()
        yield() // this function has a frame of its own
    }

    private suspend fun asksWhoAsks(test: HubTest) {
        asksTheGreenlet(test)
        yield()
    }

    @Test
    fun aFailureOfAnAwaitedGreenletShowsBothSidesDownToTheFirstSuspendFunction() = onHub {
        val failure =
            runSuspending(CoroutineName("asker")) {
                runCatching { asksWhoAsks(this@onHub) }.exceptionOrNull()!!
            }
        assertTells(
            printed(failure),
            "failsInTheGreenlet",
            "taken by coroutine \"asker\"",
            "asksTheGreenlet",
            "asksWhoAsks",
        )
    }

    @Test
    fun aFailureInRunInGreenletShowsTheCoroutineToo() = onHub {
        val failure = coroutine {
            runCatching { withContext(CoroutineName("caller")) { askInGreenlet() } }
                .exceptionOrNull()!!
        }
        assertTells(
            printed(failure),
            "failsInTheGreenlet",
            "taken by coroutine \"caller\"",
            "askInGreenlet",
        )
    }

    private suspend fun askInGreenlet() {
        runInGreenlet { failsInTheGreenlet() }
        yield()
    }

    @Test
    fun deferredsAndResultsShowWhoTookTheirFailure() = onHub {
        val result = AsyncResult<Int>()
        result.setException(IllegalStateException("of the result"))
        val failed = coroutine { runCatching { result.await() }.exceptionOrNull()!! }
        assertTells(printed(failed), "of the result", "taken by coroutine")
        val deferred = (HubScope(hub) + SupervisorJob()).async { error("of the coroutine") }
        val thrown = runCatching { deferred.awaitInGreenlet() }.exceptionOrNull()!!
        assertTells(printed(thrown), "of the coroutine", "taken by ")
    }

    @Test
    fun aFailureThatManyTakeDoesNotGrowWithoutEnd() = onHub {
        val failure = IllegalStateException("popular")
        val deferred = CompletableDeferred<Int>()
        deferred.completeExceptionally(failure)
        repeat(100) {
            assertSame(failure, runCatching { deferred.awaitInGreenlet() }.exceptionOrNull())
        }
        assertEquals(4, failure.suppressed.size)
    }

    @Test
    fun cancellationsStaySlim() = onHub {
        val cancelled = CancellationException("enough")
        val thrown = runCatching { runSuspending { throw cancelled } }.exceptionOrNull()!!
        assertEquals(0, thrown.suppressed.size)
    }

    // --- Dumps

    @Test
    fun reportsTellWhichCoroutineAGreenletWaitsFor() = onHub {
        val event = Event()
        val greenlet = spawn { runSuspending(CoroutineName("fetch")) { event.await() } }
        Greenlets.yieldNow()
        Greenlets.yieldNow()
        assertEquals("coroutine \"fetch\"", greenlet.waitsFor())
        assertTells(RunReport.capture().toString(), "coroutine \"fetch\"")
        event.set()
        greenlet.join()
    }

    @Test
    fun aHubOnWhichNothingCanRunAnyMoreTellsIt() {
        val options =
            HubOptions.defaults().withClock(JumpingClock()).withLoopExit(LoopExit.When.DRAINED)
        val exit =
            assertThrows(LoopExit::class.java) {
                Hub.run(
                    options,
                    Body { runSuspending(CoroutineName("stuck")) { awaitCancellation() } },
                )
            }
        assertTells("${exit.message} ${exit.waiters()}", "coroutine \"stuck\"")
    }

    @Test
    fun threadsCarryTheNamesOfWhatRunsInThem() = onHub {
        val greenlet = spawn {
            runSuspending { runInGreenlet { Thread.currentThread().name } }
        }
        greenlet.named("worker")
        assertTrue(greenlet.result().startsWith("worker"))
        coroutine {
            launch(CoroutineName("slice")) {
                delay(1)
                // kotlinx names the thread in debug mode, which assertions switch on.
                assertTells(Thread.currentThread().name, "@slice#")
            }
        }
    }
}

package dev.celadon.kotlin.test

import dev.celadon.Greenlets
import dev.celadon.kotlin.suspending
import dev.celadon.queue.Channel
import dev.celadon.queue.Queue
import dev.celadon.sync.AsyncResult
import java.nio.file.Path
import java.time.Duration
import kotlin.io.path.readText
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows

/** The Kotlin samples of docs/guide/testing.md: each stands here word for word and is run. */
class TestingGuideTest {

    @Test
    fun everySampleOfThePageStandsHere() {
        val self =
            withoutSpaces(
                Path.of("src/test/kotlin/dev/celadon/kotlin/test/TestingGuideTest.kt").readText()
            )
        val samples =
            Regex("```kotlin\n(.*?)```", RegexOption.DOT_MATCHES_ALL)
                .findAll(Path.of("../docs/guide/testing.md").readText())
                .map { it.groupValues[1] }
                .toList()
        for (sample in samples) {
            assertTrue(withoutSpaces(sample) in self, sample)
        }
        assertEquals(3, samples.size)
    }

    private fun withoutSpaces(text: String) = text.replace(Regex("\\s"), "")

    @Test
    fun aSlowAnswerIsGivenUp() = runHubTest {
        val questions = Queue<String>()
        greenlet {
            Greenlets.sleep(Duration.ofHours(1))
            questions.put("late")
        }
        assertNull(withTimeoutOrNull(5.minutes) { questions.suspending().receive() })
        assertEquals(5.minutes, currentTime)
    }

    @Test
    fun everySecondATick() = runHubTest {
        var ticks = 0
        backgroundScope.launch {
            while (true) {
                delay(1.seconds)
                ticks++
            }
        }
        val echo = Channel<String>()
        backgroundGreenlet {
            while (true) {
                echo.put(echo.get() + "!")
            }
        }
        advanceTimeBy(10.seconds)
        assertEquals(9, ticks)
        runCurrent()
        assertEquals(10, ticks)
    }

    @Test
    fun aForgottenAnswerIsTold() {
        val failure =
            assertThrows<AssertionError> {
                runHubTest {
                    val answer = AsyncResult<String>()
                    greenlet { answer.result() }.named("the one who waits")
                }
            }
        assertTrue("the one who waits" in failure.message!!)
    }
}

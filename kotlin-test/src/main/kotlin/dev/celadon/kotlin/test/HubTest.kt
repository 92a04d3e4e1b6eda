package dev.celadon.kotlin.test

import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.GreenletExit
import dev.celadon.hub.Hub
import dev.celadon.kotlin.asCoroutineDispatcher
import java.util.concurrent.Callable
import kotlin.coroutines.resume
import kotlin.time.AbstractLongTimeSource
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.DurationUnit
import kotlin.time.TimeSource
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext

/** The scope of one test. */
internal class HubTest(
    test: CoroutineScope,
    override val backgroundScope: CoroutineScope,
    override val hub: Hub,
    private val clock: TestClock,
    private val backgroundGreenlets: MutableMap<Greenlet<*>, Job>,
) : HubTestScope, CoroutineScope by test {

    override val currentTime: Duration
        get() = clock.nanoTime().nanoseconds

    override val timeSource: TimeSource.WithComparableMarks =
        object : AbstractLongTimeSource(DurationUnit.NANOSECONDS) {
            override fun read(): Long = clock.nanoTime()
        }

    override suspend fun advanceTimeBy(delayTime: Duration) {
        require(!delayTime.isNegative()) {
            "delayTime must not be negative: $delayTime; time does not run backwards"
        }
        if (delayTime > Duration.ZERO) {
            val target = clock.later(delayTime.inWholeNanoseconds)
            if (target == clock.nanoTime()) {
                return runCurrent()
            }
            waitFor { clock.stopBefore(target, it) }
            clock.moveTo(target)
        }
    }

    override suspend fun runCurrent() {
        waitFor { clock.stopBefore(clock.nanoTime() + 1, it) }
    }

    override suspend fun advanceUntilIdle() {
        waitFor { clock.stopWhenIdle(it) }
    }

    /** The caller goes on at once, before anything that is due at the moment that it has set. */
    private suspend fun waitFor(stop: (Runnable) -> TestClock.Stop) {
        withContext(hub.asCoroutineDispatcher()) {
            suspendCancellableCoroutine<Unit> { continuation ->
                val armed = stop { continuation.resume(Unit) }
                continuation.invokeOnCancellation { hub.submit { armed.cancel() } }
            }
        }
    }

    override fun <T> greenlet(block: () -> T): Greenlet<T> {
        val guard = Job(coroutineContext[Job])
        val greenlet = guarded(guard, block)
        guard.invokeOnCompletion { cause ->
            if (cause != null) {
                greenlet.throwIn(GreenletExit("the test has failed"))
            }
        }
        greenlet.start()
        return greenlet
    }

    override fun <T> backgroundGreenlet(block: () -> T): Greenlet<T> {
        val end = Job()
        val greenlet = guarded(end, block)
        backgroundGreenlets[greenlet] = end
        greenlet.start()
        return greenlet
    }

    /** A greenlet, not started yet, whose end completes the guard; nobody takes its failure. */
    private fun <T> guarded(guard: CompletableJob, block: () -> T): Greenlet<T> {
        val greenlet =
            Greenlet(
                hub,
                Callable {
                    try {
                        block()
                    } finally {
                        guard.complete()
                    }
                },
            )
        greenlet.linkValue { guard.complete() } // one that is killed before its first turn
        return greenlet
    }
}

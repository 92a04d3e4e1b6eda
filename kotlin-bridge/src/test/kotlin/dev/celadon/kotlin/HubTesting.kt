package dev.celadon.kotlin

import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.Body
import dev.celadon.hub.CarrierMode
import dev.celadon.hub.Hub
import dev.celadon.hub.HubOptions
import dev.celadon.loop.Clock
import java.util.Collections
import java.util.concurrent.Callable
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlinx.coroutines.CoroutineScope
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assumptions.assumeTrue

/** Time that jumps to the next timer when there is nothing else to do. */
class JumpingClock : Clock {

    @Volatile private var now = 0L

    override fun nanoTime(): Long = now

    override fun jumpTo(deadlineNanos: Long): Boolean {
        now = maxOf(now, deadlineNanos)
        return true
    }

    fun millis(): Long = now / 1_000_000

    fun advance(duration: Duration) {
        now += duration.inWholeNanoseconds
    }
}

/** What happened, in order. */
internal class Trail {

    private val steps = Collections.synchronizedList(mutableListOf<String>())

    operator fun plusAssign(step: String) {
        steps += step
    }

    fun shouldBe(expected: String) {
        assertEquals(expected, toString())
    }

    override fun toString(): String = steps.toList().joinToString(" ")
}

/** What a test works with: a hub that the test's thread drives, in virtual time. */
internal class HubTest(val hub: Hub, val clock: JumpingClock, val reported: List<Throwable>) {

    val trail = Trail()

    fun <T> spawn(body: () -> T): Greenlet<T> = Greenlet.spawn(hub, Callable { body() })

    /** A coroutine's view of the same. */
    fun <T> coroutine(body: suspend CoroutineScope.() -> T): T = runSuspending(block = body)

    fun timers(): Int = hub.loop().pendingTimers()

    /** For a test whose subject is what portable mode does not promise. */
    fun needsDirectMode(subject: String) {
        assumeTrue(
            hub.carrierMode().kind() == CarrierMode.Kind.DIRECT,
            "portable mode does not promise this: $subject",
        )
    }
}

/** Runs a test as the first greenlet of a hub; what the hub's error handler hears fails it. */
internal fun onHub(body: HubTest.() -> Unit) {
    val reported = onHubThatMayReport(body)
    reported.firstOrNull()?.let { throw AssertionError("reported to the hub's error handler", it) }
}

internal fun onHubThatMayReport(body: HubTest.() -> Unit): List<Throwable> {
    val clock = JumpingClock()
    val reported = Collections.synchronizedList(mutableListOf<Throwable>())
    val options =
        HubOptions.defaults().withName("test").withClock(clock).withErrorHandler { _, failure ->
            reported += failure
        }
    Hub.run(options, Body { HubTest(Hub.current(), clock, reported).body() })
    return reported
}

/** The one of kotlinx, which a test of this package would not find in its older versions. */
@Suppress("UNCHECKED_CAST")
internal fun <T> runBlocking(
    context: CoroutineContext = EmptyCoroutineContext,
    block: suspend CoroutineScope.() -> T,
): T = Blocking.run(context, block as (CoroutineScope, Continuation<T>) -> Any)

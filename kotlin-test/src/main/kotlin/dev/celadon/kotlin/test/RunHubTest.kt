package dev.celadon.kotlin.test

import dev.celadon.hub.Body
import dev.celadon.hub.Hub
import dev.celadon.hub.HubOptions
import dev.celadon.hub.LoopExit
import dev.celadon.simulation.SeededOrder
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineExceptionHandler

/**
 * Runs a test on a hub of its own, on the calling thread: coroutines, greenlets and callbacks in
 * one order, on virtual time. What `runTest` is for coroutines alone.
 *
 * ```
 * @Test
 * fun aSlowAnswerIsGivenUp() = runHubTest {
 *     val questions = Queue<String>()
 *     greenlet { Greenlets.sleep(Duration.ofHours(1)); questions.put("late") }
 *     assertNull(withTimeoutOrNull(5.minutes) { questions.suspending().receive() })
 *     assertEquals(5.minutes, currentTime)
 * }
 * ```
 *
 * Time stands still while anything is ready, and jumps to the next sleeper, greenlet or coroutine,
 * when everybody waits. Sleepers of one moment wake in the order in which they fell asleep.
 *
 * Time does not jump while work that will come back is on its way elsewhere: what is off-loaded to
 * a `ThreadPool`, a coroutine of the test that runs on another dispatcher, whatever is counted with
 * [Hub.ref]. A sleeper is then due after as much real time. A coroutine that is suspended on
 * another dispatcher counts for a tenth of a second. Of other threads nobody can know. While
 * somebody waits for a socket, time jumps after 20 ms of silence.
 *
 * The test is over when the body, the coroutines launched in its scope and the greenlets of
 * [HubTestScope.greenlet] are. Then [HubTestScope.backgroundScope] is cancelled, and no other
 * greenlet may be left. The test fails with
 * - the failure of the body, of its coroutines, or of any coroutine or greenlet of the hub that
 *   nobody took; the first one is thrown, unchanged, the others are suppressed in it;
 * - an [AssertionError] at once if nothing can run any more: it names who waits for what;
 * - an [AssertionError] that names them if [timeout] is over first;
 * - an [AssertionError] that names the greenlets that are left.
 *
 * For plain threads. Does not nest.
 *
 * @param context more elements for the coroutines of the test, such as a name or a parent job
 * @param timeout how long the test may take in real time; code that never gives way is interrupted
 *   once, and cannot be stopped otherwise
 * @param seed decides who is next among the work that is ready, the same for the same seed; without
 *   one it is first in, first out
 * @param testBody the test
 * @throws IllegalStateException in a greenlet or a coroutine of a hub, or on another virtual thread
 * @throws IllegalArgumentException if [context] has a dispatcher or an exception handler
 */
public fun runHubTest(
    context: CoroutineContext = EmptyCoroutineContext,
    timeout: Duration = 60.seconds,
    seed: Long? = null,
    testBody: suspend HubTestScope.() -> Unit,
) {
    check(!Thread.currentThread().isVirtual) {
        "runHubTest needs a thread of its own to drive its hub, but was called on " +
            "${Thread.currentThread()}: in a test that runs on a hub already, call the body directly"
    }
    require(context[ContinuationInterceptor] == null) {
        "runHubTest brings its dispatcher, but the context has ${context[ContinuationInterceptor]}: " +
            "use withContext inside of the test for another one"
    }
    require(context[CoroutineExceptionHandler] == null) {
        "runHubTest fails with every uncaught exception, but the context has a handler for them: " +
            "give it to the launch whose failure is expected"
    }
    val clock = TestClock()
    val failures = Failures()
    var options =
        HubOptions.defaults()
            .withName(if (seed == null) "hub test" else "hub test with seed $seed")
            .withClock(clock)
            .withLoopExit(LoopExit.When.DRAINED)
            .withErrorHandler { _, failure -> failures += failure }
    if (seed != null) {
        options = options.withOrder(SeededOrder(seed))
    }
    Hub.run(
        options,
        Body { TestRun(Hub.current(), clock, context, failures).run(timeout, testBody) },
    )
    failures.throwFirst(seed)
}

/**
 * Runs a test under many seeds, from 0 on, until one fails; see [runHubTest].
 *
 * @param seeds how many; at least 1
 * @param context more elements for the coroutines of the test
 * @param timeout how long each run may take in real time
 * @param testBody the test, run anew for each seed
 * @throws IllegalArgumentException if [seeds] is less than 1
 */
public fun exploreHubTest(
    seeds: Int,
    context: CoroutineContext = EmptyCoroutineContext,
    timeout: Duration = 60.seconds,
    testBody: suspend HubTestScope.() -> Unit,
) {
    require(seeds >= 1) { "seeds must be at least 1: $seeds; each seed is one run" }
    for (seed in 0L until seeds) {
        runHubTest(context, timeout, seed, testBody)
    }
}

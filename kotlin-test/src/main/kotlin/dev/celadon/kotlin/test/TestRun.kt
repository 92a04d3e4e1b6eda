package dev.celadon.kotlin.test

import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.GreenletExit
import dev.celadon.hub.Hub
import dev.celadon.hub.LoopExit
import dev.celadon.hub.RawGreenlet
import dev.celadon.kotlin.Unreferenced
import dev.celadon.kotlin.asCoroutineDispatcher
import dev.celadon.sync.AsyncResult
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async

/**
 * One test from its beginning to its end. It runs in the first greenlet of the test's hub, which
 * only waits, and is the one that hears when nothing can run any more.
 *
 * Confined to its hub.
 */
internal class TestRun(
    private val hub: Hub,
    private val clock: TestClock,
    context: CoroutineContext,
    private val failures: Failures,
) {
    private val foreign = ForeignWork(hub) { listOfNotNull(test, background).asSequence() }
    private val handler = CoroutineExceptionHandler { _, failure -> failures += failure }
    private val shared = hub.asCoroutineDispatcher() + context + handler + foreign
    private val background = SupervisorJob(context[Job])
    private val backgroundGreenlets = LinkedHashMap<Greenlet<*>, Job>()
    private val watchdog = Watchdog(hub)
    private var test: Job? = null

    init {
        clock.hub = hub
        clock.mayJump = { !foreign.holdsTime() }
    }

    fun run(timeout: Duration, body: suspend HubTestScope.() -> Unit) {
        watchdog.start(timeout)
        try {
            runBody(body)
            endBackground()
            if (failures.isEmpty()) {
                lookForLeaks()
            }
        } catch (unfinished: Unfinished) {
            failures += unfinished
        } finally {
            watchdog.stop()
            background.cancel()
        }
    }

    private fun runBody(body: suspend HubTestScope.() -> Unit) {
        val test =
            CoroutineScope(shared).async(start = CoroutineStart.LAZY) {
                val backgroundScope = CoroutineScope(shared + background + Unreferenced)
                HubTest(this, backgroundScope, hub, clock, backgroundGreenlets).body()
            }
        this.test = test
        try {
            waitForEnd(test)
        } catch (unfinished: Unfinished) {
            failures += unfinished
            test.cancel(CancellationException("the test has failed", unfinished))
            watchdog.start(CLEAN_UP_TIME)
            waitForEnd(test)
        }
        test.invokeOnCompletion { cause ->
            if (cause != null && (cause !is CancellationException || failures.isEmpty())) {
                failures += cause
            }
        }
    }

    private fun endBackground() {
        background.cancel(CancellationException("the test is over"))
        for (greenlet in backgroundGreenlets.keys) {
            greenlet.throwIn(GreenletExit("the test is over"))
        }
        waitForEnd(background)
        backgroundGreenlets.values.forEach(::waitForEnd)
    }

    private fun lookForLeaks() {
        val settled = AsyncResult<Any>()
        clock.stopBefore(clock.nanoTime() + 1) { settled.trySet(Unit) }
        waitFor(settled)
        val left = hub.live().filter { it !== RawGreenlet.currentOrNull() }
        if (left.isNotEmpty() && failures.isEmpty()) {
            failures +=
                AssertionError(
                    "the test is over, but ${left.size} of its greenlets are not: end them in the " +
                        "test, or spawn them with greenlet { } or backgroundGreenlet { }:" +
                        left.joinToString("") { "\n  ${describe(it)}" }
                )
        }
    }

    private fun waitForEnd(job: Job) {
        val end = AsyncResult<Any>()
        job.invokeOnCompletion { end.trySet(Unit) }
        job.start()
        waitFor(end)
    }

    /** Waits while something may still come, but not for longer than the test may take. */
    private fun waitFor(end: AsyncResult<Any>) {
        while (true) {
            try {
                if (!watchdog.waitFor(end)) {
                    throw Unfinished("the test is not over after ${watchdog.limit}:${dump()}")
                }
                return
            } catch (_: LoopExit) {
                when {
                    foreign.mayComeBack() -> {}
                    !hub.loop().isDrained() -> {} // it has come back meanwhile
                    hub.loop().pendingTimers() > 0 -> clock.goOnUnreferenced()
                    else -> throw Unfinished("$DEADLOCK${dump()}")
                }
            }
        }
    }

    private fun dump(): String = buildString {
        val waiters = hub.live().filter { it !== RawGreenlet.currentOrNull() }
        for (greenlet in waiters) {
            append("\n  ").append(describe(greenlet))
            val frames = greenlet.thread()?.stackTrace ?: emptyArray()
            for (frame in frames.filterNot { it.className.startsWith("java.lang.") }.take(FRAMES)) {
                append("\n      at ").append(frame)
            }
        }
        for (root in listOfNotNull(test, background)) {
            describe(root, "\n  ")
        }
    }

    private fun StringBuilder.describe(job: Job, indent: String) {
        if (!job.isCompleted && job !== background) {
            val name = (job as? CoroutineScope)?.coroutineContext?.get(CoroutineName)?.name
            append(indent).append("coroutine ")
            if (name != null) {
                append('\'').append(name).append("' ")
            }
            append(job)
        }
        job.children.forEach { describe(it, "$indent  ") }
    }

    private fun describe(greenlet: RawGreenlet): String {
        val site = if (greenlet is Greenlet<*>) ", spawned at ${greenlet.spawnSite()}" else ""
        return "$greenlet" + (greenlet.waitsFor()?.let { " waits for $it" } ?: "") + site
    }

    private companion object {
        val CLEAN_UP_TIME = 5.seconds
        const val FRAMES = 8
        const val DEADLOCK =
            "the test would wait for ever: nothing is ready, nobody sleeps, and no work elsewhere " +
                "is known of. (If another thread is to go on, count its work with hub.ref() and " +
                "hub.unref(), or wait for it in withContext(Dispatchers.IO).) Still waiting:"
    }
}

/** A test that has not come to its end. */
private class Unfinished(message: String) : AssertionError(message)

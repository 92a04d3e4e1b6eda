package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.greenlet.Greenlet
import dev.celadon.queue.Queue
import dev.celadon.sync.Event
import dev.celadon.sync.Semaphore
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource

/** Kills and cancels at random moments: nothing is lost, doubled or left behind. */
class CancelRacesTest {

    private class Party(val cancel: () -> Unit, val end: suspend () -> Unit)

    /** Receivers of both kinds come and go; every item arrives exactly once. */
    @ParameterizedTest
    @ValueSource(longs = [1, 2, 3, 4, 5, 6, 7, 8])
    fun everyItemArrivesOnce(seed: Long) = onHub {
        val random = Random(seed)
        val queue = Queue<Int>(1 + random.nextInt(4))
        val seen = mutableListOf<Int>()
        coroutine {
            val parties = ArrayDeque<Party>()
            var sent = 0
            val producer = launch {
                repeat(2_000) {
                    queue.suspending().send(sent)
                    sent++
                    if (random.nextInt(4) == 0) yield()
                }
            }
            while (producer.isActive || !queue.isEmpty) {
                repeat(random.nextInt(4)) { parties += receiver(random, queue, seen) }
                when (random.nextInt(3)) {
                    0 -> yield()
                    1 -> delay(1)
                    else -> repeat(random.nextInt(3)) { yield() }
                }
                repeat(random.nextInt(3)) { parties.removeFirstOrNull()?.cancel() }
            }
            parties.forEach { it.cancel() }
            parties.forEach { it.end() }
            generateSequence { queue.tryGet() }.forEach { seen += it }
        }
        assertEquals((0 until 2_000).toList(), seen.sorted(), "seed $seed")
        assertEquals(0, timers())
    }

    private fun HubTest.receiver(random: Random, queue: Queue<Int>, seen: MutableList<Int>): Party =
        when (random.nextInt(3)) {
            0 -> {
                val greenlet = spawn { repeat(3) { seen += queue.get() } }
                Party({ greenlet.killAsync() }, { greenlet.awaitEnd() })
            }
            1 -> {
                val job =
                    HubScope(hub).launch { repeat(3) { seen += queue.suspending().receive() } }
                Party({ job.cancel() }, { job.join() })
            }
            else -> {
                val job =
                    HubScope(hub).launch(
                        hub.asCoroutineDispatcher().immediate,
                        CoroutineStart.DEFAULT,
                    ) {
                        queue.suspending().receiveAsFlow().collect { seen += it }
                    }
                Party({ job.cancel() }, { job.join() })
            }
        }

    /** The same with receivers on foreign threads: the races are real ones. */
    @ParameterizedTest
    @ValueSource(longs = [11, 12, 13, 14])
    fun everyItemArrivesOnceAcrossThreads(seed: Long) = onHub {
        val random = Random(seed)
        val queue = Queue<Int>(2)
        val counts = Array(2_000) { AtomicInteger() }
        coroutine {
            val producer =
                launch(Dispatchers.Default) {
                    counts.indices.forEach { queue.suspending().send(it) }
                }
            val jobs = mutableListOf<Job>()
            while (producer.isActive || !queue.isEmpty) {
                val receiver =
                    launch(Dispatchers.Default) {
                        while (true) {
                            counts[queue.suspending().receive()].incrementAndGet()
                        }
                    }
                jobs += receiver
                repeat(random.nextInt(20)) { yield() }
                queue.suspending().tryReceive().getOrNull()?.let { counts[it].incrementAndGet() }
                receiver.cancel()
            }
            jobs.forEach { it.join() }
            generateSequence { queue.tryGet() }.forEach { counts[it].incrementAndGet() }
        }
        assertTrue(counts.all { it.get() == 1 }, "seed $seed")
    }

    /** Permits survive any mixture of kills and cancels. */
    @ParameterizedTest
    @ValueSource(longs = [21, 22, 23, 24])
    fun everyPermitComesBack(seed: Long) = onHub {
        val random = Random(seed)
        val semaphore = Semaphore(3)
        val inside = AtomicInteger()
        coroutine {
            val parties = mutableListOf<Party>()
            repeat(2_000) {
                if (random.nextBoolean()) {
                    val job = launch {
                        semaphore.withPermit {
                            assertTrue(inside.incrementAndGet() <= 3)
                            try {
                                yield()
                            } finally {
                                inside.decrementAndGet()
                            }
                        }
                    }
                    parties += Party({ job.cancel() }, { job.join() })
                } else {
                    val greenlet = spawn {
                        semaphore.acquire()
                        assertTrue(inside.incrementAndGet() <= 3)
                        try {
                            Greenlets.yieldNow()
                        } finally {
                            inside.decrementAndGet()
                            semaphore.release()
                        }
                    }
                    parties += Party({ greenlet.killAsync() }, { greenlet.awaitEnd() })
                }
                if (random.nextInt(3) == 0) yield()
                if (random.nextInt(2) == 0) parties[random.nextInt(parties.size)].cancel()
            }
            parties.forEach { it.end() }
        }
        assertEquals(3, semaphore.availablePermits(), "seed $seed")
    }

    /** Crossings cancelled and killed at random depths and moments all end, and end cleanly. */
    @ParameterizedTest
    @ValueSource(longs = [31, 32, 33, 34])
    fun everyCrossingUnwinds(seed: Long) = onHub {
        val random = Random(seed)
        val entered = AtomicInteger()
        val left = AtomicInteger()
        fun <T> counted(body: () -> T): T {
            entered.incrementAndGet()
            try {
                return body()
            } finally {
                left.incrementAndGet()
            }
        }
        fun inGreenlet(depth: Int) {
            counted {
                if (depth == 0) {
                    Greenlets.sleep(Duration.ofMillis(random.nextLong(5)))
                } else {
                    runSuspending {
                        entered.incrementAndGet()
                        try {
                            if (random.nextBoolean()) yield()
                            runInGreenlet { inGreenlet(depth - 1) }
                        } finally {
                            left.incrementAndGet()
                        }
                    }
                }
            }
        }
        coroutine {
            repeat(300) {
                val greenlet: Greenlet<Unit> = spawn { inGreenlet(random.nextInt(4)) }
                val job = launch { runInGreenlet { inGreenlet(random.nextInt(4)) } }
                repeat(random.nextInt(12)) { yield() }
                if (random.nextBoolean()) delay(random.nextLong(5))
                greenlet.killAsync()
                job.cancel()
                job.join()
                greenlet.awaitEnd()
            }
        }
        assertEquals(entered.get(), left.get(), "seed $seed")
        assertEquals(0, timers())
        Greenlets.yieldNow()
        assertEquals(1, hub.liveGreenlets())
    }

    /** The same from foreign threads: results, cancels and ends cross in mid-air. */
    @ParameterizedTest
    @ValueSource(longs = [41, 42, 43, 44])
    fun everyCrossingUnwindsAcrossThreads(seed: Long) = onHub {
        val random = Random(seed)
        val entered = AtomicInteger()
        val left = AtomicInteger()
        coroutine {
            repeat(300) { round ->
                val gate = Event()
                val jobs =
                    List(4) {
                        launch(Dispatchers.Default) {
                            val value =
                                runInGreenlet(hub) {
                                    entered.incrementAndGet()
                                    try {
                                        runSuspending(Dispatchers.Default) { gate.await() }
                                        round
                                    } finally {
                                        try {
                                            Greenlets.yieldNow() // where a late kill arrives
                                        } finally {
                                            left.incrementAndGet()
                                        }
                                    }
                                }
                            assertEquals(round, value)
                        }
                    }
                repeat(random.nextInt(6)) { yield() }
                if (random.nextBoolean()) gate.set()
                jobs.forEach { if (random.nextBoolean()) it.cancel() }
                gate.set()
                jobs.forEach { it.join() }
                assertEquals(entered.get(), left.get(), "seed $seed")
            }
        }
        Greenlets.yieldNow()
        assertEquals(1, hub.liveGreenlets(), "seed $seed")
    }

    /**
     * Deferreds and greenlets that wear each other's faces end together, whoever is ended first.
     */
    @ParameterizedTest
    @ValueSource(longs = [51, 52, 53, 54])
    fun facesEndTogether(seed: Long) {
        val reported = onHubThatMayReport { endFacesAtRandom(seed) }
        // A face of a greenlet that somebody else killed has a failure, and here nobody takes it.
        assertTrue(reported.all { it is GreenletKilledException }, "seed $seed: $reported")
    }

    private fun HubTest.endFacesAtRandom(seed: Long) {
        val random = Random(seed)
        coroutine {
            repeat(500) {
                val gate = Event()
                val greenlet = spawn { gate.waitUntilSet() }
                val deferred = greenlet.asDeferred()
                val face = deferred.asGreenlet(hub)
                repeat(random.nextInt(5)) { yield() }
                when (random.nextInt(4)) {
                    0 -> greenlet.killAsync()
                    1 -> deferred.cancel()
                    2 -> face.killAsync()
                    else -> gate.set()
                }
                repeat(random.nextInt(3)) { yield() }
                if (random.nextBoolean()) deferred.cancel()
                gate.set()
                face.awaitEnd()
                deferred.join()
                greenlet.awaitEnd()
                assertTrue(greenlet.isReady && face.isReady && deferred.isCompleted)
            }
        }
        Greenlets.yieldNow()
        assertEquals(1, hub.liveGreenlets(), "seed $seed")
    }
}

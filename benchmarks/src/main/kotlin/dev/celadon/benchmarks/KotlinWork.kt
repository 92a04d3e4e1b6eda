package dev.celadon.benchmarks

import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.Channel.Factory.UNLIMITED
import kotlinx.coroutines.channels.consumeEach
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

/** What the sides of [KotlinSides] do: coroutines that share one thread, as in the other sides. */
internal object KotlinWork {

    private const val ITEM = "ball"
    private const val LIMIT_MILLIS = 30_000L

    /** The one who measures how the others wake is queued with them, so it must be awake before. */
    private const val EARLY_MILLIS = 50

    /** Keeps the bodies from being optimised away. */
    private var ran = 0

    @JvmStatic
    fun yields(
        operations: Int,
        parties: Int,
    ): Double = together(parties) { repeat(operations / parties) { yield() } }

    @JvmStatic
    fun handoff(
        operations: Int,
        parties: Int,
    ): Double {
        val lines = List(parties) { Channel<String>(1) }
        return together(parties) { number ->
            val mine = lines[number]
            val theirs = lines[number xor 1]
            repeat(operations / parties) {
                if (number % 2 == 0) {
                    theirs.send(ITEM)
                    mine.receive()
                } else {
                    theirs.send(mine.receive())
                }
            }
        }
    }

    @JvmStatic
    fun spawn(
        operations: Int,
        parties: Int,
    ): Double = onOneThread {
        processorTime {
            repeat(operations / parties) { List(parties) { launch { ran++ } }.joinAll() }
        }
    }

    private class Round(var missing: Int) {
        val here = CompletableDeferred<Unit>()
        val go = CompletableDeferred<Unit>()
    }

    @JvmStatic
    fun event(
        operations: Int,
        parties: Int,
    ): Double {
        var current = Round(parties)
        return together(parties + 1) { number ->
            repeat(operations / parties) {
                val mine = current
                if (number == parties) {
                    mine.here.await()
                    current = Round(parties)
                    mine.go.complete(Unit)
                } else {
                    if (--mine.missing == 0) {
                        mine.here.complete(Unit)
                    }
                    mine.go.await()
                }
            }
        }
    }

    @JvmStatic
    fun semaphore(
        operations: Int,
        parties: Int,
    ): Double {
        val semaphore = Semaphore(parties / 2)
        return together(parties) {
            repeat(operations / parties) {
                semaphore.acquire()
                yield()
                semaphore.release()
            }
        }
    }

    @JvmStatic
    fun lock(
        operations: Int,
        parties: Int,
    ): Double {
        val mutex = Mutex()
        return together(parties) {
            repeat(operations / parties) {
                mutex.lock()
                yield()
                mutex.unlock()
            }
        }
    }

    @JvmStatic
    fun timeout(operations: Int): Double = onOneThread {
        processorTime { repeat(operations) { withTimeout(LIMIT_MILLIS) { ran++ } } }
    }

    /** The platform thread is the caller, in a `runBlocking` of its own. */
    @JvmStatic
    fun remoteWake(
        operations: Int,
        parties: Int,
    ): Double =
        Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { thread ->
            val questions = List(parties) { Channel<String>(1) }
            val answers = Channel<String>(UNLIMITED)
            runBlocking {
                for (mine in questions) {
                    launch(thread) { mine.consumeEach { answers.send(it) } }
                }
                val start = System.nanoTime()
                repeat(operations / parties) {
                    questions.forEach { it.send(ITEM) }
                    repeat(parties) { answers.receive() }
                }
                val end = System.nanoTime()
                questions.forEach { it.close() }
                (end - start) / 1_000.0
            }
        }

    @JvmStatic
    fun sleepers(
        parties: Int,
        nanosAsleep: Long,
    ): SleeperSides.Figures = onOneThread {
        val ended = AtomicInteger()
        val heapBefore = SleeperSides.usedHeap()
        val wakeAt = System.nanoTime() + nanosAsleep
        val start = Cpu.nanos()
        for (i in 0 until parties) {
            launch {
                delay(millisUntil(wakeAt))
                ended.incrementAndGet()
            }
            if (i % 1_000 == 0) {
                yield()
            }
        }
        yield()
        val spawned = Cpu.nanos()
        val heap = SleeperSides.usedHeap()
        SleeperSides.checkAsleep(wakeAt)
        delay(millisUntil(wakeAt) - EARLY_MILLIS)
        val woken = Cpu.nanos()
        while (ended.get() < parties) {
            delay(1)
        }
        SleeperSides.Figures(
            (heap - heapBefore).toDouble(),
            (spawned - start).toDouble(),
            (Cpu.nanos() - woken).toDouble(),
        )
    }

    private fun millisUntil(nanoTime: Long): Long = (nanoTime - System.nanoTime()) / 1_000_000

    /** The processor time from the moment when all begin, each with its launch behind it. */
    private fun together(
        parties: Int,
        party: suspend (Int) -> Unit,
    ): Double = onOneThread {
        val begin = CompletableDeferred<Unit>()
        val all: List<Job> =
            List(parties) { number ->
                launch {
                    begin.await()
                    party(number)
                }
            }
        yield()
        processorTime {
            begin.complete(Unit)
            all.joinAll()
        }
    }

    private fun <T> onOneThread(work: suspend CoroutineScope.() -> T): T =
        Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { runBlocking(it, work) }

    private inline fun processorTime(work: () -> Unit): Double {
        val start = Cpu.nanos()
        work()
        return (Cpu.nanos() - start).toDouble()
    }
}

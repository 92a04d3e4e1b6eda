package dev.celadon.benchmarks

import dev.celadon.Greenlets.spawn
import dev.celadon.hub.Hub
import dev.celadon.kotlin.await
import dev.celadon.kotlin.runSuspending
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import java.util.function.Supplier
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.future.await
import kotlinx.coroutines.runBlocking

/** What the sides of [BridgeSides] do: there and back between two worlds. */
internal object BridgeWork {

    /** A coroutine starts a greenlet for each call and waits for its result. */
    @JvmStatic
    fun awaitOfGreenlets(calls: Int): Double =
        Hub.run(
            Callable {
                runSuspending { processorTime { sum(calls) { spawn(Callable { it }).await() } } }
            }
        )

    /** A coroutine gives each call to a thread and waits for its result. */
    @JvmStatic
    fun awaitOfFutures(calls: Int): Double =
        Executors.newSingleThreadExecutor().use { thread ->
            runBlocking {
                processorTime {
                    sum(calls) { CompletableFuture.supplyAsync(Supplier { it }, thread).await() }
                }
            }
        }

    /** A greenlet calls suspending code. */
    @JvmStatic
    fun runSuspendingInGreenlet(calls: Int): Double =
        Hub.run(Callable { processorTime { sum(calls) { runSuspending { it } } } })

    /** A thread calls suspending code of another one. */
    @JvmStatic
    fun runBlockingOnThread(calls: Int): Double =
        Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { thread ->
            processorTime { sum(calls) { runBlocking(thread) { it } } }
        }

    private inline fun processorTime(work: () -> Unit): Double {
        val start = Cpu.nanos()
        work()
        return (Cpu.nanos() - start).toDouble()
    }

    /** Every call counts, so none can be optimised away. */
    private inline fun sum(
        calls: Int,
        call: (Int) -> Int,
    ) {
        var sum = 0L
        for (i in 0 until calls) {
            sum += call(i)
        }
        check(sum == calls.toLong() * (calls - 1) / 2) { "$calls calls gave $sum" }
    }
}

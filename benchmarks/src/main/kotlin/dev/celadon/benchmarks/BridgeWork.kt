package dev.celadon.benchmarks

import dev.celadon.Greenlets.spawn
import dev.celadon.hub.Hub
import dev.celadon.kotlin.await
import dev.celadon.kotlin.runSuspending
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit.SECONDS
import java.util.function.Supplier
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** What the sides of [BridgeSides] do: there and back between two worlds. */
internal object BridgeWork {

    /** Coroutines start a greenlet for each call and wait for its result. */
    @JvmStatic
    fun awaitOfGreenlets(
        calls: Int,
        parties: Int,
    ): Double =
        Hub.run(
            Callable {
                runSuspending {
                    processorTime {
                        coroutines(parties) {
                            sum(calls / parties) { spawn(Callable { it }).await() }
                        }
                    }
                }
            }
        )

    /** Coroutines give each call to a thread and wait for its result. */
    @JvmStatic
    fun awaitOfFutures(
        calls: Int,
        parties: Int,
    ): Double =
        Executors.newSingleThreadExecutor().use { thread ->
            runBlocking {
                processorTime {
                    coroutines(parties) {
                        sum(calls / parties) {
                            CompletableFuture.supplyAsync(Supplier { it }, thread).await()
                        }
                    }
                }
            }
        }

    /** Coroutines start another one for each call and wait for its result. */
    @JvmStatic
    fun awaitOfCoroutines(
        calls: Int,
        parties: Int,
    ): Double = runBlocking {
        processorTime { coroutines(parties) { sum(calls / parties) { async { it }.await() } } }
    }

    /** Greenlets call suspending code. */
    @JvmStatic
    fun runSuspendingInGreenlets(
        calls: Int,
        parties: Int,
    ): Double =
        Hub.run(
            Callable {
                processorTime {
                    List(parties) { spawn { sum(calls / parties) { runSuspending { it } } } }
                        .forEach { it.result() }
                }
            }
        )

    /** Threads call suspending code of another one. */
    @JvmStatic
    fun runBlockingOnThreads(
        calls: Int,
        parties: Int,
    ): Double =
        Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { thread ->
            inThreads(parties) { sum(calls / parties) { runBlocking(thread) { it } } }
        }

    /** Threads run suspending code on loops of their own: nobody else is there. */
    @JvmStatic
    fun runBlockingAlone(
        calls: Int,
        parties: Int,
    ): Double = inThreads(parties) { sum(calls / parties) { runBlocking { it } } }

    /** The processor time from the moment when all begin, each with its start behind it. */
    private fun inThreads(
        parties: Int,
        body: () -> Unit,
    ): Double =
        ThreadPoolExecutor(parties, parties, 0, SECONDS, LinkedBlockingQueue()).use { threads ->
            threads.prestartAllCoreThreads()
            processorTime { List(parties) { threads.submit(body) }.forEach { it.get() } }
        }

    private suspend fun coroutines(
        parties: Int,
        body: suspend CoroutineScope.() -> Unit,
    ) = coroutineScope { repeat(parties) { launch { body() } } }

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

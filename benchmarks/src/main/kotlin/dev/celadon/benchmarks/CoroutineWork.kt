package dev.celadon.benchmarks

import dev.celadon.hub.Hub
import dev.celadon.kotlin.asCoroutineDispatcher
import dev.celadon.kotlin.runSuspending
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield

/** What the sides of [CoroutineSides] do: the same coroutines, on one dispatcher or another. */
internal object CoroutineWork {

    /** The longest of the delays, which are spread evenly. */
    private const val MOST_MILLIS = 100

    @JvmStatic
    fun yieldsOnHub(
        yields: Int,
        parties: Int,
    ): Double = onHub { takingTurns(yields, parties) }

    @JvmStatic
    fun yieldsOnExecutor(
        yields: Int,
        parties: Int,
    ): Double = onExecutor { takingTurns(yields, parties) }

    @JvmStatic
    fun yieldsInRunBlocking(
        yields: Int,
        parties: Int,
    ): Double = blocking { takingTurns(yields, parties) }

    @JvmStatic fun delaysOnHub(delays: Int): Double = onHub { manyThatSleep(delays) }

    @JvmStatic
    fun delaysOnDefault(delays: Int): Double =
        blocking(Dispatchers.Default) { manyThatSleep(delays) }

    @JvmStatic fun delaysInRunBlocking(delays: Int): Double = blocking { manyThatSleep(delays) }

    private suspend fun takingTurns(
        yields: Int,
        parties: Int,
    ) = coroutineScope { repeat(parties) { launch { repeat(yields / parties) { yield() } } } }

    private suspend fun manyThatSleep(delays: Int) = coroutineScope {
        for (i in 0 until delays) {
            launch { delay(1L + i % MOST_MILLIS) }
        }
    }

    private fun onHub(work: suspend CoroutineScope.() -> Unit): Double =
        Hub.run(Callable { runSuspending { processorTimeOf(work) } })

    private fun onExecutor(work: suspend CoroutineScope.() -> Unit): Double =
        Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { blocking(it, work) }

    private fun blocking(
        context: CoroutineContext = EmptyCoroutineContext,
        work: suspend CoroutineScope.() -> Unit,
    ): Double = runBlocking(context) { processorTimeOf(work) }

    private suspend fun CoroutineScope.processorTimeOf(
        work: suspend CoroutineScope.() -> Unit
    ): Double {
        val start = Cpu.nanos()
        work()
        return (Cpu.nanos() - start).toDouble()
    }
}

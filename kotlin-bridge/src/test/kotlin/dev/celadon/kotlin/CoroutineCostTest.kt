package dev.celadon.kotlin

import com.sun.management.ThreadMXBean
import dev.celadon.hub.CarrierMode
import dev.celadon.hub.Hub
import java.lang.management.ManagementFactory
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/**
 * What a step of a coroutine costs on a hub: turns of greenlets and callbacks, and garbage, most of
 * which is kotlinx's own, with some air. In portable mode the threads allocate, too, so there the
 * garbage is not looked at.
 */
class CoroutineCostTest {

    private val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean

    @Test
    fun aYieldOfTwoIsTwoTurns() = onHub {
        coroutine {
            beside({ while (true) yield() }) { costsAtMost(turns = 2, bytes = 500) { yield() } }
        }
    }

    @Test
    fun anItemThereAndBackIsTwoTurns() = onHub {
        val there = Channel<Int>()
        val back = Channel<Int>()
        coroutine {
            beside({ for (item in there) back.send(item) }) {
                costsAtMost(turns = 2, bytes = 650) {
                    there.send(1)
                    back.receive()
                }
            }
        }
    }

    @Test
    fun anAwaitedGreenletIsItsTurnAndTwoMore() = onHub {
        coroutine { costsAtMost(turns = 3, bytes = 1_200) { spawn { 1 }.await() } }
    }

    @Test
    fun suspendingCodeOfAGreenletIsThreeTurns() = onHub {
        costsAtMost(turns = 3, bytes = 850) { runSuspending { 1 } }
    }

    private suspend fun CoroutineScope.beside(
        other: suspend CoroutineScope.() -> Unit,
        body: suspend () -> Unit,
    ) {
        val running = launch(block = other)
        yield()
        body()
        running.cancelAndJoin()
    }

    /** Inline, so that it serves coroutines and greenlets alike. */
    private inline fun costsAtMost(turns: Long, bytes: Long, operation: () -> Unit) {
        val hub = Hub.current()
        repeat(OPERATIONS) { operation() }
        var garbage = Long.MAX_VALUE
        for (attempt in 1..ATTEMPTS) {
            val turnsBefore = hub.loop().runs()
            val bytesBefore = threads.totalThreadAllocatedBytes
            repeat(OPERATIONS) { operation() }
            garbage = minOf(garbage, threads.totalThreadAllocatedBytes - bytesBefore)
            assertEquals(turns * OPERATIONS, hub.loop().runs() - turnsBefore)
            if (garbage <= bytes * OPERATIONS) break
        }
        assertTrue(
            garbage <= bytes * OPERATIONS || hub.carrierMode().kind() == CarrierMode.Kind.PORTABLE
        ) {
            "an operation has taken ${garbage.toDouble() / OPERATIONS} bytes, and should take $bytes at most"
        }
    }

    private companion object {
        const val OPERATIONS = 500

        /** A collection or a compiler in between leaves its traces. */
        const val ATTEMPTS = 20
    }
}

package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.hub.BlockingSwitchOut
import dev.celadon.queue.Queue
import java.time.Duration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class FlowIteratorTest {

    private class Broken : RuntimeException("broken")

    @Test
    fun aGreenletPullsAFlow() = onHub {
        val elements = flow {
            for (n in 1..3) {
                delay(10)
                emit(n)
            }
        }
        spawn {
            repeat(2) {
                Greenlets.sleep(Duration.ofMillis(11))
                trail += "tick"
            }
        }
        elements.iterateInGreenlet().use { for (n in it) trail += "$n" }
        trail.shouldBe("1 tick 2 tick 3")
        assertEquals(30, clock.millis())
    }

    @Test
    fun nullIsAnElementToo() = onHub {
        assertEquals(
            listOf("a", null, "b"),
            flowOf("a", null, "b").iterateInGreenlet().asSequence().toList(),
        )
    }

    @Test
    fun theFlowWaitsForWhoPulls() = onHub {
        val elements = flow {
            for (n in 1..9) {
                trail += "e$n"
                emit(n)
            }
        }
        elements.iterateInGreenlet().use {
            Greenlets.yieldNow()
            trail += "begin"
            assertEquals(1, it.next())
            assertEquals(2, it.next())
            Greenlets.yieldNow()
        }
        trail.shouldBe("begin e1 e2 e3")
    }

    @Test
    fun closingCancelsTheFlowAndWaitsForItsEnd() = onHub {
        val elements = flow {
            try {
                while (true) emit(1)
            } finally {
                withContext(NonCancellable) { delay(10) }
                trail += "cleaned"
            }
        }
        val iterator = elements.iterateInGreenlet()
        assertEquals(1, iterator.next())
        iterator.close()
        trail += "closed"
        iterator.close()
        assertFalse(iterator.hasNext())
        trail.shouldBe("cleaned closed")
    }

    @Test
    fun aFailureOfTheFlowIsThrownUnchangedOnce() = onHub {
        val broken = Broken()
        val elements = flow {
            emit(1)
            throw broken
        }
        val iterator = elements.iterateInGreenlet()
        assertEquals(1, iterator.next())
        assertSame(broken, assertThrows(Broken::class.java) { iterator.hasNext() })
        assertFalse(iterator.hasNext())
        assertThrows(NoSuchElementException::class.java) { iterator.next() }
        iterator.close()
    }

    @Test
    fun aKillWhileItWaitsLosesNoElement() = onHub {
        val queue = Queue<Int>()
        val iterator = queue.suspending().receiveAsFlow().iterateInGreenlet()
        val killed = spawn { iterator.hasNext() }
        Greenlets.yieldNow()
        killed.kill()
        queue.put(1)
        assertEquals(1, iterator.next())
        iterator.close()
        assertEquals(0, queue.waitingGetters())
    }

    @Test
    fun theFlowRunsWhereItIsToldTo() = onHub {
        val thread = flow { emit(Thread.currentThread()) }
        assertTrue(thread.iterateInGreenlet().next().isVirtual, "in the lane")
        assertFalse(thread.iterateInGreenlet(Dispatchers.Default).next().isVirtual)
    }

    @Test
    fun whatIsNeverPulledNeverStarts() = onHub {
        flow<Int> { trail += "started" }.iterateInGreenlet().close()
        trail.shouldBe("")
    }

    @Test
    fun aCoroutineIsToldToCollect() = onHub {
        coroutine {
            assertThrows(BlockingSwitchOut::class.java) { flowOf(1).iterateInGreenlet() }
        }
    }

    @Test
    fun aForgottenIteratorHoldsNobodyUp() = onHub {
        coroutine {
            val first = runInGreenlet {
                flow { while (true) emit(7) }.iterateInGreenlet().next()
            }
            assertEquals(7, first)
        }
    }

    @Test
    fun aFlowThatHasEndedIsNobodysChildAnyMore() = onHub {
        val parent = Job()
        assertEquals(listOf(1, 2), flowOf(1, 2).iterateInGreenlet(parent).asSequence().toList())
        assertEquals(0, parent.children.count())
        val broken = flow<Int> { throw Broken() }.iterateInGreenlet(parent)
        assertThrows(Broken::class.java) { broken.hasNext() }
        assertEquals(0, parent.children.count())
    }

    @Test
    fun theJobInItsContextIsItsParent() = onHub {
        val parent = Job()
        val iterator = flow {
            emit(1)
            awaitCancellation()
        }
            .iterateInGreenlet(parent)
        assertEquals(1, iterator.next())
        parent.cancel()
        assertThrows(CancellationException::class.java) { iterator.hasNext() }
        iterator.close()
        assertTrue(parent.isCompleted)
    }
}

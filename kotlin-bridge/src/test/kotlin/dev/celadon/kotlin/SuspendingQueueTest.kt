package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.queue.Queue
import dev.celadon.queue.QueueShutDown
import java.time.Duration
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class SuspendingQueueTest {

    @Test
    fun receiveSuspendsWhileAGreenletPuts() = onHub {
        val queue = Queue<String>()
        coroutine {
            spawn {
                trail += "greenlet"
                queue.put("item")
            }
            trail += "receives"
            trail += queue.suspending().receive()
        }
        trail.shouldBe("receives greenlet item")
    }

    @Test
    fun sendSuspendsUntilAGreenletTakesAndOrderIsKept() = onHub {
        val queue = Queue<Int>(1)
        coroutine {
            val view = queue.suspending()
            spawn { repeat(4) { trail += "got${queue.get()}" } }
            for (n in 1..4) {
                view.send(n)
                trail += "sent$n"
            }
        }
        Greenlets.yieldNow()
        assertTrue(queue.isEmpty)
        trail.shouldBe("sent1 got1 got2 sent2 sent3 sent4 got3 got4")
    }

    @Test
    fun tryingAnswersAtOnce() = onHub {
        val view = Queue<Int>(1).suspending()
        assertTrue(view.tryReceive().isFailure)
        assertFalse(view.tryReceive().isClosed)
        assertTrue(view.trySend(1).isSuccess)
        assertTrue(view.trySend(2).isFailure)
        assertEquals(1, view.tryReceive().getOrThrow())
        view.queue.shutdown()
        assertTrue(view.tryReceive().isClosed)
        assertTrue(view.trySend(3).isClosed)
        assertTrue(view.trySend(3).exceptionOrNull() is QueueShutDown)
    }

    @Test
    fun waitersOfBothKindsAreServedInOneLine() = onHub {
        val queue = Queue<Int>()
        coroutine {
            launch { trail += "a" + queue.suspending().receive() }
            spawn { trail += "b" + queue.get() }
            val cancelled = launch { trail += "never" + queue.suspending().receive() }
            launch { trail += "c" + queue.suspending().receive() }
            spawn { trail += "d" + queue.get() }
            yield()
            cancelled.cancel()
            for (n in 1..4) {
                queue.put(n)
            }
        }
        Greenlets.yieldNow()
        trail.shouldBe("a1 b2 c3 d4")
        assertTrue(queue.isEmpty)
    }

    @Test
    fun sendersOfBothKindsAreServedInOneLine() = onHub {
        val queue = Queue<String>(1)
        queue.put("first")
        coroutine {
            launch { queue.suspending().send("a") }
            spawn { queue.put("b") }
            val cancelled = launch { queue.suspending().send("never") }
            launch { queue.suspending().send("c") }
            yield()
            cancelled.cancel()
            repeat(4) { trail += queue.suspending().receive() }
        }
        trail.shouldBe("first a b c")
    }

    @Test
    fun anItemForAReceiverCancelledInTheSameTickReturnsToTheHead() = onHub {
        val queue = Queue<Int>()
        coroutine {
            val receiver = launch { queue.suspending().receive() }
            yield()
            queue.put(1)
            queue.put(2)
            receiver.cancelAndJoin()
            assertEquals(listOf(1, 2), List(2) { queue.tryGet() })
        }
    }

    @Test
    fun itemsForCancelledReceiversReturnInTheirOwnOrder() = onHub {
        for (dispatcher in listOf(hub.asCoroutineDispatcher(), Reversing())) {
            val queue = Queue<Int>()
            coroutine {
                val receivers =
                    List(3) {
                        launch(dispatcher, CoroutineStart.UNDISPATCHED) {
                            queue.suspending().receive()
                        }
                    }
                for (n in 1..4) {
                    queue.put(n)
                }
                receivers.forEach { it.cancel() }
                (dispatcher as? Reversing)?.runAll()
                receivers.forEach { it.join() }
            }
            assertEquals(listOf(1, 2, 3, 4), List(4) { queue.tryGet() }, "$dispatcher")
        }
    }

    /** Has the last one go first. */
    private class Reversing : CoroutineDispatcher() {

        private val slices = ArrayDeque<Runnable>()

        override fun dispatch(context: CoroutineContext, block: Runnable) {
            slices.addFirst(block)
        }

        fun runAll() {
            while (slices.isNotEmpty()) {
                slices.removeFirst().run()
            }
        }

        override fun toString(): String = "the last one first"
    }

    @Test
    fun itGoesToTheNextInLineIfThereIsOne() = onHub {
        val queue = Queue<Int>()
        coroutine {
            val receiver = launch { queue.suspending().receive() }
            val next = spawn { queue.get() }
            yield()
            queue.put(1)
            receiver.cancel()
            assertEquals(1, next.await())
        }
    }

    @Test
    fun aCancelledReceiverLeavesNoTrace() = onHub {
        val queue = Queue<Int>()
        coroutine {
            assertNull(withTimeoutOrNull(5) { queue.suspending().receive() })
            queue.put(1)
            assertEquals(1, queue.size())
        }
    }

    @Test
    fun receiveWorksOnOtherDispatchers() = onHub {
        val queue = Queue<Int>(1)
        coroutine {
            val sum =
                async(Dispatchers.Default) {
                    val view = queue.suspending()
                    (1..100).sumOf { view.receive() }
                }
            withContext(Dispatchers.IO) { (1..50).forEach { queue.suspending().send(it) } }
            runInGreenlet { (51..100).forEach(queue::put) }
            assertEquals(5050, sum.await())
        }
    }

    @Test
    fun theEndOfAQueueReachesCoroutinesAndCompletesFlows() = onHub {
        val queue = Queue<Int>(1)
        val view = queue.suspending()
        coroutine {
            launch { trail += view.receiveAsFlow().toList().toString() }
            launch {
                view.send(1)
                view.send(2)
                yield()
                queue.shutdown()
                trail += if (runCatching { view.send(3) }.isShutDown()) "no send" else "sent"
            }
        }
        coroutine { assertTrue(runCatching { view.receive() }.isShutDown()) }
        trail.shouldBe("no send [1, 2]")
    }

    @Test
    fun theEndReachesACoroutineThatWaits() = onHub {
        val empty = Queue<Int>()
        val full = Queue<Int>(1).apply { put(1) }
        coroutine {
            launch { assertTrue(runCatching { empty.suspending().receive() }.isShutDown()) }
            launch { assertTrue(runCatching { full.suspending().send(2) }.isShutDown()) }
            yield()
            empty.shutdown()
            assertEquals(listOf(1), full.shutdownNow())
        }
        assertEquals(0, full.waitingPutters())
    }

    private fun Result<*>.isShutDown() = exceptionOrNull() is QueueShutDown

    @Test
    fun aFlowOfItemsLeavesTheRestInTheQueue() = onHub {
        val queue = Queue<Int>()
        (1..5).forEach(queue::put)
        coroutine {
            assertEquals(listOf(1, 2), queue.suspending().receiveAsFlow().take(2).toList())
            assertEquals(3, queue.suspending().receiveAsFlow().first())
        }
        assertEquals(2, queue.size())
    }

    @Test
    fun aCollectorThatCancelsItselfLosesNoItem() = onHub {
        val queue = Queue<Int>()
        (1..3).forEach(queue::put)
        coroutine {
            launch {
                queue.suspending().receiveAsFlow().collect {
                    trail += "$it"
                    currentCoroutineContext().cancel()
                }
            }
                .join()
        }
        trail.shouldBe("1")
        assertEquals(2, queue.size())
    }

    @Test
    fun collectorsShareTheItems() = onHub {
        val queue = Queue<Int>()
        coroutine {
            val collectors =
                listOf("a", "b").map { name ->
                    launch { queue.suspending().receiveAsFlow().collect { trail += "$name$it" } }
                }
            yield()
            for (n in 1..4) {
                queue.put(n)
                yield()
            }
            collectors.forEach { it.cancel() }
        }
        trail.shouldBe("a1 b2 a3 b4")
    }

    @Test
    fun aFullQueueHoldsAFlowBack() = onHub {
        val queue = Queue<Int>(2)
        coroutine {
            val collecting =
                launch(start = CoroutineStart.UNDISPATCHED) {
                    flow { repeat(5) { emit(it) } }.onEach { trail += "e$it" }.collectTo(queue)
                }
            yield()
            trail += "full"
            runInGreenlet {
                repeat(5) {
                    trail += "got${queue.get()}"
                    Greenlets.sleep(Duration.ofMillis(1))
                }
            }
            collecting.join()
        }
        trail.shouldBe("e0 e1 e2 full got0 e3 got1 e4 got2 got3 got4")
    }
}

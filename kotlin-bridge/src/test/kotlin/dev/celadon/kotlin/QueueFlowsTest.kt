package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.queue.Channel
import dev.celadon.queue.Queue
import dev.celadon.queue.QueueShutDown
import java.time.Duration
import kotlin.concurrent.thread
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel as KotlinxChannel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.emptyFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.onCompletion
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class QueueFlowsTest {

    private fun queueOf(vararg items: Int) = Queue(items.toList())

    private fun <T : Any> Queue<T>.drained() = generateSequence { tryGet() }.toList()

    // --- Backpressure, ends and failures

    @Test
    fun aFullQueueSuspendsAFlowAndItsEndCancelsTheFlow() = onHub {
        val queue = Queue<Int>(2)
        coroutine {
            val collecting = async {
                runCatching {
                    flow { repeat(9) { emit(it) } }
                        .onCompletion { trail += it!!::class.simpleName!! }
                        .collectTo(queue)
                }
            }
            yield()
            assertEquals(1, queue.waitingPutters(), "the flow waits for a place")
            assertEquals(listOf(0, 1), queue.shutdownNow())
            assertTrue(collecting.await().exceptionOrNull() is QueueShutDown)
        }
        trail.shouldBe("QueueShutDown")
    }

    @Test
    fun aFlowThatEndsShutsItsQueueDownIfToldTo() = onHub {
        val (left, ended) = Queue<Int>() to Queue<Int>()
        coroutine {
            flowOf(1).collectTo(left)
            flowOf(1, 2).collectTo(ended, shutdown = true)
        }
        assertFalse(left.isShutDown)
        assertEquals(listOf(1, 2), ended.toList())
    }

    @Test
    fun aFlowThatFailsTellsItsCollectorWhyAndItsQueueThatThereIsNoMore() = onHub {
        val queue = Queue<Int>()
        val failure = IllegalStateException("no more water")
        val thrown = coroutine {
            runCatching {
                flow {
                        emit(1)
                        throw failure
                    }
                    .collectTo(queue, shutdown = true)
            }
        }
        assertEquals("no more water", thrown.exceptionOrNull()!!.message)
        assertEquals(listOf(1), queue.toList())
    }

    @Test
    fun aCancelledCollectToLeavesNoTrace() = onHub {
        val queue = Queue(1, listOf(0))
        coroutine {
            val collecting = launch { flowOf(1, 2).collectTo(queue) }
            yield()
            collecting.cancelAndJoin()
        }
        assertEquals(listOf(0), queue.drained())
        assertEquals(0, queue.waitingPutters())
    }

    @Test
    fun receivingTellsTheEndByItsResult() = onHub {
        val queue = queueOf(1)
        coroutine {
            val view = queue.suspending()
            assertEquals(1, view.receiveCatching().getOrThrow())
            val waiting = async { view.receiveCatching() }
            yield()
            queue.shutdown()
            val end = waiting.await()
            assertTrue(end.isClosed)
            assertTrue(end.exceptionOrNull() is QueueShutDown)
        }
    }

    @Test
    fun consumingAFlowEndsItsQueueAndLosesNothing() = onHub {
        val queue = queueOf(1, 2, 3)
        coroutine {
            val flow = queue.suspending().consumeAsFlow()
            assertEquals(listOf(1, 2), flow.take(2).toList())
            assertTrue(queue.isShutDown)
            assertTrue(runCatching { flow.first() }.exceptionOrNull() is IllegalStateException)
        }
        assertEquals(listOf(3), queue.drainedToTheEnd())
    }

    private fun <T : Any> Queue<T>.drainedToTheEnd() = toList()

    @Test
    fun consumingEndsTheQueueWhenTheCollectorFailsOrIsCancelled() = onHub {
        val (failing, cancelled) = Queue<Int>() to Queue<Int>()
        failing.put(1)
        coroutine {
            val end = runCatching {
                failing.suspending().consumeAsFlow().collect { error("enough") }
            }
            assertEquals("enough", end.exceptionOrNull()!!.message)
            val job = launch { cancelled.suspending().consumeAsFlow().collect {} }
            yield()
            job.cancelAndJoin()
        }
        assertTrue(failing.isShutDown && cancelled.isShutDown)
    }

    // --- kotlinx channels of queues

    @Test
    fun aChannelOfAQueueEndsWithIt() = onHub {
        val queue = queueOf(1, 2, 3)
        queue.shutdown()
        coroutine {
            val channel = produceFrom(queue)
            assertEquals(listOf(1, 2, 3), channel.toList())
            assertTrue(channel.receiveCatching().isClosed)
            assertNull(channel.receiveCatching().exceptionOrNull())
        }
    }

    private suspend fun <T> kotlinx.coroutines.channels.ReceiveChannel<T>.toList(): List<T> =
        buildList {
            for (element in this@toList) add(element)
        }

    @Test
    fun whatAChannelTookAheadReturnsInOrder() = onHub {
        for (capacity in listOf(KotlinxChannel.RENDEZVOUS, 1, 3, KotlinxChannel.UNLIMITED)) {
            val queue = queueOf(1, 2, 3, 4, 5, 6)
            coroutine {
                val channel = produceFrom(queue, capacity)
                yield()
                assertEquals(1, channel.receive())
                yield()
                assertTrue(queue.size() < 5, "capacity $capacity takes ahead")
                channel.cancel()
                assertEquals(listOf(2, 3, 4, 5, 6), queue.drained(), "capacity $capacity")
            }
        }
    }

    @Test
    fun aCancelledScopeReturnsWhatItsChannelTookAhead() = onHub {
        val queue = queueOf(1, 2, 3, 4)
        val unstarted = queueOf(1)
        coroutine {
            val scope = HubScope(hub)
            scope.produceFrom(queue, 2)
            yield()
            val late = scope.produceFrom(unstarted)
            scope.coroutineContext[Job]!!.cancelAndJoin()
            assertTrue(late.receiveCatching().isClosed)
        }
        assertEquals(listOf(1, 2, 3, 4), queue.drained())
        assertEquals(listOf(1), unstarted.drained())
        assertEquals(0, queue.waitingGetters())
    }

    @Test
    fun aReceiverOfAChannelCancelledInTheSameTickLosesNothing() = onHub {
        val queue = Queue<Int>()
        coroutine {
            val channel = produceFrom(queue)
            val receiver = launch { channel.receive() }
            yield()
            yield()
            queue.put(1)
            yield() // the pump has handed it over, and the receiver's turn comes next
            receiver.cancelAndJoin()
            channel.cancel()
        }
        assertEquals(listOf(1), queue.drained())
    }

    /** Whoever is woken by what is given back may do so himself, on another thread. */
    @Test
    fun nothingIsLockedWhileAChannelGivesBack() = onHub {
        val queue = Queue<Int>()
        val slices = ArrayDeque<Runnable>()
        val byHand = Dispatching { slices += it }
        val elsewhere = Dispatching { block ->
            val other = thread { slices.removeFirst().run() }
            other.join(10_000)
            trail += if (other.isAlive) "stuck" else "free"
            slices += block
        }
        coroutine {
            val channel = produceFrom(queue)
            val receivers =
                List(2) {
                    launch(byHand, CoroutineStart.UNDISPATCHED) {
                        trail += "got${channel.receive()}"
                    }
                }
            for (n in 1..3) queue.put(n)
            repeat(4) { yield() } // the pump has handed two over, and waits with the third
            val taker =
                launch(elsewhere, CoroutineStart.UNDISPATCHED) {
                    trail += "taken${queue.suspending().receive()}"
                }
            receivers.forEach { it.cancel() }
            while (slices.isNotEmpty()) slices.removeFirst().run()
            taker.join()
            channel.cancel()
        }
        trail.shouldBe("free taken1")
        assertEquals(listOf(2, 3), queue.drained().sorted())
    }

    private class Dispatching(private val send: (Runnable) -> Unit) : CoroutineDispatcher() {
        override fun dispatch(context: CoroutineContext, block: Runnable) = send(block)
    }

    @Test
    fun whatThePumpWasJustGivenReturnsBehindWhatItTookAhead() = onHub {
        val queue = Queue<Int>()
        coroutine {
            val channel = produceFrom(queue, 5)
            yield()
            for (n in 1..3) queue.put(n)
            repeat(2) { yield() } // in the channel, and the pump waits for more
            queue.put(4) // given to the pump, whose turn comes next
            queue.put(5)
            channel.cancel()
            repeat(2) { yield() }
        }
        assertEquals(listOf(1, 2, 3, 4, 5), queue.drained())
    }

    @Test
    fun queuesCanBeSelectedFromThroughChannels() = onHub {
        val (first, second) = Queue<Int>() to Queue<String>()
        coroutine {
            val numbers = produceFrom(first)
            val words = produceFrom(second)
            launch {
                second.suspending().send("word")
                yield()
                first.suspending().send(7)
            }
            repeat(2) {
                select {
                    numbers.onReceive { trail += "number $it" }
                    words.onReceive { trail += "word $it" }
                }
            }
            numbers.cancel()
            words.cancel()
        }
        trail.shouldBe("word word number 7")
    }

    @Test
    fun aConflatedChannelIsRefused() = onHub {
        coroutine {
            assertThrows(IllegalArgumentException::class.java) {
                produceFrom(Queue<Int>(), KotlinxChannel.CONFLATED)
            }
        }
    }

    // --- The core's channels

    @Test
    fun aSenderToACoreChannelGoesOnWhenSomebodyHasGotTheItem() = onHub {
        val channel = Channel<Int>()
        coroutine {
            launch(start = CoroutineStart.UNDISPATCHED) {
                channel.suspending().send(1)
                trail += "sent"
            }
            assertTrue(channel.suspending().trySend(2).isFailure)
            trail += "offered"
            runInGreenlet { trail += "got${channel.get()}" }
            yield()
        }
        trail.shouldBe("offered got1 sent")
    }

    @Test
    fun bothKindsStandInOneLineAtACoreChannel() = onHub {
        val channel = Channel<Int>()
        coroutine {
            launch { trail += "a" + channel.suspending().receive() }
            spawn { trail += "b" + channel.get() }
            val cancelled = launch { trail += "never" + channel.suspending().receive() }
            launch { trail += "c" + channel.suspending().receive() }
            yield()
            cancelled.cancel()
            for (n in 1..3) assertTrue(channel.suspending().trySend(n).isSuccess)
        }
        Greenlets.yieldNow()
        trail.shouldBe("a1 b2 c3")
        assertEquals(0, channel.balance())
    }

    @Test
    fun anItemOfACoreChannelForACancelledReceiverIsForTheNext() = onHub {
        val channel = Channel<Int>()
        coroutine {
            val receiver = launch { channel.suspending().receive() }
            yield()
            assertTrue(channel.tryPut(1))
            receiver.cancelAndJoin()
            channel.shutdown()
            assertEquals(1, channel.suspending().receive())
            assertTrue(channel.suspending().receiveCatching().isClosed)
        }
    }

    @Test
    fun flowsPassThroughCoreChannels() = onHub {
        val channel = Channel<Int>()
        coroutine {
            launch { flowOf(1, 2, 3).collectTo(channel, shutdown = true) }
            assertEquals(listOf(1, 2, 3), channel.suspending().receiveAsFlow().toList())
            assertEquals(emptyList<Int>(), produceFrom(channel).toList())
        }
    }

    // --- Flows' own rules

    @Test
    fun aFlowThatEmitsFromAnotherContextIsRefusedByKotlinx() = onHub {
        val queue = Queue<Int>()
        coroutine {
            val end = runCatching {
                flow { withContext(Dispatchers.Default) { emit(1) } }.collectTo(queue)
            }
            assertTrue(end.exceptionOrNull() is IllegalStateException)
            assertTrue("Flow invariant" in end.exceptionOrNull()!!.message!!)
        }
        assertTrue(queue.isEmpty)
    }

    @Test
    fun aFlowWithoutElementsEndsAtOnce() = onHub {
        val queue = Queue<Int>()
        coroutine { emptyFlow<Int>().collectTo(queue, shutdown = true) }
        assertTrue(queue.isShutDown)
    }

    @Test
    fun aScopeThatFailsCancelsItsChannels() = onHub {
        val queue = queueOf(1, 2)
        coroutine {
            runCatching {
                coroutineScope {
                    produceFrom(queue, 5)
                    yield()
                    throw CancellationException("over")
                }
            }
        }
        assertEquals(listOf(1, 2), queue.drained())
    }

    @Test
    fun greenletsAndCoroutinesPassItemsOnThroughEverything() = onHub {
        val (first, second) = Queue<Int>(2) to Channel<Int>()
        val seen = mutableListOf<Int>()
        coroutine {
            spawn {
                (1..100).forEach(first::put)
                first.shutdown()
            }
            launch {
                first.suspending().receiveAsFlow().collectTo(second, shutdown = true)
            }
            runInGreenlet {
                for (item in second) {
                    seen += item
                    if (item % 10 == 0) Greenlets.sleep(Duration.ofMillis(1))
                }
            }
        }
        assertEquals((1..100).toList(), seen)
    }
}

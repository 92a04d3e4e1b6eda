package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.hub.GreenletExit
import dev.celadon.pool.Group
import dev.celadon.pool.Pool
import dev.celadon.process.Subprocess
import dev.celadon.queue.Channel
import dev.celadon.select.Select
import dev.celadon.sync.CountDownLatch
import dev.celadon.sync.Event
import dev.celadon.threadpool.ThreadPool
import java.nio.ByteBuffer
import java.nio.channels.Pipe
import java.util.concurrent.Callable
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class WaitableAwaitTest {

    @Test
    fun aLatchLetsCoroutinesGoOnWhenItIsAtZero() = onHub {
        val latch = CountDownLatch(2)
        coroutine {
            launch {
                latch.awaitReady()
                trail += "zero"
            }
            yield()
            repeat(2) {
                trail += "count"
                latch.countDown()
            }
            latch.awaitReady()
        }
        trail.shouldBe("count count zero")
    }

    @Test
    fun aGroupIsAwaitedUntilItIsEmpty() = onHub {
        val group = Group()
        val event = Event()
        group.spawn(Callable { event.waitUntilSet().also { trail += "member" } })
        coroutine {
            launch { event.set() }
            group.awaitReady()
            trail += "empty"
        }
        trail.shouldBe("member empty")
    }

    @Test
    fun aPoolIsUsedFromACoroutineThroughAGreenlet() = onHub {
        val pool = Pool(1)
        coroutine {
            val first = pool.trySpawn(Callable { Greenlets.sleep(java.time.Duration.ofMillis(3)) })
            assertNull(pool.trySpawn(Callable { 1 })) // full; spawn() would have to wait
            val second = runInGreenlet { pool.spawn(Callable { "second" }) }
            assertEquals("second", second.await())
            assertTrue(first!!.isReady)
            assertEquals(3, clock.millis())
        }
    }

    @Test
    fun aProcessIsAwaitedUntilItsEnd() = onHub {
        Subprocess.start("true").use { child ->
            coroutine { child.awaitReady() }
            assertTrue(child.isReady)
        }
    }

    @Test
    fun aChannelOfTheJdkIsAwaitedUntilItIsReadable() = onHub {
        val pipe = Pipe.open()
        pipe.source().configureBlocking(false)
        coroutine {
            launch {
                Select.readable(pipe.source()).awaitReady()
                trail += "readable"
            }
            yield()
            trail += "writes"
            pipe.sink().write(ByteBuffer.allocate(1))
        }
        pipe.source().close()
        pipe.sink().close()
        trail.shouldBe("writes readable")
    }

    @Test
    fun aCancelledWaitLeavesNoTrace() = onHub {
        val channel = Channel<Int>()
        val latch = CountDownLatch(1)
        coroutine {
            assertNull(withTimeoutOrNull(5) { latch.awaitReady() })
            assertNull(withTimeoutOrNull(5) { channel.awaitReady() })
            assertFalse(channel.tryPut(1))
            latch.countDown()
        }
        assertEquals(0, timers())
    }

    // --- Threads

    @Test
    fun offloadedWorkRunsOnAThreadWhileCoroutinesGoOn() = onHub {
        coroutine {
            val ticks = launch {
                while (true) {
                    yield()
                }
            }
            val onHub = offload { hub.inHub() }
            assertFalse(onHub)
            assertTrue(hub.inLane())
            ticks.cancelAndJoin()
        }
    }

    @Test
    fun failuresOfOffloadedWorkComeBackUnchanged() = onHub {
        val failure = Exception("bad")
        ThreadPool(1).use { pool ->
            coroutine {
                assertSame(
                    failure,
                    runCatching { pool.applySuspending { throw failure } }.exceptionOrNull(),
                )
                assertEquals(42, pool.applySuspending { 42 })
            }
        }
    }

    @Test
    fun cancelledOffloadedWorkThatHasNotBegunNeverRuns() = onHub {
        val gate = java.util.concurrent.CountDownLatch(1)
        ThreadPool(1).use { pool ->
            coroutine {
                val first = async { pool.applySuspending { gate.await() } }
                yield()
                yield()
                val second = launch { pool.applySuspending { trail += "never" } }
                yield()
                yield()
                second.cancelAndJoin()
                gate.countDown()
                first.await()
            }
        }
        trail.shouldBe("")
    }

    @Test
    fun aKillOfTheGreenletBehindItIsAFailure() = onHub {
        coroutine {
            val member = async {
                runCatching {
                    runInGreenlet(name = "victim") {
                        throw GreenletExit("by its own hand")
                    }
                }
                    .exceptionOrNull()
            }
            assertTrue(member.await() is GreenletKilledException)
            delay(1)
        }
    }
}

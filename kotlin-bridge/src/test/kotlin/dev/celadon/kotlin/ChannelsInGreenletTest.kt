package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.greenlet.Timeout
import dev.celadon.greenlet.TimeoutExpired
import dev.celadon.hub.BlockingSwitchOut
import dev.celadon.hub.GreenletExit
import java.time.Duration as JavaDuration
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.TimeoutException
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ClosedReceiveChannelException
import kotlinx.coroutines.channels.ClosedSendChannelException
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource

class ChannelsInGreenletTest {

    private class Broken : RuntimeException("broken")

    @Test
    fun aGreenletReceivesWhatACoroutineSends() = onHub {
        val channel = Channel<Int>()
        coroutine {
            spawn { repeat(3) { trail += "got${channel.receiveInGreenlet()}" } }
            for (n in 1..3) {
                channel.send(n)
                trail += "sent$n"
            }
            channel.close()
        }
        Greenlets.yieldNow()
        assertEquals(6, trail.toString().split(" ").size)
        assertThrows(ClosedReceiveChannelException::class.java) { channel.receiveInGreenlet() }
    }

    @Test
    fun aGreenletSendsWhatACoroutineReceives() = onHub {
        val channel = Channel<Int>(1)
        coroutine {
            val greenlet = spawn {
                for (n in 1..5) channel.sendInGreenlet(n)
                channel.close()
            }
            for (n in channel) trail += "$n"
            greenlet.awaitEnd()
        }
        trail.shouldBe("1 2 3 4 5")
        assertThrows(ClosedSendChannelException::class.java) { channel.sendInGreenlet(6) }
    }

    @Test
    fun bothKindsOfReceiversStandInOneLine() = onHub {
        val channel = Channel<Int>()
        coroutine {
            launch { trail += "a" + channel.receive() }
            spawn { trail += "b" + channel.receiveInGreenlet() }
            val killed = spawn { trail += "never" + channel.receiveInGreenlet() }
            launch { trail += "c" + channel.receive() }
            yield()
            killed.killAsync()
            yield()
            for (n in 1..3) assertTrue(channel.trySend(n).isSuccess)
        }
        Greenlets.yieldNow()
        trail.shouldBe("a1 b2 c3")
    }

    @Test
    fun theCauseOfACloseArrivesUnchanged() = onHub {
        val broken = Broken()
        val channel = Channel<Int>()
        coroutine {
            val waiting = spawn { runCatching { channel.receiveInGreenlet() } }
            yield()
            channel.close(broken)
            assertSame(broken, waiting.await().exceptionOrNull())
        }
        assertSame(broken, assertThrows(Broken::class.java) { channel.receiveInGreenlet() })
        assertSame(broken, channel.receiveCatchingInGreenlet().exceptionOrNull())
        assertThrows(Broken::class.java) { channel.sendInGreenlet(1) }
    }

    @Test
    fun timeEndsAWaitAndLosesNothing() = onHub {
        val channel = Channel<Int>()
        assertThrows(TimeoutException::class.java) { channel.receiveInGreenlet(5.milliseconds) }
        assertThrows(TimeoutException::class.java) { channel.receiveInGreenlet(Duration.ZERO) }
        assertThrows(TimeoutException::class.java) { channel.sendInGreenlet(1, 5.milliseconds) }
        assertEquals(10, clock.millis())
        assertTrue(channel.tryReceive().isFailure, "what was not sent is not there")
        assertEquals(0, timers())
    }

    @Test
    fun aKilledReceiverHasTakenNothing() = onHub {
        val channel = Channel<Int>(1)
        val receiver = spawn { channel.receiveInGreenlet() }
        Greenlets.yieldNow()
        receiver.kill()
        assertTrue(channel.trySend(1).isSuccess)
        assertEquals(1, channel.tryReceive().getOrThrow())
    }

    @Test
    fun aKillAfterTheHandOverArrivesAtTheNextSwitchPoint() = onHub {
        val channel = Channel<Int>()
        val receiver = spawn {
            trail += "got${channel.receiveInGreenlet()}"
            try {
                Greenlets.yieldNow()
            } catch (exit: GreenletExit) {
                trail += "killed"
                throw exit
            }
        }
        Greenlets.yieldNow()
        assertTrue(channel.trySend(1).isSuccess)
        receiver.kill()
        trail.shouldBe("got1 killed")
    }

    @Test
    fun aForeignTimeoutPassesThrough() = onHub {
        val channel = Channel<Int>()
        assertThrows(TimeoutExpired::class.java) {
            Timeout.start(JavaDuration.ofMillis(5)).use { channel.receiveInGreenlet() }
        }
        assertTrue(channel.trySend(1).isFailure, "nobody receives any more")
    }

    @Test
    fun aCoroutineIsToldToUseTheSuspendingCall() = onHub {
        val channel = Channel<Int>(1)
        coroutine {
            val refused =
                assertThrows(BlockingSwitchOut::class.java) { channel.receiveInGreenlet() }
            assertTrue("use receive()" in refused.message!!)
            assertThrows(BlockingSwitchOut::class.java) { channel.sendInGreenlet(1) }
        }
        assertTrue(channel.tryReceive().isFailure)
    }

    /** Kills, timeouts and hand-overs from other threads meet: every element arrives once. */
    @ParameterizedTest
    @ValueSource(longs = [1, 2, 3, 4])
    fun nothingIsLostBetweenThreads(seed: Long) = onHub {
        val random = Random(seed)
        val channel = Channel<Int>()
        val seen = ConcurrentLinkedQueue<Int>()
        coroutine {
            val producer =
                launch(Dispatchers.Default) {
                    repeat(1_000) { channel.send(it) }
                    channel.close()
                }
            while (producer.isActive) {
                val greenlet = spawn {
                    while (true) {
                        seen += channel.receiveCatchingInGreenlet().getOrNull() ?: break
                    }
                }
                repeat(random.nextInt(20)) { yield() }
                greenlet.killAsync()
                greenlet.awaitEnd()
            }
        }
        assertEquals((0 until 1_000).toList(), seen.sorted(), "seed $seed")
    }

    /** The other way round. */
    @ParameterizedTest
    @ValueSource(longs = [5, 6, 7, 8])
    fun nothingIsSentTwiceOrHalf(seed: Long) = onHub {
        val random = Random(seed)
        val channel = Channel<Int>()
        val seen = ConcurrentLinkedQueue<Int>()
        var next = 0
        coroutine {
            val consumer = launch(Dispatchers.Default) { for (n in channel) seen += n }
            while (next < 1_000) {
                val greenlet = spawn {
                    while (true) {
                        channel.sendInGreenlet(next)
                        next++ // a kill after the hand-over comes at the next call
                    }
                }
                repeat(random.nextInt(20)) { yield() }
                greenlet.killAsync()
                greenlet.awaitEnd()
            }
            channel.close()
            consumer.join()
        }
        assertEquals((0 until next).toList(), seen.toList(), "seed $seed")
    }
}

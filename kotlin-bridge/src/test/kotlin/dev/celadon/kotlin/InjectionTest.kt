package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.Body
import dev.celadon.hub.CarrierMode
import dev.celadon.hub.GreenletExit
import dev.celadon.hub.Hub
import dev.celadon.hub.HubObserver
import dev.celadon.hub.RawGreenlet
import dev.celadon.kotlin.zeromq.PullSocket
import dev.celadon.kotlin.zeromq.PushSocket
import dev.celadon.net.StreamListener
import dev.celadon.net.StreamSocket
import dev.celadon.queue.Channel
import dev.celadon.queue.Queue
import dev.celadon.simulation.Simulation
import dev.celadon.sync.Semaphore
import dev.celadon.zeromq.ZmqContext
import java.net.InetAddress
import java.net.InetSocketAddress
import java.nio.ByteBuffer
import java.time.Duration
import java.util.concurrent.Callable
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.Job
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.channels.Channel as KotlinxChannel
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource

/**
 * Cancels a coroutine, or kills a greenlet, at a suspension point of its program, which uses a bit
 * of everything, and looks whether everything is in its place afterwards.
 */
class InjectionTest {

    private companion object {
        const val LATE = 1_000L
        val SOON: Duration = Duration.ofMillis(1)
        val ANY_PORT = InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
    }

    /** Things that are passed on: each has a number of its own. */
    private class Ledger(private val name: String) {
        private val offered = mutableSetOf<Int>()
        private val confirmed = mutableSetOf<Int>()
        private val got = mutableListOf<Int>()

        fun next(): Int = offered.size.also { offered += it }

        fun passed(item: Int) {
            confirmed += item
        }

        fun got(item: Int) {
            got += item
        }

        fun nothingIsLostOrDoubled(left: List<Int>) {
            val seen = got + left
            assertEquals(seen.size, seen.toSet().size, "$name: doubled, $seen")
            assertEquals(emptySet<Int>(), confirmed - seen.toSet(), "$name: lost")
            assertEquals(emptySet<Int>(), seen.toSet() - offered, "$name: made up")
        }
    }

    /** What the parties of one run share. */
    private class World(private val push: PushSocket, private val pull: PullSocket) {
        val queue = Queue<Int>(1)
        val channel = Channel<Int>()
        val semaphore = Semaphore(1)
        val returned = mutableListOf<Int>()
        val kotlinx = KotlinxChannel<Int>(1) { returned += it }
        val inQueue = Ledger("queue")
        val inChannel = Ledger("channel")
        val inKotlinx = Ledger("kotlinx channel")
        val inSocket = Ledger("ZeroMQ")
        val sockets = mutableListOf<java.nio.channels.Channel>()

        suspend fun script() {
            val item = inQueue.next()
            if (withTimeoutOrNull(LATE) { queue.suspending().send(item) } != null) {
                inQueue.passed(item)
            }
            semaphore.withPermit { delay(1) }
            withTimeoutOrNull(LATE) { queue.suspending().receive() }?.let(inQueue::got)
            passThroughChannel()
            passThroughKotlinx()
            passThroughZeroMq()
            talkOverASocket()
            acceptAndConnect()
            flowThroughGreenlets()
            runInGreenlet { blockingScript() }
        }

        private suspend fun passThroughChannel() {
            val item = inChannel.next()
            if (withTimeoutOrNull(1) { channel.suspending().send(item) } != null) {
                inChannel.passed(item)
            } else {
                withTimeoutOrNull(1) { channel.suspending().receive() }?.let(inChannel::got)
            }
        }

        private suspend fun passThroughKotlinx() {
            val item = inKotlinx.next()
            if (withTimeoutOrNull(1) { kotlinx.send(item) } != null) {
                inKotlinx.passed(item)
            }
            withTimeoutOrNull(1) { kotlinx.receiveIfActive() }?.let(inKotlinx::got)
        }

        /** kotlinx lets a cancelled coroutine take what is there, and withTimeout drops it then. */
        private suspend fun <T> ReceiveChannel<T>.receiveIfActive(): T {
            currentCoroutineContext().ensureActive()
            return receive()
        }

        private suspend fun passThroughZeroMq() {
            val item = inSocket.next()
            push.send("$item")
            inSocket.passed(item)
            coroutineScope {
                val messages = produceFrom(pull.socket)
                withTimeoutOrNull(1) { messages.receiveIfActive() }
                    ?.let { inSocket.got(it.text(0).toInt()) }
                messages.cancel()
            }
            withTimeoutOrNull(1) { pull.receiveString() }?.let { inSocket.got(it.toInt()) }
        }

        /** The clock stands still meanwhile; so no wait here is for time. */
        private suspend fun talkOverASocket() {
            StreamSocket.pair().use { pair ->
                sockets += listOf(pair.first(), pair.second())
                coroutineScope {
                    launch {
                        yield()
                        pair.second().suspending().write("hello".toByteArray())
                        runInGreenlet { pair.second().write(" you".toByteArray()) }
                    }
                    val hello = ByteBuffer.allocate(9)
                    pair.first().suspending().readFully(hello)
                    assertEquals("hello you", Charsets.UTF_8.decode(hello.flip()).toString())
                }
            }
        }

        private suspend fun acceptAndConnect() {
            StreamListener.bind(ANY_PORT).use { listener ->
                sockets += listener
                coroutineScope {
                    launch {
                        currentHub().connect(listener.localAddress()).use { client ->
                            sockets += client
                            assertEquals(-1, client.suspending().read(ByteBuffer.allocate(1)))
                        }
                    }
                    listener.suspending().accept().use { sockets += it }
                }
            }
        }

        private suspend fun flowThroughGreenlets() {
            val numbers = flow {
                for (n in 1..3) {
                    emit(n)
                    delay(1)
                }
            }
            val between = Queue<Int>(1)
            coroutineScope {
                launch { numbers.collectTo(between, shutdown = true) }
                val sum = runInGreenlet {
                    between.suspending().receiveAsFlow().iterateInGreenlet().use {
                        it.asSequence().sum()
                    }
                }
                assertEquals(6, sum)
            }
        }

        fun blockingScript() {
            val item = inQueue.next()
            if (queue.put(item, Duration.ofMillis(LATE))) {
                inQueue.passed(item)
            }
            semaphore.acquire()
            try {
                Greenlets.sleep(SOON)
            } finally {
                semaphore.release()
            }
            queue.get(Duration.ofMillis(LATE))?.let(inQueue::got)
            channel.get(SOON)?.let(inChannel::got)
            val other = inKotlinx.next()
            kotlinx.sendOr(other) { inKotlinx.passed(other) }
            kotlinx.receiveOr { inKotlinx.got(it) }
            val message = inSocket.next()
            push.socket.send("$message")
            inSocket.passed(message)
            inSocket.got(pull.socket.recvString().toInt())
        }

        private fun KotlinxChannel<Int>.sendOr(item: Int, sent: () -> Unit) {
            try {
                sendInGreenlet(item, kotlin.time.Duration.parse("1ms"))
            } catch (_: java.util.concurrent.TimeoutException) {
                return
            }
            sent()
        }

        private fun KotlinxChannel<Int>.receiveOr(got: (Int) -> Unit) {
            try {
                got(receiveInGreenlet(kotlin.time.Duration.parse("1ms")))
            } catch (_: java.util.concurrent.TimeoutException) {
                return
            }
        }

        fun everythingIsInItsPlace() {
            inQueue.nothingIsLostOrDoubled(generateSequence { queue.tryGet() }.toList())
            inChannel.nothingIsLostOrDoubled(generateSequence { channel.tryGet() }.toList())
            val inside = generateSequence { kotlinx.tryReceive().getOrNull() }.toList()
            inKotlinx.nothingIsLostOrDoubled(inside + returned)
            inSocket.nothingIsLostOrDoubled(
                generateSequence { pull.socket.tryRecvString()?.toInt() }.toList()
            )
            assertEquals(1, semaphore.availablePermits())
            assertEquals(0, semaphore.waiting())
            assertEquals(0, queue.waitingGetters() + queue.waitingPutters() + channel.balance())
            assertFalse(sockets.any { it.isOpen }, "a socket stays open")
            val hub = Hub.current()
            val live = hub.live().map { it.toString() }.filterNot { "zeromq.Worker" in it }
            assertEquals(1, live.size) { live.toString() }
        }
    }

    /** Counts the beginnings or ends of a coroutine's slices, and does something at one of them. */
    private class SlicePoints(
        private val atBegin: Boolean,
        private val point: Int,
        private val inject: () -> Unit,
    ) : AbstractCoroutineContextElement(Key), ThreadContextElement<Unit> {
        companion object Key : CoroutineContext.Key<SlicePoints>

        var seen = 0

        /**
         * Before the slice has looked whether it is cancelled: what was granted can still be lost.
         */
        override fun updateThreadContext(context: CoroutineContext) = pass(atBegin)

        /** The coroutine has suspended. */
        override fun restoreThreadContext(context: CoroutineContext, oldState: Unit) =
            pass(!atBegin)

        private fun pass(here: Boolean) {
            if (here && seen++ == point) {
                inject()
            }
        }
    }

    private class Pauses(private val point: Int) : HubObserver {
        var victim: RawGreenlet? = null
        var seen = 0

        override fun paused(greenlet: RawGreenlet) {
            if (greenlet === victim && seen++ == point) {
                greenlet.hub().submit { greenlet.throwIn(GreenletExit("injected at $point")) }
            }
        }
    }

    private enum class Victim {
        COROUTINE_GRANTED,
        COROUTINE_SUSPENDED,
        CROSSING_GRANTED,
        CROSSING_SUSPENDED,
        GREENLET,
    }

    /** One run; the number of points that the victim passed. */
    private fun run(seed: Long, victim: Victim, point: Int): Int {
        var points = 0
        Simulation.run(
            seed,
            Body {
                ZmqContext.open().use { context ->
                    PullSocket(context) { receiveHighWaterMark = 1 }
                        .use { pull ->
                            PushSocket(context) { sendHighWaterMark = 1 }
                                .use { push ->
                                    push.connect(pull.bind("inproc://world"))
                                    points = World(push, pull).runWith(victim, point)
                                }
                        }
                }
                // Here, because JeroMQ has timers of its own.
                assertEquals(0, Hub.current().loop().pendingTimers())
            },
        )
        return points
    }

    private fun World.runWith(victim: Victim, point: Int): Int {
        val hub = Hub.current()
        val failures = mutableListOf<Throwable>()
        val pauses = Pauses(point)
        lateinit var job: Job
        lateinit var crossing: Greenlet<*>
        val slices =
            when (victim) {
                Victim.COROUTINE_GRANTED -> SlicePoints(true, point) { job.cancel() }
                Victim.COROUTINE_SUSPENDED -> SlicePoints(false, point) { job.cancel() }
                Victim.CROSSING_GRANTED -> SlicePoints(true, point) { crossing.killAsync() }
                Victim.CROSSING_SUSPENDED -> SlicePoints(false, point) { crossing.killAsync() }
                Victim.GREENLET -> null
            }
        val idle = SlicePoints(true, -1) {}
        val handler = CoroutineExceptionHandler { _, failure -> failures += failure }
        val inCoroutine = if (victim < Victim.CROSSING_GRANTED) slices ?: idle else idle
        val inCrossing = if (victim < Victim.CROSSING_GRANTED) idle else slices ?: idle
        job = HubScope(hub, handler).launch(inCoroutine) { script() }
        crossing = Greenlet.spawn(hub, Callable { runSuspending(inCrossing) { script() } })
        val greenlet = Greenlet.spawn(hub, Callable { repeat(3) { blockingScript() } })
        pauses.victim = greenlet
        if (victim == Victim.GREENLET) {
            hub.addObserver(pauses)
        }
        job.joinInGreenlet()
        Greenlets.joinAll(crossing, greenlet)
        for (party in listOf(crossing, greenlet)) {
            if (!party.isCancelled) {
                try {
                    party.result()
                } catch (killed: CancellationException) {
                    failures += killed
                }
            }
        }
        assertEquals(emptyList<Throwable>(), failures)
        runSuspending { script() } // all of it works for a newcomer
        everythingIsInItsPlace()
        return slices?.seen ?: pauses.seen
    }

    /** Portable mode pays far more for a switch, so it takes fewer seeds. */
    @ParameterizedTest
    @ValueSource(longs = [0, 250, 500, 750])
    fun nothingIsOutOfItsPlaceWhereverSomethingHits(firstSeed: Long) {
        val direct =
            Hub.run(Callable { Hub.current().carrierMode().kind() == CarrierMode.Kind.DIRECT })
        val points =
            Victim.entries.associateWith { victim ->
                val seen = run(firstSeed, victim, -1)
                assertTrue(seen >= 4, "the program of $victim waits often: $seen")
                seen
            }
        for (seed in firstSeed until firstSeed + if (direct) 250 else 5) {
            val victim = Victim.entries[(seed % Victim.entries.size).toInt()]
            // Another point for each seed of this victim, round and round.
            run(seed, victim, (seed / Victim.entries.size % points.getValue(victim)).toInt())
        }
    }
}

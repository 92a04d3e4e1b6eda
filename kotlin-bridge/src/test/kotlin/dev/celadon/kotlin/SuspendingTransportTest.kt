package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.hub.GreenletExit
import dev.celadon.hub.Hub
import dev.celadon.net.StreamSocket
import dev.celadon.net.Transport
import dev.celadon.select.ConcurrentUseException
import java.io.EOFException
import java.nio.ByteBuffer
import java.nio.channels.AsynchronousCloseException
import java.nio.channels.ClosedChannelException
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class SuspendingTransportTest {

    private fun onPair(
        body: suspend HubTest.(CoroutineScope, near: StreamSocket, far: StreamSocket) -> Unit
    ) = onHubInRealTime {
        StreamSocket.pair().use { pair ->
            coroutine { body(this, pair.first(), pair.second()) }
        }
    }

    private fun bytes(text: String) = ByteBuffer.wrap(text.toByteArray())

    private fun ByteBuffer.text(): String = Charsets.UTF_8.decode(this).toString()

    private suspend fun SuspendingTransport.text(): String {
        val buffer = ByteBuffer.allocate(100)
        read(buffer)
        return buffer.flip().text()
    }

    @Test
    fun readSuspendsWhileAGreenletWrites() = onPair { _, near, far ->
        spawn {
            trail += "greenlet"
            far.write(bytes("hello"))
        }
        trail += "reads"
        trail += near.suspending().text()
        trail.shouldBe("reads greenlet hello")
    }

    @Test
    fun writeSuspendsUntilAGreenletHasMadeRoom() = onPair { scope, near, far ->
        val all = ByteArray(3_000_000) { it.toByte() }
        val writer = scope.async { near.suspending().write(ByteBuffer.wrap(all)) }
        yield()
        assertTrue(writer.isActive, "there is not so much room")
        val read = runInGreenlet { far.inputStream().readNBytes(all.size) }
        assertEquals(all.size, writer.await())
        assertTrue(all.contentEquals(read))
    }

    @Test
    fun theEndOfTheStreamIsTold() = onPair { _, near, far ->
        far.write(bytes("abc"))
        far.shutdownOutput()
        val view = near.suspending()
        val buffer = ByteBuffer.allocate(5)
        val end = runCatching { view.readFully(buffer) }.exceptionOrNull()
        assertTrue(end is EOFException)
        assertTrue("2 more bytes" in end!!.message!!, end.message)
        assertEquals(-1, view.read(buffer))
        assertEquals(0, view.read(ByteBuffer.allocate(0)))
        assertEquals(0, view.writeSome(ByteBuffer.allocate(0)))
    }

    @Test
    fun readFullyGathersWhatComesInPieces() = onPair { _, near, far ->
        spawn {
            for (piece in listOf("ab", "c", "def")) {
                far.write(bytes(piece))
                Greenlets.sleep(Duration.ofMillis(1))
            }
        }
        val buffer = ByteBuffer.allocate(6)
        near.suspending().readFully(buffer)
        assertEquals("abcdef", buffer.flip().text())
    }

    @Test
    fun whatComesIsAFlow() = onPair { _, near, far ->
        for (piece in listOf("abc", "defg")) far.write(bytes(piece))
        val pieces = near.suspending().incoming(3).map { it.text() }
        assertEquals(listOf("abc", "def"), pieces.take(2).toList())
        far.close()
        assertEquals(listOf("g"), pieces.toList())
    }

    @Test
    fun aCollectorThatCancelsItselfLeavesTheRest() = onPair { scope, near, far ->
        far.write(bytes("abcdef"))
        scope
            .launch {
                near.suspending().incoming(2).collect {
                    trail += it.text()
                    currentCoroutineContext().cancel()
                }
            }
            .join()
        trail += near.suspending().text()
        trail.shouldBe("ab cdef")
    }

    // --- Cancellation: behaviour of the socket

    @Test
    fun aCancelledReadClearsItsInterestAndTheNextMayStartAtOnce() = onPair { scope, near, far ->
        val view = near.suspending()
        val first = scope.launch { view.text() }
        yield()
        first.cancel()
        val second = scope.async(start = CoroutineStart.UNDISPATCHED) { view.text() }
        first.join()
        far.write(bytes("x"))
        assertEquals("x", second.await())
        assertTrue(near.isOpen)
    }

    @Test
    fun aReadCancelledInTheTickInWhichDataComesTakesNothing() = onPair { scope, near, far ->
        val view = near.suspending()
        val reader = scope.launch { trail += "never" + view.text() }
        yield()
        far.write(bytes("x"))
        while (reader.isActive && trail.toString().isEmpty()) {
            hub.loop().look() // the loop has heard of it: the reader's turn comes next
            reader.cancel()
        }
        reader.join()
        assertEquals("x", view.text())
        trail.shouldBe("")
    }

    @Test
    fun aTimeoutOfAReadLosesNothing() = onHubInRealTime {
        StreamSocket.pair().use { pair ->
            coroutine {
                val view = pair.first().suspending()
                assertNull(withTimeoutOrNull(5) { view.text() })
                pair.second().write(bytes("late"))
                assertEquals("late", view.text())
            }
        }
        assertEquals(0, timers())
    }

    @Test
    fun aCancelledWriteTellsHowMuchWasWritten() = onPair { scope, near, far ->
        val all = ByteBuffer.allocate(3_000_000)
        val writer = scope.launch { near.suspending().write(all) }
        yield()
        writer.cancelAndJoin()
        val written = all.position()
        assertTrue(written in 1 until 3_000_000)
        near.shutdownOutput()
        val read = runInGreenlet { far.inputStream().readAllBytes().size }
        assertEquals(written, read)
    }

    @Test
    fun aCancelledCoroutineReadsNothing() = onPair { scope, near, far ->
        far.write(bytes("x"))
        scope
            .launch {
                currentCoroutineContext().cancel()
                trail += runCatching { near.suspending().text() }.isFailure.toString()
            }
            .join()
        assertEquals("x", near.suspending().text())
        trail.shouldBe("true")
    }

    @Test
    fun aCancelFromAnotherThreadLeavesTheSocketUsable() = onPair { scope, near, far ->
        val view = near.suspending()
        repeat(100) {
            val reader = scope.launch(start = CoroutineStart.UNDISPATCHED) { view.text() }
            withContext(Dispatchers.Default) { reader.cancelAndJoin() }
            far.write(bytes("$it"))
            assertEquals("$it", view.text())
        }
    }

    // --- Company

    @Test
    fun aSecondReaderIsRefused() = onPair { scope, near, far ->
        val view = near.suspending()
        val first = scope.async { view.text() }
        yield()
        val second = runCatching { view.text() }
        val third = runInGreenlet { runCatching { near.read(ByteArray(1)) } }
        assertTrue(second.exceptionOrNull() is ConcurrentUseException, "$second")
        assertTrue(third.exceptionOrNull() is ConcurrentUseException)
        far.write(bytes("x"))
        assertEquals("x", first.await())
    }

    @Test
    fun oneReadsWhileAnotherOneWrites() = onPair { scope, near, far ->
        val reader = scope.async { near.suspending().text() }
        yield()
        near.suspending().write("question".toByteArray())
        assertEquals("question", far.suspending().text())
        far.suspending().write("answer".toByteArray())
        assertEquals("answer", reader.await())
    }

    @Test
    fun aCloseEndsAWait() = onPair { scope, near, _ ->
        val reader = scope.async { runCatching { near.suspending().text() } }
        yield()
        near.close()
        assertTrue(reader.await().exceptionOrNull() is AsynchronousCloseException)
        val late = runCatching { near.suspending().text() }.exceptionOrNull()
        assertTrue(late is ClosedChannelException && late !is AsynchronousCloseException)
    }

    @Test
    fun aCloseFromAnotherThreadEndsAWait() = onPair { scope, near, _ ->
        val reader = scope.async { runCatching { near.suspending().text() } }
        yield()
        withContext(Dispatchers.IO) { near.close() }
        assertTrue(reader.await().exceptionOrNull() is AsynchronousCloseException)
    }

    @Test
    fun aPeerThatNeverPausesLeavesTheOthersTheirTurn() = onPair { scope, near, far ->
        far.write(ByteArray(100_000))
        var turns = 0
        val other = scope.launch {
            while (true) {
                turns++
                yield()
            }
        }
        val one = ByteBuffer.allocate(1)
        repeat(1_000) {
            near.suspending().read(one)
            one.clear()
        }
        other.cancel()
        assertTrue(turns >= 10, "$turns turns")
    }

    @Test
    fun aCallFromAnotherDispatcherIsRefused() = onPair { _, near, _ ->
        val refused =
            withContext(Dispatchers.Default) {
                runCatching { near.suspending().text() }.exceptionOrNull()
            }
        assertTrue(refused is IllegalStateException)
        assertTrue("withContext" in refused!!.message!!, refused.message)
    }

    @Test
    fun aClosingHubCancelsWhoWaits() {
        val ended = CountDownLatch(1)
        Hub.start("short").use { hub ->
            val waits = CountDownLatch(1)
            // In no scope of the hub: nobody else would cancel it.
            CoroutineScope(hub.asCoroutineDispatcher())
                .launch {
                    StreamSocket.pair().use { pair ->
                        launch(start = CoroutineStart.UNDISPATCHED) {
                            pair.first().suspending().read(ByteBuffer.allocate(1))
                        }
                        waits.countDown()
                    }
                }
                .invokeOnCompletion { ended.countDown() }
            assertTrue(waits.await(10, TimeUnit.SECONDS))
        }
        assertTrue(ended.await(10, TimeUnit.SECONDS))
    }

    @Test
    fun aClosingHubCancelsWhoWaitsForASocketThatStaysOpen() {
        val ended = CountDownLatch(1)
        val pair = StreamSocket.pair()
        Hub.start("short").use { hub ->
            val waits = CountDownLatch(1)
            CoroutineScope(hub.asCoroutineDispatcher())
                .launch {
                    waits.countDown()
                    pair.first().suspending().read(ByteBuffer.allocate(1))
                }
                .invokeOnCompletion { ended.countDown() }
            assertTrue(waits.await(10, TimeUnit.SECONDS))
        }
        assertTrue(ended.await(10, TimeUnit.SECONDS))
        pair.close()
    }

    // --- Transports that are no stream sockets

    private class Layer(private val below: StreamSocket) : Transport by below

    @Test
    fun aLayeredTransportRunsInGreenlets() = onPair { scope, near, far ->
        val view = Layer(near).suspending()
        val reading = scope.async { view.text() }
        yield()
        far.suspending().write("hello".toByteArray())
        assertEquals("hello", reading.await())
        assertEquals(3, view.write(bytes("you")))
        assertEquals("you", far.suspending().text())
    }

    @Test
    fun whatALayeredTransportHasReadIsReturnedToACancelledCoroutine() = onPair { scope, near, far ->
        val view = Layer(near).suspending()
        val idle = scope.launch { view.text() }
        yield()
        yield()
        idle.cancelAndJoin()
        far.write(bytes("x"))
        lateinit var text: String
        val reader = scope.launch {
            text = view.text()
            trail += runCatching { yield() }.isFailure.toString()
        }
        yield()
        yield() // its greenlet has read
        reader.cancelAndJoin()
        assertEquals("x", if (reader.isCancelled && trail.toString() == "") "lost" else text)
    }

    @Test
    fun aCancelledCoroutineReadsNothingFromALayeredTransport() = onPair { scope, near, far ->
        far.write(bytes("x"))
        scope
            .launch {
                currentCoroutineContext().cancel()
                trail += runCatching { Layer(near).suspending().text() }.isFailure.toString()
            }
            .join()
        assertEquals("x", near.suspending().text())
        trail.shouldBe("true")
    }

    @Test
    fun whatALayeredTransportCallsSeesTheContextOfTheCoroutine() = onPair { _, near, far ->
        far.write(bytes("x"))
        val names = mutableListOf<String?>()
        val layer =
            object : Transport by near {
                override fun read(dst: ByteBuffer): Int {
                    names += runSuspending { currentCoroutineContext()[CoroutineName]?.name }
                    return near.read(dst)
                }
            }
        withContext(CoroutineName("reader")) { layer.suspending().text() }
        assertEquals(listOf<String?>("reader"), names)
    }

    @Test
    fun aKillOfTheGreenletThatALayeredTransportReadsInIsToldAsOne() = onPair { scope, near, _ ->
        val layer =
            object : Transport by near {
                override fun read(dst: ByteBuffer): Int = throw GreenletExit("enough")
            }
        val failure = runCatching { layer.suspending().text() }.exceptionOrNull()
        assertTrue(failure is GreenletKilledException, "$failure")
        assertTrue(scope.isActive)
    }

    @Test
    fun piecesWithoutRoomAreRefused() = onPair { _, near, _ ->
        assertThrows(IllegalArgumentException::class.java) { near.suspending().incoming(0) }
    }

    @Test
    fun whoIsToldAndThenCancelledHoldsNobodyUp() = onPair { scope, near, far ->
        val view = near.suspending()
        val first = scope.launch(start = CoroutineStart.UNDISPATCHED) { view.text() }
        far.write(bytes("x"))
        while (first.isActive) {
            hub.loop().look()
            first.cancel()
        }
        val second = scope.async(start = CoroutineStart.UNDISPATCHED) { view.text() }
        assertEquals("x", second.await())
    }
}

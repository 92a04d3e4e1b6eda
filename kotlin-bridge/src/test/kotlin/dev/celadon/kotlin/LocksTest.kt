package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.Hub
import dev.celadon.simulation.Simulation
import dev.celadon.sync.BoundedSemaphore
import dev.celadon.sync.Condition
import dev.celadon.sync.RLock
import java.util.concurrent.Callable
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class LocksTest {

    @Test
    fun aCoroutineKeepsTheLockOverSuspensionsAndFromCoroutinesAndGreenlets() = onHub {
        val lock = RLock()
        coroutine {
            launch {
                lock.suspending().withLock {
                    trail += "a1"
                    delay(5)
                    assertTrue(lock.suspending().isHeldByCurrent())
                    trail += "a2"
                }
            }
            yield()
            spawn {
                lock.acquire()
                trail += "b1"
                Greenlets.yieldNow()
                trail += "b2"
                lock.release()
            }
            yield()
            launch {
                lock.suspending().withLock { trail += "c" }
                assertFalse(lock.suspending().isHeldByCurrent())
            }
        }
        trail.shouldBe("a1 a2 b1 b2 c")
        assertFalse(lock.isLocked)
    }

    @Test
    fun aCoroutineMayEnterItsLockAgain() = onHub {
        val lock = RLock()
        coroutine {
            val value =
                lock.suspending().withLock {
                    withContext(Dispatchers.Default) {
                        withTimeout(1000) { lock.suspending().withLock { 42 } }
                    }
                }
            assertEquals(42, value)
        }
        assertFalse(lock.isLocked)
    }

    @Test
    fun coroutinesOfTheBlockAreOfTheSamePartyAndOthersStandInLine() = onHub {
        val lock = RLock()
        coroutine {
            lock.suspending().withLock {
                launch { lock.suspending().withLock { trail += "outside" } } // of the outer scope
                coroutineScope {
                    repeat(2) { n ->
                        launch {
                            lock.suspending().withLock {
                                trail += "in$n"
                                delay(5)
                                trail += "out$n"
                            }
                        }
                    }
                }
                trail += "block"
            }
        }
        trail.shouldBe("in0 in1 out0 out1 block outside")
        assertFalse(lock.isLocked)
    }

    @Test
    fun aCancelledWaitForALockLeavesNoTrace() = onHub {
        val lock = RLock()
        coroutine {
            spawn {
                lock.acquire()
                Greenlets.sleep(java.time.Duration.ofMillis(10))
                lock.release()
            }
            yield()
            assertNull(withTimeoutOrNull(5) { lock.suspending().withLock { "never" } })
            assertEquals(0, lock.waiting())
            lock.suspending().withLock { assertEquals(10, clock.millis()) }
        }
        assertFalse(lock.isLocked)
    }

    @Test
    fun aLockForACoroutineCancelledInTheSameTickGoesToTheNext() = onHub {
        val lock = RLock()
        coroutine {
            lock.acquireInGreenletFor(1, this@onHub)
            val unlucky = launch { lock.suspending().withLock { trail += "never" } }
            val next = launch { lock.suspending().withLock { trail += "next" } }
            yield()
            delay(1) // the greenlet's release and the grant to `unlucky` are in this tick
            unlucky.cancelAndJoin()
            next.join()
        }
        assertTrue("next" in trail.toString())
        assertFalse(lock.isLocked)
    }

    private suspend fun RLock.acquireInGreenletFor(millis: Long, test: HubTest) {
        test.spawn {
            acquire()
            Greenlets.sleep(java.time.Duration.ofMillis(millis))
            release()
        }
        yield()
    }

    @Test
    fun messagesNameTheCoroutineThatHoldsTheLock() = onHub {
        val lock = RLock()
        coroutine {
            launch(kotlinx.coroutines.CoroutineName("holder")) {
                lock.suspending().withLock { delay(5) }
            }
            yield()
            assertEquals("RLock[held by coroutine \"holder\"]", lock.toString())
            assertNull(lock.owner())
        }
    }

    @Test
    fun coroutinesAndGreenletsWakeEachOtherThroughACondition() = onHub {
        val condition = Condition()
        val items = ArrayDeque<String>()
        coroutine {
            val consumer = launch {
                condition.suspending().lock.withLock {
                    condition.suspending().awaitUntil { items.isNotEmpty() }
                    trail += "coroutine got ${items.removeFirst()}"
                }
            }
            yield()
            val greenlet = spawn {
                condition.lock().acquire()
                items += "one"
                condition.signal()
                trail += "greenlet signals"
                condition.waitUntil { "two" in items }
                trail += "greenlet got ${items.removeFirst()}"
                condition.lock().release()
            }
            consumer.join()
            condition.suspending().lock.withLock {
                items += "two"
                condition.suspending().signalAll()
                trail += "coroutine signals"
            }
            greenlet.await()
        }
        trail.shouldBe("greenlet signals coroutine got one coroutine signals greenlet got two")
        assertFalse(condition.lock().isLocked)
    }

    @Test
    fun aCancelledWaitForASignalLeavesWithTheLockHeld() = onHub {
        val condition = Condition()
        coroutine {
            val waiter = launch {
                condition.suspending().lock.withLock {
                    try {
                        condition.suspending().awaitSignal()
                    } finally {
                        assertTrue(condition.lock().isLocked)
                        assertTrue(condition.suspending().lock.isHeldByCurrent())
                        trail += "left"
                    }
                }
            }
            yield()
            assertFalse(condition.lock().isLocked)
            assertEquals(1, condition.waiting())
            waiter.cancelAndJoin()
            assertEquals(0, condition.waiting())
        }
        trail.shouldBe("left")
        assertFalse(condition.lock().isLocked)
    }

    @Test
    fun aConditionIsForHoldersOfItsLock() = onHub {
        val condition = Condition()
        coroutine {
            for (call in
                listOf<suspend () -> Unit>(
                    { condition.suspending().awaitSignal() },
                    { condition.suspending().awaitUntil { true } },
                    { condition.suspending().signal() },
                    { condition.suspending().signalAll() },
                )) {
                val refusal = runCatching { call() }.exceptionOrNull()
                assertTrue(refusal is IllegalMonitorStateException, "$refusal")
                assertTrue("withLock" in refusal!!.message!!, refusal.message)
            }
        }
        assertThrows(IllegalMonitorStateException::class.java) { condition.signal() }
    }

    @Test
    fun aBoundedSemaphoreServesCoroutinesInLine() = onHub {
        val semaphore = BoundedSemaphore(1)
        coroutine {
            launch {
                semaphore.withPermit {
                    trail += "a"
                    yield()
                    trail += "A"
                }
            }
            launch { semaphore.withPermit { trail += "b" } }
        }
        assertNull(runSuspending { withTimeoutOrNull(5) { semaphore.takeTwice() } })
        trail.shouldBe("a A b")
        assertEquals(1, semaphore.availablePermits())
    }

    private suspend fun BoundedSemaphore.takeTwice() {
        withPermit { acquireSuspending() }
    }

    /**
     * Kills, cancels and time limits at any moment: one at a time, and the lock is free at the end.
     */
    @Test
    fun nothingIsLostInAThousandOrders() {
        Simulation.explore(1_000) {
            val condition = Condition()
            val lock = condition.lock()
            val inside = AtomicInteger()
            var turns = 0
            val greenlets =
                (1..2).map { n ->
                    Greenlets.spawn {
                        lock.acquire()
                        try {
                            assertEquals(1, inside.incrementAndGet())
                            Greenlets.yieldNow()
                            turns++
                            condition.signal()
                        } finally {
                            inside.decrementAndGet()
                            lock.release()
                        }
                    }
                }
            runSuspending {
                val jobs =
                    (1..3).map { n ->
                        launch {
                            withTimeoutOrNull(n.toLong()) {
                                lock.suspending().withLock {
                                    assertEquals(1, inside.incrementAndGet())
                                    yield()
                                    inside.decrementAndGet()
                                    condition.suspending().awaitUntil { turns >= n }
                                    assertEquals(1, inside.incrementAndGet())
                                    inside.decrementAndGet()
                                }
                            }
                        }
                    }
                yield()
                greenlets[0].killAsync()
                jobs[0].cancelAndJoin()
                jobs.forEach { it.join() }
            }
            Greenlets.joinAll(greenlets)
            assertFalse(lock.isLocked)
            assertEquals(0, lock.waiting() + condition.waiting())
        }
    }

    @Test
    fun threadsGreenletsAndCoroutinesExcludeEachOther() = onHub {
        val lock = RLock()
        var count = 0
        val threads =
            List(2) {
                thread {
                    repeat(500) {
                        lock.acquire()
                        count++
                        lock.release()
                    }
                }
            }
        coroutine {
            repeat(2) {
                launch(Dispatchers.Default) {
                    repeat(500) { lock.suspending().withLock { count++ } }
                }
                launch { repeat(500) { lock.suspending().withLock { count++ } } }
                launch {
                    runInGreenlet {
                        repeat(500) {
                            lock.acquire()
                            count++
                            lock.release()
                        }
                    }
                }
            }
        }
        threads.forEach { it.join() }
        assertEquals(4_000, count)
    }

    private suspend fun HubTest.whileAMemberWaits(
        condition: Condition,
        body: suspend CoroutineScope.() -> Unit,
    ) = coroutineScope {
        launch {
            condition.suspending().awaitSignal()
            trail += "signalled"
        }
        yield()
        body()
    }

    @Test
    fun nobodyOfThePartyEntersWhileItWaits() = onHub {
        val condition = Condition()
        val lock = condition.lock()
        coroutine {
            lock.suspending().withLock {
                whileAMemberWaits(condition) {
                    spawn {
                        lock.acquire()
                        trail += "other1"
                        Greenlets.yieldNow()
                        trail += "other2"
                        lock.release()
                    }
                    delay(0)
                    yield()
                    assertFalse(lock.suspending().isHeldByCurrent())
                    lock.suspending().withLock {
                        trail += "member"
                        assertTrue(lock.suspending().isHeldByCurrent())
                        condition.suspending().signal()
                    }
                }
                assertTrue(lock.suspending().isHeldByCurrent())
            }
        }
        trail.shouldBe("other1 other2 member signalled")
        assertFalse(lock.isLocked)
    }

    @Test
    fun aMemberBehindAWaiterThatComesBackIsLetIn() = onHub {
        val condition = Condition()
        val lock = condition.lock()
        coroutine {
            lock.suspending().withLock {
                whileAMemberWaits(condition) {
                    spawn {
                        lock.acquire()
                        condition.signal()
                        Greenlets.sleep(java.time.Duration.ofMillis(2)) // both stand in line
                        trail += "other"
                        lock.release()
                    }
                    delay(1)
                    lock.suspending().withLock { trail += "member" }
                }
            }
        }
        trail.shouldBe("other signalled member")
        assertFalse(lock.isLocked)
    }

    @Test
    fun aWaitThatOutlivesItsBlockLeavesTheLockFree() = onHub {
        val condition = Condition()
        val lock = condition.lock()
        coroutine {
            val scope = this
            val waiter =
                lock.suspending().withLock {
                    val party = currentCoroutineContext().minusKey(Job)
                    scope.launch(party) { condition.suspending().awaitSignal() }.also { yield() }
                }
            lock.suspending().withLock { condition.suspending().signal() }
            waiter.join()
        }
        assertFalse(lock.isLocked)
    }

    @Test
    fun whoOutlivesTheBlockIsOfNoPartyAnyMore() = onHub {
        val lock = RLock()
        val gate = CompletableDeferred<Unit>()
        coroutine {
            val party = lock.suspending().withLock { currentCoroutineContext().minusKey(Job) }
            val left =
                launch(party) {
                    gate.await()
                    assertFalse(lock.suspending().isHeldByCurrent())
                    lock.suspending().withLock {
                        assertTrue(lock.suspending().isHeldByCurrent())
                        trail += "left1"
                        repeat(3) { yield() }
                        trail += "left2"
                    }
                }
            gate.complete(Unit)
            yield()
            val other = spawn {
                lock.acquire()
                trail += "other"
                lock.release()
            }
            left.join()
            other.await()
        }
        trail.shouldBe("left1 left2 other")
        assertFalse(lock.isLocked)
    }

    @Test
    fun whoOutlivesTheBlockStandsInLineLikeAnybodyElse() = onHub {
        val lock = RLock()
        val gate = CompletableDeferred<Unit>()
        coroutine {
            val party = lock.suspending().withLock { currentCoroutineContext().minusKey(Job) }
            lock.acquireInGreenletFor(5, this@onHub)
            val later = launch {
                gate.await()
                lock.suspending().withLock { trail += "other" }
            }
            val left =
                List(2) { n ->
                    launch(party) {
                        lock.suspending().withLock { trail += "left$n" }
                    }
                }
            yield()
            gate.complete(Unit)
            later.join()
            left.forEach { it.join() }
        }
        trail.shouldBe("left0 left1 other")
        assertFalse(lock.isLocked)
    }

    @Test
    fun aPartyWithManyWaitsAndCancellationsExcludesAllOthers() {
        Simulation.explore(500) {
            val condition = Condition()
            val lock = condition.lock()
            var others = 0
            val outsider =
                Greenlet.spawn(
                    Hub.current(),
                    Callable {
                        repeat(4) {
                            lock.acquire()
                            others++
                            Greenlets.yieldNow()
                            condition.signalAll()
                            others--
                            lock.release()
                            Greenlets.yieldNow()
                        }
                    },
                )
            runSuspending {
                lock.suspending().withLock {
                    coroutineScope {
                        repeat(3) { n ->
                            val member = launch {
                                lock.suspending().withLock {
                                    assertEquals(0, others)
                                    yield()
                                    if (lock.suspending().isHeldByCurrent()) {
                                        withTimeoutOrNull(3L + n) {
                                            condition.suspending().awaitSignal()
                                        }
                                        assertEquals(0, others)
                                    }
                                }
                            }
                            if (n == 1) {
                                launch {
                                    delay(1)
                                    member.cancel()
                                }
                            }
                        }
                    }
                }
            }
            outsider.join()
            assertFalse(lock.isLocked)
            assertEquals(0, lock.waiting() + condition.waiting())
        }
    }
}

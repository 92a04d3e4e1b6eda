package dev.celadon.kotlin

import dev.celadon.Greenlets
import dev.celadon.sync.AsyncResult
import dev.celadon.sync.Event
import dev.celadon.sync.Semaphore
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assertions.fail
import org.junit.jupiter.api.Test

class SyncTwinsTest {

    @Test
    fun eventAwaitSuspendsWhileAGreenletSets() = onHub {
        val event = Event()
        coroutine {
            spawn {
                trail += "greenlet"
                event.set()
                event.clear()
            }
            trail += "awaits"
            event.await()
            trail += "goes on"
            event.set()
            event.await()
        }
        trail.shouldBe("awaits greenlet goes on")
    }

    @Test
    fun waitersForAnEventGoOnInTheOrderInWhichTheyCame() = onHub {
        val event = Event()
        coroutine {
            launch { event.await().also { trail += "a" } }
            spawn { event.waitUntilSet().also { trail += "b" } }
            launch { event.await().also { trail += "c" } }
            yield()
            event.set()
        }
        trail.shouldBe("a b c")
    }

    @Test
    fun aCancelledWaitForAnEventEndsAtOnce() = onHub {
        val event = Event()
        coroutine {
            assertNull(withTimeoutOrNull(5) { event.await() })
            event.set()
        }
        assertEquals(5, clock.millis())
    }

    @Test
    fun resultAwaitSuspendsWhileAGreenletSets() = onHub {
        val result = AsyncResult<String?>()
        coroutine {
            spawn {
                trail += "greenlet"
                result.set(null)
            }
            trail += "awaits"
            assertNull(result.await())
            assertNull(result.await())
        }
        trail.shouldBe("awaits greenlet")
    }

    @Test
    fun resultAwaitThrowsTheFailureUnchanged() = onHub {
        val failure = Exception("bad")
        val result = AsyncResult<Int>()
        coroutine {
            spawn { result.setException(failure) }
            try {
                result.await()
                fail<Unit>("no failure")
            } catch (thrown: Exception) {
                assertSame(failure, thrown)
            }
        }
    }

    @Test
    fun aCancelledWaitForAResultEndsAtOnce() = onHub {
        val result = AsyncResult<Int>()
        coroutine {
            assertNull(withTimeoutOrNull(5) { result.await() })
            result.set(1)
            assertEquals(1, result.await())
        }
    }

    @Test
    fun acquireSuspendsWhileAGreenletHoldsThePermit() = onHub {
        val semaphore = Semaphore(1)
        coroutine {
            val holder = spawn {
                semaphore.acquire()
                trail += "greenlet"
                Greenlets.yieldNow()
                semaphore.release()
            }
            yield()
            semaphore.acquireSuspending()
            trail += "coroutine"
            holder.await()
            semaphore.release()
        }
        assertEquals(1, semaphore.availablePermits())
        trail.shouldBe("greenlet coroutine")
    }

    @Test
    fun waitersForAPermitAreServedInOneLine() = onHub {
        val semaphore = Semaphore(0)
        coroutine {
            launch { semaphore.withPermit { trail += "a" } }
            spawn {
                semaphore.acquire()
                trail += "b"
                semaphore.release()
            }
            launch { semaphore.withPermit { trail += "c" } }
            yield()
            semaphore.release()
        }
        Greenlets.yieldNow()
        trail.shouldBe("a b c")
        assertEquals(1, semaphore.availablePermits())
    }

    @Test
    fun aPermitForACoroutineCancelledInTheSameTickGoesToTheNext() = onHub {
        val semaphore = Semaphore(0)
        coroutine {
            val unlucky = launch { semaphore.withPermit { trail += "never" } }
            val next = launch { semaphore.withPermit { trail += "next" } }
            yield()
            semaphore.release()
            unlucky.cancelAndJoin()
            next.join()
        }
        trail.shouldBe("next")
        assertEquals(1, semaphore.availablePermits())
    }

    @Test
    fun withPermitGivesItBackAfterAFailure() = onHub {
        val semaphore = Semaphore(1)
        coroutine {
            val value: Int
            semaphore.withPermit { value = 42 }
            assertEquals(42, value)
            try {
                semaphore.withPermit { throw IllegalStateException("bad") }
            } catch (_: IllegalStateException) {
                trail += "caught"
            }
            launch {
                semaphore.withPermit {
                    yield()
                    throw CancellationException("enough")
                }
            }
                .join()
        }
        assertEquals(1, semaphore.availablePermits())
        trail.shouldBe("caught")
    }

    @Test
    fun theTwinsWorkOnOtherDispatchers() = onHub {
        val event = Event()
        val result = AsyncResult<Int>()
        val semaphore = Semaphore(0)
        coroutine {
            val value =
                async(Dispatchers.Default) {
                    event.await()
                    semaphore.withPermit { result.await() }
                }
            event.set()
            semaphore.release()
            result.set(42)
            assertEquals(42, value.await())
        }
        assertTrue(semaphore.tryAcquire())
    }
}

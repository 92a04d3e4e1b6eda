package dev.celadon.kotlin

import dev.celadon.hub.Waiter
import dev.celadon.sync.Condition
import dev.celadon.sync.RLock
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext

/**
 * This lock as coroutines see it: the same line of waiters, in suspending calls. Cheap; make one
 * whenever you need it.
 */
@JvmName("suspendingLock") public fun RLock.suspending(): SuspendingLock = SuspendingLock(this)

/**
 * This condition as coroutines see it: the same line of waiters, in suspending calls. Cheap; make
 * one whenever you need it.
 */
@JvmName("suspendingCondition")
public fun Condition.suspending(): SuspendingCondition = SuspendingCondition(this)

/**
 * The suspending view of an [RLock].
 *
 * Coroutines stand in one line with greenlets and threads, longest waiter first. The lock belongs
 * to a block of code, and to whatever runs in it: the coroutine may enter another block of the same
 * lock, also within `withContext` or `withTimeout`. Coroutines that it starts in a scope of the
 * block's own, as of `coroutineScope`, are of the same party: they enter at once, several at a
 * time. Those that it starts in an outer scope stand in line; so does one of the party while
 * another one of it waits for a condition.
 *
 * Use this view in coroutines, not the lock itself: all slices of a hub are one party for that, so
 * it would shut no coroutine out.
 *
 * Safe for use from any thread.
 *
 * @property lock the lock behind this view
 */
public class SuspendingLock internal constructor(public val lock: RLock) {

    /**
     * Runs [action] with the lock, which is given back when it ends in any way. Suspends unless the
     * lock is free or the caller's own, and if [action] does.
     *
     * If the coroutine is cancelled while it waits, it has not got the lock, even if it had been
     * handed over already; then the next in line gets it. Can be called on any dispatcher.
     *
     * @return what [action] returned
     */
    public suspend fun <R> withLock(action: suspend () -> R): R {
        val known = Holding.of(lock)
        val anew = if (known == null) Holding(lock, lock.acquireAsGuest()) else known.enter()
        try {
            return if (anew == null) action() else withContext(anew) { action() }
        } finally {
            (anew ?: known)?.leave()
        }
    }

    /** Whether the calling coroutine has the lock. Does not suspend. */
    public suspend fun isHeldByCurrent(): Boolean = Holding.of(lock)?.hasLock() == true

    override fun toString(): String = "$lock.suspending()"
}

/**
 * The suspending view of a [Condition].
 *
 * Coroutines stand in one line with greenlets and threads, longest waiter first, and either kind
 * can wake the other. All calls are for coroutines inside [SuspendingLock.withLock] of the
 * condition's lock.
 *
 * Safe for use from any thread.
 *
 * @property condition the condition behind this view
 */
public class SuspendingCondition internal constructor(public val condition: Condition) {

    /** The view of the lock that guards what is waited for. */
    public val lock: SuspendingLock
        get() = SuspendingLock(condition.lock())

    /**
     * Waits for a signal: the suspending twin of [Condition.waitUntilSignalled]. Suspends.
     *
     * The wait gives the lock away altogether, and has it back when it ends in whatever way: a
     * cancelled coroutine leaves with the lock held, too. The signal is the coroutine's own from
     * then on: cancelling it later does not pass the signal on. Can be called on any dispatcher.
     *
     * @throws IllegalMonitorStateException if the coroutine does not hold the lock
     */
    public suspend fun awaitSignal() {
        val holding = holding("wait for its condition")
        val holder = holding.giveAway() ?: throw notHeld("wait for its condition")
        try {
            suspendUntilGranted(
                register = { waiter ->
                    condition.register(holder, waiter)
                    true
                },
                unregister = condition::unregister,
            )
        } finally {
            withContext(NonCancellable) { holding.regain() }
        }
    }

    /**
     * Waits until something is true, looking anew after each signal: the suspending twin of
     * [Condition.waitUntil]. Suspends unless it is true already. See [awaitSignal].
     *
     * @param predicate looks with the lock held
     * @throws IllegalMonitorStateException if the coroutine does not hold the lock
     */
    public suspend fun awaitUntil(predicate: () -> Boolean) {
        holding("wait for its condition")
        while (!predicate()) {
            awaitSignal()
        }
    }

    /**
     * Lets the longest waiter go on, as soon as it has the lock back. The caller keeps the lock.
     * Does not suspend.
     *
     * @throws IllegalMonitorStateException if the coroutine does not hold the lock
     */
    public suspend fun signal() {
        condition.signalFor(holder("signal its condition"))
    }

    /**
     * Lets everybody go on who waits, one after the other as they get the lock back. The caller
     * keeps the lock. Does not suspend.
     *
     * @throws IllegalMonitorStateException if the coroutine does not hold the lock
     */
    public suspend fun signalAll() {
        condition.signalAllFor(holder("signal its condition"))
    }

    private suspend fun holder(deed: String): Waiter = holding(deed).holder() ?: throw notHeld(deed)

    private suspend fun holding(deed: String): Holding =
        Holding.of(condition.lock())?.takeIf { it.hasLock() } ?: throw notHeld(deed)

    private suspend fun notHeld(deed: String) =
        IllegalMonitorStateException(
            "${currentCoroutineContext().describeCoroutine()} must hold the lock to $deed, but " +
                "this is ${condition.lock()}: use suspending().withLock { } around it"
        )

    override fun toString(): String = "$condition.suspending()"
}

/** The element that marks a block of code as the holder of a lock. */
private class Holding(private val lock: RLock, holder: Waiter) :
    AbstractCoroutineContextElement(Key(lock)) {
    /*
     * While one of the party waits for a condition, the party has not got the lock: who comes then takes it for itself alone, in
     * a holding of its own. Only one of the party stands in the line of the lock at a time. Else the one that waited could have it back
     * first, and keep it from the one behind, for whose end it may have to wait.
     */

    /** Each lock is a key of its own. */
    private data class Key(private val lock: RLock) : CoroutineContext.Key<Holding>

    /** Null while the lock is given away. */
    private val holder = AtomicReference<Waiter?>(holder)

    /** How many blocks and waits are in it; at zero the lock is given back, for good. */
    private val inside = AtomicInteger(1)

    /** For the one that stands in the line of the lock. */
    private val next = Mutex()

    fun hasLock(): Boolean = inside.get() > 0 && holder.get() != null

    fun holder(): Waiter? = holder.get()

    /** Enters a block: of this holding, which gives null, or of a new one. */
    suspend fun enter(): Holding? {
        if (enterAgain()) {
            return null
        }
        if (inside.get() == 0) {
            return Holding(lock, lock.acquireAsGuest())
        }
        next.lock(null)
        try {
            return if (enterAgain()) null else Holding(lock, lock.acquireAsGuest())
        } finally {
            next.unlock(null)
        }
    }

    private fun enterAgain(): Boolean =
        holder.get() != null && inside.getAndUpdate { if (it > 0) it + 1 else it } > 0

    fun leave() {
        if (inside.decrementAndGet() == 0) {
            holder.get()?.let(lock::releaseFor)
        }
    }

    /** Makes the lock free to be given away by a wait, which is inside; null if it is already. */
    fun giveAway(): Waiter? {
        inside.incrementAndGet()
        val given = holder.getAndSet(null)
        if (given == null) {
            leave()
        }
        return given
    }

    /** The end of the wait. */
    suspend fun regain() {
        next.withLock { holder.set(lock.acquireAsGuest()) }
        leave()
    }

    override fun toString(): String = "Holding[$lock]"

    companion object {
        suspend fun of(lock: RLock): Holding? = currentCoroutineContext()[Key(lock)]
    }
}

/** Takes a lock; the result stands for the holder. */
private suspend fun RLock.acquireAsGuest(): Waiter =
    suspendUntilGranted(
        register = { wait ->
            if (!registerAcquire(wait.waiter)) {
                wait.resume(wait.waiter)
            }
        },
        withdraw = { waiter -> waiter.withdraw(this::unregister) },
        handedOver = { it },
        giveBack = { holder, _ -> releaseFor(holder) },
    )

package dev.celadon.kotlin.test

import dev.celadon.greenlet.Greenlet
import dev.celadon.hub.Hub
import kotlin.time.Duration
import kotlin.time.TimeSource
import kotlinx.coroutines.CoroutineScope

/**
 * What a test in [runHubTest] works with: a hub of its own, whose greenlets and coroutines share
 * one line and one virtual time.
 *
 * As a scope it is the test's coroutine: the test waits for what is launched here, and fails with
 * it.
 *
 * [currentTime], [timeSource] and the scopes are safe for use from any thread; the rest is for
 * coroutines of the test.
 */
public sealed interface HubTestScope : CoroutineScope {

    /** Where everything runs. */
    public val hub: Hub

    /**
     * For coroutines that the test does not wait for, such as those that collect events until the
     * test ends.
     *
     * They run as long as the test does, and move virtual time while it waits, but are no reason
     * for [advanceUntilIdle] to go on. When the test ends they are cancelled, and their clean-up is
     * waited for. A failure of one fails the test and leaves the others alone; that of an `async`
     * is for its awaiter.
     */
    public val backgroundScope: CoroutineScope

    /** The virtual time since the test began. */
    public val currentTime: Duration

    /** Virtual time, for code that measures with a `TimeSource`. */
    public val timeSource: TimeSource.WithComparableMarks

    /**
     * Lets virtual time pass: runs everything that is due before [delayTime] is over, in order, and
     * then goes on when the clock reads just that. What is due at that very moment has not run yet;
     * [runCurrent] or the next suspension runs it. Suspends unless [delayTime] is zero.
     *
     * Greenlets can only run when the coroutine that calls this gives way; so it suspends, where
     * its namesake of kotlinx-coroutines-test does not. It waits for work on other threads as time
     * itself does; see [runHubTest].
     *
     * It goes to 146 years after the test began at most, with [Duration.INFINITE], too. From there
     * on a call runs what is due and leaves the time as it is. (What sleeps for longer is not
     * foreseen.)
     *
     * @throws IllegalArgumentException if [delayTime] is negative
     */
    public suspend fun advanceTimeBy(delayTime: Duration)

    /**
     * Runs everything that is ready or due now, and what that makes ready, until only later moments
     * have something to do. Virtual time does not move. Suspends.
     */
    public suspend fun runCurrent()

    /**
     * Runs everything, moving virtual time as needed, until nobody but [backgroundScope] has
     * anything left to do: whoever still lives waits for something that is no time, or for this
     * call. A sleeper that always sleeps again never lets it return. Suspends.
     */
    public suspend fun advanceUntilIdle()

    /**
     * Spawns a greenlet that the test waits for, as it does for a child coroutine. Its failure
     * fails the test, unless somebody takes it: waits for its result, or is linked. When the test
     * fails, it is killed. Does not suspend.
     *
     * @param block what it does; may wait in blocking-style calls
     */
    public fun <T> greenlet(block: () -> T): Greenlet<T>

    /**
     * Spawns a greenlet that is killed when the test ends, such as a server; its clean-up is waited
     * for. It counts as something to do while it sleeps, other than coroutines of
     * [backgroundScope]. Does not suspend.
     *
     * @param block what it does; may wait in blocking-style calls
     */
    public fun <T> backgroundGreenlet(block: () -> T): Greenlet<T>
}

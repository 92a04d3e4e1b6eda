package dev.celadon.kotlin.test

import java.util.concurrent.CopyOnWriteArrayList

/**
 * What has gone wrong in a test, in the order in which it did.
 *
 * Safe for use from any thread.
 */
internal class Failures {

    private val all = CopyOnWriteArrayList<Throwable>()

    operator fun plusAssign(failure: Throwable) {
        if (all.none { it === failure }) {
            all += failure
        }
    }

    fun isEmpty(): Boolean = all.isEmpty()

    fun throwFirst(seed: Long?) {
        val first = all.firstOrNull() ?: return
        for (other in all.drop(1)) {
            first.addSuppressed(other)
        }
        if (seed != null) {
            first.addSuppressed(SeedHint(seed))
        }
        throw first
    }
}

/** Tells how to replay a failure. */
private class SeedHint(seed: Long) :
    AssertionError("it failed with seed $seed: replay it with runHubTest(seed = ${seed}L)") {

    override fun fillInStackTrace(): Throwable = this
}

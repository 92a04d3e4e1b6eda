@file:JvmMultifileClass
@file:JvmName("Coroutines")

package dev.celadon.kotlin

import dev.celadon.threadpool.ThreadPool
import java.util.concurrent.Callable

/**
 * Runs something on a thread of this pool and gives its result: the suspending twin of
 * [ThreadPool.apply], for what blocks the thread or computes for long. Suspends until it is done.
 *
 * If the calling coroutine is cancelled, a task that has not begun never runs; one that runs is
 * interrupted, and goes on as far as it likes without anybody waiting for it.
 *
 * The result and the failure of [task] pass unchanged. For coroutines on a hub; elsewhere there is
 * `Dispatchers.IO`.
 *
 * @throws IllegalStateException on another dispatcher than a hub's
 */
public suspend fun <T> ThreadPool.applySuspending(task: () -> T): T {
    val pool = this
    return runInGreenlet { pool.apply(Callable { task() }) }
}

/**
 * Runs something on a thread of the thread pool of the hub, away from the hub, and gives its
 * result; see [applySuspending].
 *
 * @throws IllegalStateException on another dispatcher than a hub's
 */
public suspend fun <T> offload(task: () -> T): T = runInGreenlet {
    ThreadPool.offload(Callable { task() })
}

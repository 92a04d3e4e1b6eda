package dev.celadon.examples.messaging

import dev.celadon.hub.Hub
import dev.celadon.kotlin.HubScope
import dev.celadon.kotlin.runSuspending
import dev.celadon.kotlin.suspending
import dev.celadon.zeromq.ZmqSocket
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/**
 * The Kotlin side of the service: a coroutine for every request, on the same hub as the greenlets.
 */
class KotlinAnswers(
    hub: Hub,
    private val socket: ZmqSocket,
    private val activity: Activity,
    private val ended: Runnable,
) {
    private val scope = HubScope(hub)

    fun handle(request: Request): Job = scope.launch { answer(request) }

    /** The same work as the Java side's, in the same words. */
    private suspend fun answer(request: Request) {
        activity.resume()
        try {
            pausing { delay(request.millis()) }
            val done = request.done()
            pausing { socket.suspending().send(done) }
            activity.answered(request, System.nanoTime())
        } catch (stopping: CancellationException) {
            val refusal = request.refused("the service stopped before the answer")
            withContext(NonCancellable) { pausing { socket.suspending().send(refusal) } }
            activity.refused()
            throw stopping
        } finally {
            ended.run()
        }
    }

    /** Others run while this suspends. */
    private inline fun pausing(wait: () -> Unit) {
        activity.pause()
        try {
            wait()
        } finally {
            activity.resume()
        }
    }

    /** Cancels what is still going on and waits until every client was told. For a greenlet. */
    fun close() = runSuspending { scope.coroutineContext.job.cancelAndJoin() }
}

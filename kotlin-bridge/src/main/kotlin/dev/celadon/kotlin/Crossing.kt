package dev.celadon.kotlin

import dev.celadon.hub.Strand
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.jvm.internal.CoroutineStackFrame
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Job

/**
 * The place where a failure came out on the other side of the bridge: suppressed by the failure,
 * which stays the object that it is and shows both sides when it is printed.
 *
 * Immutable.
 */
internal class Crossing private constructor(message: String) :
    Throwable(message, null, false, true) {

    companion object {

        private const val serialVersionUID = 1L

        /** A failure that many wait for had better not grow with each of them. */
        private const val MOST = 4

        private val tracks =
            !"false".equals(System.getProperty("celadon.track", "true"), ignoreCase = true)

        private val frames = StackWalker.getInstance()

        /** Marks where the calling greenlet or thread takes a failure. */
        fun intoGreenlet(failure: Throwable): Throwable {
            if (isWorthIt(failure)) {
                val crossing = Crossing("taken by ${Strand.current()}")
                crossing.stackTrace = frames.walk { stack ->
                    stack
                        .map { it.toStackTraceElement() }
                        .dropWhile { it.isOurs() }
                        .toList()
                        .toTypedArray()
                }
                failure.addSuppressed(crossing)
            }
            return failure
        }

        /** Marks where the calling coroutine takes a failure. */
        suspend fun intoCoroutine(failure: Throwable): Throwable =
            suspendCoroutineUninterceptedOrReturn { continuation ->
                if (isWorthIt(failure)) {
                    val who = continuation.context.describeCoroutine()
                    val crossing = Crossing("taken by $who")
                    crossing.stackTrace = framesOf(continuation)
                    failure.addSuppressed(crossing)
                }
                failure
            }

        private fun isWorthIt(failure: Throwable): Boolean =
            tracks &&
                failure !is CancellationException &&
                failure.suppressed.count { it is Crossing } < MOST

        /** The suspend functions that wait, innermost first. */
        private fun framesOf(continuation: Continuation<*>): Array<StackTraceElement> =
            generateSequence(continuation as? CoroutineStackFrame) { it.callerFrame }
                .mapNotNull { it.getStackTraceElement() }
                .dropWhile { it.isOurs() }
                .toList()
                .toTypedArray()

        private fun StackTraceElement.isOurs(): Boolean =
            className.startsWith("dev.celadon.kotlin.Coroutines") ||
                className.startsWith(Crossing::class.java.name)
    }
}

/** Names a coroutine in messages. */
internal fun CoroutineContext.describeCoroutine(): String {
    val name = this[CoroutineName]?.name
    return when {
        name != null -> "coroutine \"$name\""
        else -> this[Job]?.let { "coroutine $it" } ?: "a coroutine without a job"
    }
}

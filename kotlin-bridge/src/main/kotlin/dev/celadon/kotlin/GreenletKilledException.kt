package dev.celadon.kotlin

import dev.celadon.greenlet.Greenlet
import java.util.concurrent.CancellationException

/**
 * A coroutine waited for a greenlet that somebody else killed, or whose body ended with a
 * `CancellationException`.
 *
 * It is no `CancellationException` on purpose: that one would end the waiting coroutine in silence,
 * as if it had been cancelled itself, although nobody cancelled it.
 *
 * Immutable.
 *
 * @property greenlet the greenlet without a result
 */
public class GreenletKilledException
internal constructor(@Transient public val greenlet: Greenlet<*>, cause: Throwable?) :
    RuntimeException(
        if (cause is CancellationException) {
            "$greenlet has no result: it ended with a CancellationException"
        } else {
            "$greenlet has no result: it was killed"
        },
        cause,
    ) {

    private companion object {
        private const val serialVersionUID = 1L
    }
}

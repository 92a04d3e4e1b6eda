@file:JvmMultifileClass
@file:JvmName("Coroutines")

package dev.celadon.kotlin

import dev.celadon.greenlet.ContextSnapshot
import dev.celadon.greenlet.GreenletLocal
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.ThreadContextElement

/**
 * Makes a context element that gives coroutines a value of this local.
 *
 * The coroutine and its children find [value] in the local in each of their slices, on whatever
 * thread; between the slices, and for greenlets and other coroutines, the local is as it was. What
 * a slice sets is gone with the slice. A greenlet of [runInGreenlet] does not see it; a
 * [ContextSnapshot] can carry it there.
 *
 * Does not suspend. The element is safe for use from any thread.
 *
 * @param value what the coroutine finds; the caller's own value if left out
 */
@JvmOverloads
public fun <T> GreenletLocal<T>.asContextElement(value: T = get()): ThreadContextElement<*> =
    LocalElement(this, value)

/**
 * Makes a context element that gives coroutines what this snapshot holds: the diagnostic context of
 * SLF4J and the chosen locals, but not scoped values, which only a body can have.
 *
 * The coroutine and its children find it in each of their slices, and so do the greenlets that they
 * start by [runInGreenlet], scoped values included. Between the slices everything is as it was.
 *
 * Does not suspend. The element is safe for use from any thread.
 */
public fun ContextSnapshot.asContextElement(): ThreadContextElement<*> = SnapshotElement(this)

private class LocalElement<T>(private val local: GreenletLocal<T>, private val value: T) :
    ThreadContextElement<Any?> {

    /** Each local is a key of its own. */
    private data class Key(private val local: GreenletLocal<*>) :
        CoroutineContext.Key<LocalElement<*>>

    override val key: CoroutineContext.Key<*> = Key(local)

    override fun updateThreadContext(context: CoroutineContext): Any? {
        val before = if (local.isSet) local.get() else Unset
        local.set(value)
        return before
    }

    @Suppress("UNCHECKED_CAST") // what was there came out of the same local
    override fun restoreThreadContext(context: CoroutineContext, oldState: Any?) {
        if (oldState === Unset) {
            local.remove()
        } else {
            local.set(oldState as T)
        }
    }

    override fun toString(): String = "$local=$value"
}

private object Unset

/** See [asContextElement]. */
internal class SnapshotElement(val snapshot: ContextSnapshot) :
    ThreadContextElement<ContextSnapshot> {

    companion object Key : CoroutineContext.Key<SnapshotElement>

    override val key: CoroutineContext.Key<*> = Key

    override fun updateThreadContext(context: CoroutineContext): ContextSnapshot =
        snapshot.exchange()

    override fun restoreThreadContext(context: CoroutineContext, oldState: ContextSnapshot) {
        oldState.exchange()
    }
}

/**
 * Floor 3: queues between greenlets, threads and coroutines, with strict hand-off in both
 * directions.
 *
 * <p>{@link dev.celadon.queue.Queue} gives the first in first, {@link dev.celadon.queue.LifoQueue}
 * the last, {@link dev.celadon.queue.PriorityQueue} the least; {@link dev.celadon.queue.Channel}
 * keeps nothing: both sides meet. Of gevent's other two, {@code JoinableQueue} is what every queue
 * here is, and {@code SimpleQueue} would save nothing: a bound, an end and a count of unfinished
 * work cost a few plain fields under a lock that is held anyway. The orders are these; there are no
 * hooks for others.
 */
@NullMarked
package dev.celadon.queue;

import org.jspecify.annotations.NullMarked;

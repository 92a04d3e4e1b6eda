/**
 * Floor 3: queues between greenlets, threads and coroutines, with strict hand-off in both
 * directions.
 */
@NullMarked
package dev.celadon.queue;

import org.jspecify.annotations.NullMarked;

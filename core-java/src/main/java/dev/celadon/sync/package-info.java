/**
 * Floor 2: what greenlets, threads and coroutines wait for. Each primitive is a few fields and a
 * {@link dev.celadon.hub.WaitQueue}; all of them hand over directly to the longest waiter.
 */
@NullMarked
package dev.celadon.sync;

import org.jspecify.annotations.NullMarked;

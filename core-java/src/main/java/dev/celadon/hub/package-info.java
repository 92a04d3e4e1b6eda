/**
 * Floor 1: a hub runs raw greenlets, one at a time, on one thread, and everything that can wait,
 * waits here.
 *
 * <p>A {@link dev.celadon.hub.Hub} joins an event loop with a {@link dev.celadon.hub.Carrier},
 * which runs virtual threads on the loop's thread. Every primitive of the floors above is a few
 * fields and a {@link dev.celadon.hub.WaitQueue} of {@link dev.celadon.hub.Waiter}s.
 *
 * <p>This is a public low-level API: the floors above use nothing but what is public here.
 */
@NullMarked
package dev.celadon.hub;

import org.jspecify.annotations.NullMarked;

/**
 * Floor 0: the event loop. Callbacks, timers, readiness of channels and work from other threads, in
 * one order; no greenlets.
 *
 * <p>The core loop is {@link dev.celadon.loop.EventLoop#run}. What time it is, which channels are
 * ready and how threads stop have one home each: {@link dev.celadon.loop.Clock}, {@link
 * dev.celadon.loop.Poller}, {@link dev.celadon.loop.Parking}.
 *
 * <p>This is a public low-level API: the floors above use nothing but what is public here.
 */
@NullMarked
package dev.celadon.loop;

import org.jspecify.annotations.NullMarked;

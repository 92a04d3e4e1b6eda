/**
 * Floor 6, beside {@code process}: what unmodified libraries call in the JDK, changed so that it
 * suits greenlets. A greenlet is a virtual thread, so there is much less to patch than in gevent:
 * locks, queues, sleeps and sockets of the JDK give the turn back as they are, in direct mode.
 * {@link dev.celadon.monkey.Monkey} makes sockets as quick as the hub's own, and look-ups of names
 * wait beside the hub. Nothing is patched unless asked for, and every patch can be taken back.
 *
 * <pre>{@code
 * try (Patch patch = Monkey.patchAll()) {
 *   serve();
 * }
 * }</pre>
 */
@NullMarked
package dev.celadon.monkey;

import org.jspecify.annotations.NullMarked;

/**
 * Floor 2: channels that are ready. A greenlet waits here until a channel of {@link
 * java.nio.channels} can be read or written; the sockets of {@link dev.celadon.net} and everything
 * else that has a channel stand on it.
 *
 * <pre>{@code
 * channel.configureBlocking(false);
 * while (channel.read(buffer) == 0) {
 *   Select.waitRead(channel);
 * }
 * }</pre>
 */
@NullMarked
package dev.celadon.select;

import org.jspecify.annotations.NullMarked;

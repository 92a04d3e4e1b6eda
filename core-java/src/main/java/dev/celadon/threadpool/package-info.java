/**
 * Floor 3: threads beside the hub, for the calls that would stop it. Files, name look-ups, native
 * code and long computations run on a {@link dev.celadon.threadpool.ThreadPool} while the greenlet
 * that asked for them waits and all the others go on.
 *
 * <pre>{@code
 * String text = ThreadPool.offload(() -> Files.readString(path));
 * }</pre>
 */
@NullMarked
package dev.celadon.threadpool;

import org.jspecify.annotations.NullMarked;

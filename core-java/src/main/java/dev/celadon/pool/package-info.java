/**
 * Floor 4: many greenlets as one thing. A {@link dev.celadon.pool.Group} knows who is running, a
 * {@link dev.celadon.pool.Pool} lets only so many in, and a {@link dev.celadon.pool.TaskGroup} ends
 * when its block does, with all that was spawned in it.
 *
 * <pre>{@code
 * Pool pool = new Pool(10);
 * try (Results<Page> pages = pool.imapUnordered(addresses, this::fetch)) {
 *   for (Page page : pages) {
 *     index(page);
 *   }
 * }
 * }</pre>
 */
@NullMarked
package dev.celadon.pool;

import org.jspecify.annotations.NullMarked;

/**
 * Floor 5: a way into a running program. {@link dev.celadon.backdoor.BackdoorServer} gives a Java
 * console, whose snippets reach a hub's greenlets and the program's objects, to whoever connects
 * from the same machine. It is off unless a program makes one.
 *
 * <pre>{@code
 * BackdoorServer backdoor = new BackdoorServer(7001, Map.of("orders", orders));
 * backdoor.start();
 * }</pre>
 */
@NullMarked
package dev.celadon.backdoor;

import org.jspecify.annotations.NullMarked;

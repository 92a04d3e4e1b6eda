/**
 * Floor 3: looking into hubs from outside. Who holds a hub for too long, what every greenlet waits
 * for, who spawned whom, and whether a stretch of code switches.
 *
 * <pre>{@code
 * HubMonitor monitor = HubMonitor.watch(hub);      // warns of greenlets that hold it for 100 ms
 * System.err.println(RunReport.capture());         // all hubs and greenlets, with stacks
 * Switches.assertNoSwitch(() -> transfer(a, b));   // fails if anything else could run in between
 * }</pre>
 */
@NullMarked
package dev.celadon.monitor;

import org.jspecify.annotations.NullMarked;

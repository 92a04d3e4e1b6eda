/**
 * Floor 2: what the operating system tells a program. {@link dev.celadon.signal.Signals} runs a
 * greenlet when a signal arrives; {@link dev.celadon.signal.Shutdown} stops a program in order and
 * in time.
 *
 * <pre>{@code
 * Signals.on("HUP", () -> configuration.reload());
 *
 * Shutdown shutdown = Shutdown.install();
 * shutdown.register("web server", left -> server.stop(left));
 * shutdown.waitUntilOver();
 * }</pre>
 */
@NullMarked
package dev.celadon.signal;

import org.jspecify.annotations.NullMarked;

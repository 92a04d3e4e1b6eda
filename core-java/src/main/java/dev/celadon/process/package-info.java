/**
 * Floor 5: programs beside the hub. {@link dev.celadon.process.Subprocess} starts a program, reads
 * and feeds its pipes and learns of its end while other greenlets run.
 *
 * <pre>{@code
 * CompletedProcess listing = Subprocess.run("ls", "-l");
 * String text = listing.stdoutText();
 * }</pre>
 */
@NullMarked
package dev.celadon.process;

import org.jspecify.annotations.NullMarked;

/**
 * Floor 5: programs beside the hub. {@link dev.celadon.process.Subprocess} starts a program, reads
 * and feeds its pipes and learns of its end while other greenlets run; {@link
 * dev.celadon.process.ChildProcess} starts a JVM of its own for a Java class and exchanges messages
 * with it by a {@link dev.celadon.process.MessagePipe}; {@link dev.celadon.process.Pipe} carries
 * bytes within the program.
 *
 * <pre>{@code
 * CompletedProcess listing = Subprocess.run("ls", "-l");
 * String text = listing.stdoutText();
 * }</pre>
 */
@NullMarked
package dev.celadon.process;

import org.jspecify.annotations.NullMarked;

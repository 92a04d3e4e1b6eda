package dev.celadon.process;

import dev.celadon.sync.RLock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The whole exchange with a child: its input goes in, everything it says comes out, and it ends.
 *
 * <p>Nobody has to serve three pipes at once: their threads run ahead without a bound, and the
 * caller takes what they bring, one pipe after the other. What it has when time is over stays here
 * for the next attempt.
 */
final class Communication {

  private final Subprocess child;
  private final @Nullable ProcessInput stdin;
  private final @Nullable ProcessOutput stdout;
  private final @Nullable ProcessOutput stderr;

  /** Guards the rest. */
  private final RLock turn = new RLock();

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  /** Null before the first attempt. */
  private byte @Nullable [] sent;

  private boolean outputComplete;
  private boolean errorsComplete;

  Communication(
      Subprocess child,
      @Nullable ProcessInput stdin,
      @Nullable ProcessOutput stdout,
      @Nullable ProcessOutput stderr) {
    this.child = child;
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  CompletedProcess run(byte[] input, TimeLimit limit) throws IOException, TimeoutException {
    limit.acquire(turn, child);
    try {
      begin(input);
      if (stdout != null && !outputComplete) {
        stdout.collect(output, limit);
        outputComplete = true;
      }
      if (stderr != null && !errorsComplete) {
        stderr.collect(errors, limit);
        errorsComplete = true;
      }
      if (!child.waitFor(limit.left())) {
        throw limit.expired(child + " has not ended");
      }
      return new CompletedProcess(
          child.options().command(), child.exitCode(), output.toByteArray(), errors.toByteArray());
    } finally {
      turn.release();
    }
  }

  private void begin(byte[] input) throws IOException {
    if (sent != null) {
      if (input.length > 0 && !Arrays.equals(input, sent)) {
        throw new IllegalStateException(
            child
                + " was given its input by an earlier communicate: repeat that one, or leave the"
                + " input out");
      }
      return;
    }
    if (stdin != null) {
      stdin.feed(input);
    } else if (input.length > 0) {
      throw new IllegalStateException(
          "the stdin of " + child + " is no pipe: start it with withStdin(Stdio.PIPE)");
    }
    sent = input.clone();
    if (stdout != null) {
      stdout.runAhead();
    }
    if (stderr != null) {
      stderr.runAhead();
    }
  }
}

package dev.celadon;

import dev.celadon.process.Stdio;
import dev.celadon.process.Subprocess;
import dev.celadon.process.SubprocessOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The waits of this package whose end can be brought about at once, for {@link EveryWaitTest}: a
 * child is killed, and the hub is held until that is known.
 */
final class ProcessWaits {

  private ProcessWaits() {}

  static Stream<Supplier<Wait>> waits() {
    return Stream.of(
        () -> {
          Subprocess child = sleeping();
          return new Wait("Subprocess.waitFor", child::waitFor, () -> end(child));
        },
        () -> {
          Subprocess child = sleeping();
          return new Wait(
              "Subprocess.communicate",
              timeout -> {
                try {
                  return child.communicate(new byte[0], timeout).exitCode() == 137;
                } catch (TimeoutException e) {
                  return false;
                }
              },
              () -> end(child));
        });
  }

  private static Subprocess sleeping() {
    try {
      return Subprocess.start(SubprocessOptions.of("sleep", "20").withStdin(Stdio.DISCARD));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(Subprocess child) {
    child.kill();
    while (child.isAlive()) {
      Thread.onSpinWait();
    }
  }
}

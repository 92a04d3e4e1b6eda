package dev.celadon;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.file.ConsoleInput;
import dev.celadon.file.TypedInput;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The waits of this package, for {@link EveryWaitTest}. */
final class FileWaits {

  private FileWaits() {}

  static Stream<Supplier<Wait>> waits() {
    return Stream.of(
        () -> {
          TypedInput keyboard = new TypedInput();
          ConsoleInput input = ConsoleInput.of(keyboard, UTF_8);
          return new Wait(
              "ConsoleInput.readLine",
              timeout -> {
                try {
                  return input.readLine(timeout) != null;
                } catch (TimeoutException e) {
                  return false;
                }
              },
              () -> handOver(keyboard, input));
        });
  }

  /** Holds the hub until the line has been handed over. */
  private static void handOver(TypedInput keyboard, ConsoleInput input) {
    long before = input.linesRead();
    keyboard.type("line\n");
    while (input.linesRead() == before) {
      Thread.onSpinWait();
    }
  }
}

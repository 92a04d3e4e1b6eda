package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.currentHub;
import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.hub.Hub;
import dev.celadon.select.Select;
import dev.celadon.select.Selected;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Two greenlets wait in {@code select} while a third one works. */
final class SelectCalls {

  private final Hub hub = currentHub();
  private final long start = hub.loop().nanoTime();

  private SelectCalls() {}

  static void run() {
    SelectCalls calls = new SelectCalls();
    joinAll(spawn(() -> calls.gr1()), spawn(() -> calls.gr2()), spawn(() -> calls.gr3()));
  }

  private void gr1() throws IOException {
    IO.println("Started Polling: " + tic());
    Selected _ = Select.select(List.of(), List.of(), Duration.ofSeconds(2));
    IO.println("Ended Polling: " + tic());
  }

  private void gr2() throws IOException {
    IO.println("Started Polling: " + tic());
    Selected _ = Select.select(List.of(), List.of(), Duration.ofSeconds(2));
    IO.println("Ended Polling: " + tic());
  }

  private void gr3() {
    IO.println("Hey lets do some stuff while the greenlets poll, " + tic());
    sleep(Duration.ofSeconds(1));
  }

  private String tic() {
    return String.format(Locale.ROOT, "at %1.1f seconds", (hub.loop().nanoTime() - start) / 1e9);
  }
}

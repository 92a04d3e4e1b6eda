package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.process.ChildProcess;
import java.io.IOException;

/** Two greenlets talk with another process. */
final class Pipes {

  private Pipes() {}

  static void run() throws IOException {
    try (ChildProcess<String, String> proc = ChildProcess.start(Relay.class)) {
      Greenlet<?> g1 = spawn(() -> getMsg(proc));
      Greenlet<?> g2 = spawn(() -> putMsg(proc));
      joinAll(g1, g2);
    }
  }

  private static void putMsg(ChildProcess<String, String> proc) throws IOException {
    for (int i = 0; i < 10; i++) {
      proc.send("hi");
    }
  }

  private static void getMsg(ChildProcess<String, String> proc) throws IOException {
    for (int i = 0; i < 10; i++) {
      IO.println(proc.receive());
    }
  }
}

package dev.celadon.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.LoopExit;
import dev.celadon.net.StreamServer;
import dev.celadon.net.StreamSocket;
import dev.celadon.signal.Shutdown;
import dev.celadon.signal.ShutdownOptions;
import dev.celadon.signal.SignalHandler;
import dev.celadon.signal.Signals;
import dev.celadon.sync.Event;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of docs/guide/signals-and-files.md, with what they need around them. */
class SignalsAndFilesGuideTest {

  @TempDir Path folder;

  private record Configuration(Event reloaded) {
    void reload() {
      reloaded.set();
    }
  }

  private record Part(Trail trail, String name) {
    void close() {
      trail.step(name);
    }

    void stop(Duration patience) {
      trail.step(name + ":" + patience);
    }
  }

  @Test
  void signals() throws Exception {
    Configuration configuration = new Configuration(new Event());
    Hub.run(
        HubOptions.defaults().withLoopExit(LoopExit.When.NEVER),
        () -> {
          SignalHandler reload = Signals.on("HUP", () -> configuration.reload());
          Signals.raise("HUP");
          configuration.reloaded().waitUntilSet();
          reload.cancel();

          Greenlet<String> waiter = Greenlets.spawn(() -> Signals.waitFor("INT", "TERM"));
          Greenlets.yieldNow();
          Signals.raise("TERM");
          assertEquals("TERM", waiter.result());
        });
  }

  @Test
  void shutdown() throws Exception {
    Hub.run(
        HubOptions.defaults().withLoopExit(LoopExit.When.NEVER),
        () -> {
          Trail trail = new Trail();
          Part database = new Part(trail, "database");
          Part server = new Part(trail, "server");
          Shutdown shutdown =
              Shutdown.install(
                  ShutdownOptions.defaults()
                      .withDeadline(Duration.ofSeconds(20))
                      .withExits(false)); // this JVM has further tests to run
          shutdown.register("database", left -> database.close());
          shutdown.register("web server", _ -> server.stop(Duration.ofSeconds(5)));
          Signals.raise("TERM");
          int status = shutdown.waitUntilOver();
          assertEquals(0, status);
          trail.is("server:PT5S database");
        });
  }

  @Test
  void idleConnectionsEndWhenTheServersPatienceIsOverAndLeaveTimeForTheRest() throws Exception {
    Trail trail = new Trail();
    Hub.run(
        HubOptions.defaults().withLoopExit(LoopExit.When.NEVER),
        () -> {
          StreamServer server =
              new StreamServer(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                  socket -> socket.inputStream().transferTo(socket.outputStream()));
          server.start();
          try (StreamSocket idle = StreamSocket.connect("localhost", server.port())) {
            idle.write(new byte[1]);
            assertEquals(1, idle.read(new byte[1]));
            Shutdown shutdown =
                Shutdown.install(ShutdownOptions.defaults().withSignals().withExits(false));
            shutdown.register("database", _ -> trail.step("database"));
            shutdown.register("web server", _ -> server.stop(Duration.ofMillis(1)));
            shutdown.begin();
            assertEquals(0, shutdown.waitUntilOver());
            assertEquals(-1, idle.read(new byte[1]));
          }
        });
    trail.is("database");
  }

  @Test
  void files() throws Exception {
    Path path = Files.writeString(folder.resolve("file"), "a\nb\n");
    List<String> lines = new ArrayList<>();
    Hub.run(
        () -> {
          try (FileObject file = FileObject.open(path)) {
            for (String line : file.lines()) {
              lines.add(line);
            }
          }
        });
    assertEquals(List.of("a", "b"), lines);
  }

  @Test
  void thePageHasTheseSamples() throws Exception {
    String page = Files.readString(Path.of("..", "docs", "guide", "signals-and-files.md"), UTF_8);
    for (String sample :
        List.of(
            "SignalHandler reload = Signals.on(\"HUP\", () -> configuration.reload());",
            "Signals.waitFor(\"INT\", \"TERM\")",
            "shutdown.register(\"database\", left -> database.close());",
            "shutdown.register(\"web server\", _ -> server.stop(Duration.ofSeconds(5)));",
            "int status = shutdown.waitUntilOver();",
            "try (FileObject file = FileObject.open(path)) {",
            "for (String line : file.lines()) {",
            "ConsoleInput.standard().readLine()")) {
      assertTrue(page.contains(sample), sample);
    }
  }
}

package dev.celadon.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.simulation.Simulation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ConsoleInputTest {

  private static final Duration MOMENT = Duration.ofMillis(20);

  @Test
  void linesGoToTheLongestWaiterAndTheEndToAll() throws Exception {
    TypedInput keyboard = new TypedInput();
    Hub.run(
        () -> {
          Trail trail = new Trail();
          ConsoleInput input = ConsoleInput.of(keyboard, UTF_8);
          List<Greenlet<?>> readers = new ArrayList<>();
          for (String name : List.of("a", "b", "c", "d")) {
            readers.add(Greenlets.spawn(() -> trail.step(name + ":" + input.readLine())));
          }
          Greenlets.yieldNow();
          keyboard.type("1\n");
          keyboard.type("2\r\n");
          keyboard.end();
          Greenlets.joinAll(readers);
          trail.is("a:1 b:2 c:null d:null");
          assertNull(input.readLine());
          assertNull(input.readLine(Duration.ZERO));
        });
  }

  @Test
  void aLineThatNobodyWaitsForAnyMoreIsKept() throws Exception {
    TypedInput keyboard = new TypedInput();
    Hub.run(
        () -> {
          ConsoleInput input = ConsoleInput.of(keyboard, UTF_8);
          assertThrows(TimeoutException.class, () -> input.readLine(Duration.ZERO));
          Greenlet<String> killed = Greenlets.spawn(() -> input.readLine());
          Greenlets.sleep(MOMENT);
          killed.kill();
          keyboard.type("kept\nnext\n");
          keyboard.awaitDemand();
          assertEquals("kept", input.readLine());
          assertEquals("next", input.readLine(Duration.ofSeconds(10)));
          keyboard.end();
          assertNull(input.readLine());
        });
  }

  @Test
  void aFailureOfTheStreamIsThrownFromThenOn() throws Exception {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            return read(new byte[1], 0, 1);
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            throw new IOException("broken");
          }
        };
    Hub.run(
        () -> {
          ConsoleInput input = ConsoleInput.of(broken, UTF_8);
          for (int i = 0; i < 2; i++) {
            assertEquals("broken", assertThrows(IOException.class, input::readLine).getMessage());
          }
        });
  }

  @Test
  void aStreamThatThrowsWhatItShouldNotIsToldAsAFailure() throws Exception {
    InputStream stream =
        new InputStream() {
          @Override
          public int read() {
            throw new IllegalStateException("no stream");
          }

          @Override
          public int read(byte[] dst, int offset, int length) {
            throw new IllegalStateException("no stream");
          }
        };
    Hub.run(
        () -> {
          ConsoleInput input = ConsoleInput.of(stream, UTF_8);
          IOException first = assertThrows(IOException.class, input::readLine);
          assertTrue(first.getMessage().contains("no stream"), first.getMessage());
          assertThrows(IOException.class, input::readLine);
        });
  }

  @Test
  void everyLineComesOnceInEveryOrder() {
    Simulation.explore(
        1_000,
        () -> {
          ConsoleInput input =
              ConsoleInput.of(new ByteArrayInputStream("1\n2\n3\n4\n5\n".getBytes(UTF_8)), UTF_8);
          List<String> lines = new ArrayList<>();
          List<Greenlet<?>> readers = new ArrayList<>();
          Greenlets.currentHub().ref(); // a simulated hub does not know of the thread that reads
          for (int i = 0; i < 4; i++) {
            readers.add(Greenlets.spawn(() -> lines.add("" + input.readLine())));
          }
          Greenlet<?> victim = readers.get(1);
          Greenlets.spawn(() -> victim.kill());
          Greenlets.joinAll(readers);
          for (String line = input.readLine(); line != null; line = input.readLine()) {
            lines.add(line);
          }
          Greenlets.currentHub().unref();
          lines.sort(null);
          assertEquals(List.of("1", "2", "3", "4", "5"), lines);
        });
  }

  @Test
  void threadsAndGreenletsShareAnInput() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      text.append(i).append('\n');
    }
    ConsoleInput input =
        ConsoleInput.of(new ByteArrayInputStream(text.toString().getBytes(UTF_8)), UTF_8);
    List<String> lines = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      threads.add(Thread.ofPlatform().start(() -> readAll(input, lines)));
    }
    Hub.run(() -> readAll(input, lines));
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(5_000, lines.size());
    assertEquals(5_000, lines.stream().distinct().count());
  }

  private static void readAll(ConsoleInput input, List<String> lines) {
    try {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        synchronized (lines) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theStandardOneIsThereOnce() {
    assertSame(ConsoleInput.standard(), ConsoleInput.standard());
    assertTrue(ConsoleInput.standard().toString().contains("celadon-stdin"));
  }
}

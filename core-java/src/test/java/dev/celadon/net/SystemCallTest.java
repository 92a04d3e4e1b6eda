package dev.celadon.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.DirectModeOnly;
import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.loop.EventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * How often a connection that asks and answers goes to the operating system. Both ends are on one
 * hub, so whoever reads too early waits until the loop has asked which channels are ready.
 */
class SystemCallTest {

  private static final int ROUND_TRIPS = 500;

  /** Now and then a connection that never waits gives its turn away, and a slow machine polls. */
  private static final int SPARE = ROUND_TRIPS / 10;

  /** So many attempts: while the machine is busy with something else, more is asked. */
  private static final int ATTEMPTS = 20;

  /** What was done between two moments. */
  private record Counts(long turns, long polls, long reads, long writes) {

    static Counts now() {
      EventLoop loop = Hub.current().loop();
      return new Counts(loop.runs(), loop.polls(), ofThread("syscr"), ofThread("syscw"));
    }

    /** The kernel's count of the calls of this thread: the carrier, for a greenlet. */
    private static long ofThread(String name) {
      try {
        return Files.readAllLines(Path.of("/proc/thread-self/io")).stream()
            .filter(line -> line.startsWith(name + ": "))
            .mapToLong(line -> Long.parseLong(line.substring(name.length() + 2)))
            .findFirst()
            .orElse(0);
      } catch (IOException e) {
        return 0; // this kernel does not count
      }
    }

    Counts since(Counts before) {
      return new Counts(
          turns - before.turns, polls - before.polls, reads - before.reads, writes - before.writes);
    }

    boolean isWithin(Counts most) {
      return turns <= most.turns
          && polls <= most.polls
          && reads <= most.reads
          && writes <= most.writes;
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aRoundTripIsTwoTurnsAndTwoPolls() throws Exception {
    assertAtMost(
        new Counts(
            2 * ROUND_TRIPS + SPARE, 2 * ROUND_TRIPS + SPARE, Long.MAX_VALUE, Long.MAX_VALUE));
  }

  /** One of the reads finds nothing: the first of the end that has not waited yet. */
  @Test
  @EnabledOnOs(OS.LINUX)
  @DirectModeOnly("the calls are those of many threads in portable mode")
  void aRoundTripIsTwoWritesAndThreeReads() throws Exception {
    assertAtMost(
        new Counts(Long.MAX_VALUE, Long.MAX_VALUE, 3 * ROUND_TRIPS + SPARE, 2 * ROUND_TRIPS));
  }

  private static void assertAtMost(Counts most) throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            Greenlet<?> server = Greenlets.spawn(() -> echo(pair.second()));
            Counts told = null;
            for (int i = 0; i < ATTEMPTS && (told == null || !told.isWithin(most)); i++) {
              Counts before = Counts.now();
              ask(pair.first());
              told = Counts.now().since(before);
            }
            server.kill();
            Counts last = told;
            assertTrue(last != null && last.isWithin(most), () -> last + ", at most " + most);
          }
        });
  }

  private static void ask(StreamSocket socket) throws IOException {
    byte[] buffer = new byte[64];
    for (int i = 0; i < ROUND_TRIPS; i++) {
      socket.write(buffer);
      for (int count = 0; count < buffer.length; ) {
        count += socket.read(buffer, count, buffer.length - count);
      }
    }
  }

  private static void echo(StreamSocket socket) throws IOException {
    byte[] buffer = new byte[4_096];
    while (true) {
      int count = socket.read(buffer);
      socket.write(buffer, 0, count);
    }
  }
}

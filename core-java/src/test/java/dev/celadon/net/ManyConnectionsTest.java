package dev.celadon.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.sync.CountDownLatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Many connections at once on one hub, both ends of them: most are idle, the others talk. */
@EnabledOnOs(OS.LINUX) // counts descriptors in /proc
class ManyConnectionsTest {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @Test
  void everyBusyConnectionGetsOnBesideManyIdleOnes() throws Exception {
    talk(500, 100, 20);
  }

  @Test
  @Tag("soak")
  @org.junit.jupiter.api.Timeout(180)
  void everyBusyConnectionGetsOnBesideTenThousandIdleOnes() throws Exception {
    int needed = 2 * 11_000 + 500;
    int limit = openFilesLimit();
    assumeTrue(
        limit > needed,
        "a process may open " + limit + " files here, " + needed + " are needed: raise ulimit -n");
    talk(10_000, 1_000, 50);
  }

  private static int openFilesLimit() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/limits"), UTF_8).stream()
            .filter(one -> one.startsWith("Max open files"))
            .findFirst()
            .orElseThrow();
    String soft = Pattern.compile("\\s{2,}").splitAsStream(line).toList().get(1);
    return soft.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(soft);
  }

  private static int descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return (int) open.count();
    }
  }

  private static void talk(int idle, int busy, int rounds) throws Exception {
    SocketHandler echo =
        socket -> {
          byte[] one = new byte[1];
          while (socket.read(one) > 0) {
            socket.write(one);
          }
        };
    List<String> reports = new ArrayList<>();
    HubOptions options =
        HubOptions.defaults()
            .withErrorHandler((source, failure) -> reports.add(source + ": " + failure));
    Hub.run(
        options,
        () -> {
          try (SocketPair pair = StreamSocket.pair()) { // the hub's selector
            assertFalse(pair.first().waitReadable(Duration.ofMillis(1)));
          }
          int before = descriptors();
          try (StreamServer server = new StreamServer(ANY_PORT, echo)) {
            server.start();
            List<StreamSocket> sleepers = connect(server, idle);
            List<StreamSocket> talkers = connect(server, busy);
            int[] answers = talkAll(talkers, rounds);
            for (int count : answers) {
              assertEquals(rounds, count);
            }
            assertEquals(idle + busy, server.handlers(), "the idle ones are still there");
            for (StreamSocket sleeper : sleepers) {
              sleeper.write(new byte[] {7});
              assertEquals(7, sleeper.inputStream().read());
              sleeper.close();
            }
            for (StreamSocket talker : talkers) {
              talker.close();
            }
            assertTrue(server.stop(Duration.ofSeconds(30)));
          }
          try (Timeout _ = Timeout.start(Duration.ofSeconds(10))) {
            while (descriptors() > before) {
              Greenlets.sleep(Duration.ofMillis(5));
            }
          } catch (TimeoutExpired e) {
            throw new AssertionError(before + " descriptors before, now " + descriptors(), e);
          }
        });
    assertEquals(List.of(), reports);
  }

  private static List<StreamSocket> connect(StreamServer server, int number) throws IOException {
    int before = server.handlers();
    List<StreamSocket> all = new ArrayList<>(number);
    for (int i = 0; i < number; i++) {
      all.add(StreamSocket.connect(server.address()));
    }
    int clients = before + number;
    while (server.handlers() < clients) {
      Greenlets.yieldNow();
    }
    return all;
  }

  /** How many answers each of them got; none may be far ahead of the others. */
  private static int[] talkAll(List<StreamSocket> talkers, int rounds) {
    int[] answers = new int[talkers.size()];
    CountDownLatch ready = new CountDownLatch(1);
    List<Greenlet<?>> all = new ArrayList<>();
    for (int i = 0; i < answers.length; i++) {
      int me = i;
      StreamSocket socket = talkers.get(i);
      all.add(
          Greenlets.spawn(
              () -> {
                ready.waitUntilZero();
                byte[] one = new byte[1];
                for (int round = 0; round < rounds; round++) {
                  socket.write(one);
                  assertEquals(1, socket.read(one));
                  answers[me]++;
                  if (answers[me] == rounds) {
                    for (int other : answers) {
                      assertTrue(other >= rounds / 2, "somebody starves: " + other);
                    }
                  }
                }
              }));
    }
    ready.countDown();
    Greenlets.joinAllOrThrow(all);
    return answers;
  }
}

package dev.celadon.zeromq;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.CarrierMode;
import dev.celadon.hub.Hub;
import dev.celadon.loop.EventLoop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.zeromq.SocketType;

/**
 * What a message costs beside its bytes: turns of the hub, questions to the selector, reads and
 * writes, garbage. Both sockets are on one hub, and so is JeroMQ's own work.
 */
@EnabledOnOs(OS.LINUX)
class ZmqCostTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int OPERATIONS = 500;

  /** So many attempts: a machine that is busy with something else is asked more often. */
  private static final int ATTEMPTS = 20;

  private static final byte[] MESSAGE = new byte[16];

  /**
   * What an operation costs.
   *
   * @param turns of greenlets and callbacks
   * @param polls of the selector
   * @param reads of the kernel's count
   * @param writes of the kernel's count
   * @param bytes of the heap, of all threads; with some air, for the compiler saves some of it
   */
  private record Cost(double turns, double polls, double reads, double writes, double bytes) {

    static Cost now() {
      EventLoop loop = Hub.current().loop();
      return new Cost(
          loop.runs(),
          loop.polls(),
          ofThread("syscr"),
          ofThread("syscw"),
          THREADS.getTotalThreadAllocatedBytes());
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

    Cost each(Cost before) {
      return new Cost(
          (turns - before.turns) / OPERATIONS,
          (polls - before.polls) / OPERATIONS,
          (reads - before.reads) / OPERATIONS,
          (writes - before.writes) / OPERATIONS,
          (bytes - before.bytes) / OPERATIONS);
    }

    /** In portable mode a greenlet's calls are those of any thread, and its waits allocate. */
    boolean isWithin(Cost most) {
      boolean isOne = Hub.current().carrierMode().kind() == CarrierMode.Kind.DIRECT;
      return turns <= most.turns
          && polls <= most.polls
          && (!isOne || (reads <= most.reads && writes <= most.writes && bytes <= most.bytes));
    }
  }

  @Test
  void aRoundTripOverTcpReadsAndWritesEachMessageOnce() throws Exception {
    roundTrip(
        IoMode.HUB,
        SocketType.REP,
        SocketType.REQ,
        "tcp://127.0.0.1:*",
        new Cost(10.1, 3, 2.02, 2, 4_500));
  }

  @Test
  void aRoundTripWithinTheProcessAsksNobody() throws Exception {
    roundTrip(
        IoMode.HUB,
        SocketType.PAIR,
        SocketType.PAIR,
        "inproc://cost",
        new Cost(6, 0.5, 0.02, 0, 1_000));
  }

  /** The pipes of the mode: a byte there and a byte back for each signal of JeroMQ. */
  @Test
  void aRoundTripWithPipesReadsAndWritesThreeTimesEachWay() throws Exception {
    roundTrip(
        IoMode.HUB_PIPES,
        SocketType.REP,
        SocketType.REQ,
        "tcp://127.0.0.1:*",
        new Cost(6.1, 3, 6.1, 6.1, 5_000));
  }

  @Test
  void messagesThatAreSentInARowTravelTogether() throws Exception {
    int together = 10;
    OnHub.run(
        IoMode.HUB,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(sink.bind("tcp://127.0.0.1:*"));
          assertAtMost(
              new Cost(5.2, 2, 1.02, 1, 7_500),
              () -> {
                for (int i = 0; i < together; i++) {
                  source.send(MESSAGE);
                }
                for (int i = 0; i < together; i++) {
                  sink.recv();
                }
              });
        });
  }

  private static void roundTrip(
      IoMode io, SocketType answers, SocketType asks, String endpoint, Cost most) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(answers);
          ZmqSocket client = context.socket(asks);
          client.connect(server.bind(endpoint));
          Greenlet<?> answering =
              Greenlets.spawn(
                  () -> {
                    while (true) {
                      server.send(server.recv());
                    }
                  });
          assertAtMost(
              most,
              () -> {
                client.send(MESSAGE);
                client.recv();
              });
          answering.kill();
        });
  }

  private static void assertAtMost(Cost most, Runnable operation) {
    operation.run(); // connected
    Cost each = null;
    for (int i = 0; i < ATTEMPTS && (each == null || !each.isWithin(most)); i++) {
      Cost before = Cost.now();
      for (int j = 0; j < OPERATIONS; j++) {
        operation.run();
      }
      each = Cost.now().each(before);
    }
    Cost last = each;
    assertTrue(last != null && last.isWithin(most), () -> last + ", at most " + most);
  }
}

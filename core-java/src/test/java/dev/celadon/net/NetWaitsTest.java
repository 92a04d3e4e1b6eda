package dev.celadon.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Hub;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.select.Select;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What must hold for every call that waits for the network, as {@code EveryWaitTest} has it for the
 * others. In real time, and with one party at once, since a second one is refused.
 */
class NetWaitsTest {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private static final Duration SHORT = Duration.ofMillis(20);

  interface Timed {
    /** Zero is no limit, as for sockets; false if time was over. */
    boolean within(Duration limit) throws Exception;
  }

  interface Action {
    void run() throws Exception;
  }

  /** A fresh object to wait on, how it is satisfied, and how it goes away. */
  record Wait(Timed call, Action satisfy, Action close) {}

  interface Make {
    Wait make() throws Exception;
  }

  record Named(String name, Make make) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Named> waits() {
    return Stream.of(
        new Named("accept", NetWaitsTest::accept),
        new Named("read of a buffer", () -> read(true)),
        new Named("read of an array", () -> read(false)),
        new Named("write", NetWaitsTest::write),
        new Named("transferTo", NetWaitsTest::transfer),
        new Named("receive", NetWaitsTest::receive),
        new Named("waitReadable", NetWaitsTest::waitReadable),
        new Named("Select.waitRead", NetWaitsTest::selectRead),
        new Named("Select.waitWrite", NetWaitsTest::selectWrite),
        new Named("StreamServer.stop", NetWaitsTest::stop),
        new Named("StreamServer.serveForever", NetWaitsTest::serveForever));
  }

  private static boolean inTime(Action call) throws Exception {
    try {
      call.run();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private static Wait accept() throws IOException {
    StreamListener listener = StreamListener.bind(ANY_PORT);
    return new Wait(
        limit -> {
          listener.setTimeout(limit);
          return inTime(() -> listener.accept().close());
        },
        () -> StreamSocket.connect(listener.localAddress()).close(),
        listener::close);
  }

  private static Wait read(boolean buffer) throws IOException {
    SocketPair pair = StreamSocket.pair();
    StreamSocket socket = pair.first();
    return new Wait(
        limit -> {
          socket.setTimeout(limit);
          return inTime(
              () -> {
                int count = buffer ? socket.read(ByteBuffer.allocate(1)) : socket.read(new byte[1]);
                assertEquals(1, count);
              });
        },
        () -> pair.second().write(new byte[1]),
        pair::close);
  }

  private static Wait waitReadable() throws IOException {
    SocketPair pair = StreamSocket.pair();
    return new Wait(
        limit -> pair.first().waitReadable(limit.isZero() ? Duration.ofDays(1) : limit),
        () -> pair.second().write(new byte[1]),
        pair::close);
  }

  private static Wait selectRead() throws IOException {
    SocketPair pair = StreamSocket.pair();
    return new Wait(
        limit -> {
          if (limit.isZero()) {
            Select.waitRead(pair.first().channel());
            return true;
          }
          return Select.waitRead(pair.first().channel(), limit);
        },
        () -> pair.second().write(new byte[1]),
        pair::close);
  }

  /** A pair whose first socket has no room. */
  private static SocketPair full() throws IOException {
    SocketPair pair = StreamSocket.pair();
    ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
    while (pair.first().channel().write(chunk.clear()) > 0) {}
    return pair;
  }

  private static void drain(SocketPair pair) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
    while (pair.second().channel().read(chunk.clear()) > 0) {}
  }

  private static Wait write() throws IOException {
    SocketPair pair = full();
    return new Wait(
        limit -> {
          pair.first().setTimeout(limit);
          return inTime(() -> pair.first().write(new byte[1]));
        },
        () -> drain(pair),
        pair::close);
  }

  private static Wait selectWrite() throws IOException {
    SocketPair pair = full();
    return new Wait(
        limit -> {
          if (limit.isZero()) {
            Select.waitWrite(pair.first().channel());
            return true;
          }
          return Select.waitWrite(pair.first().channel(), limit);
        },
        () -> drain(pair),
        pair::close);
  }

  private static Wait transfer() throws IOException {
    SocketPair from = StreamSocket.pair();
    SocketPair to = StreamSocket.pair();
    return new Wait(
        limit -> {
          from.first().setTimeout(limit);
          return inTime(() -> assertEquals(0, from.first().transferTo(to.first())));
        },
        () -> from.second().shutdownOutput(),
        () -> {
          from.close();
          to.close();
        });
  }

  private static Wait receive() throws IOException {
    UdpSocket socket = UdpSocket.bind(ANY_PORT);
    return new Wait(
        limit -> {
          socket.setTimeout(limit);
          return inTime(() -> socket.receive(ByteBuffer.allocate(10)));
        },
        () -> {
          try (UdpSocket other = UdpSocket.bind(ANY_PORT)) {
            other.send(ByteBuffer.wrap(new byte[1]), socket.localAddress());
          }
        },
        socket::close);
  }

  /** A stop is satisfied by the end of the handlers, and ends them if it is cut short. */
  private static Wait stop() throws Exception {
    FakeIntake intake = new FakeIntake();
    FakeIntake.Job job =
        new FakeIntake.Job(
            "job",
            () -> {
              while (true) {
                try {
                  Greenlets.sleep(Duration.ofDays(1));
                } catch (dev.celadon.hub.GreenletExit e) {
                  return; // so that it takes one kill to satisfy
                }
              }
            });
    StreamServer server = new StreamServer(intake.add(job), ServerOptions.defaults());
    server.start();
    while (job.begun == 0) {
      Greenlets.yieldNow();
    }
    return new Wait(
        limit -> server.stop(limit.isZero() ? Duration.ofDays(1) : limit),
        () -> server.stop(Duration.ZERO),
        server::close);
  }

  private static Wait serveForever() throws IOException {
    StreamServer server = new StreamServer(ANY_PORT, _ -> {});
    return new Wait(
        limit -> {
          if (limit.isZero()) {
            server.serveForever();
            return true;
          }
          return Timeout.withTimeoutOrNull(
                  limit,
                  () -> {
                    server.serveForever();
                    return "stopped";
                  })
              != null;
        },
        server::stop,
        server::close);
  }

  @ParameterizedTest
  @MethodSource("waits")
  void endsInTime(Named named) throws Exception {
    Hub.run(
        () -> {
          Wait wait = named.make().make();
          assertFalse(wait.call().within(SHORT));
          nothingIsLeftOf(named, wait);
        });
  }

  @ParameterizedTest
  @MethodSource("waits")
  void isSatisfied(Named named) throws Exception {
    Hub.run(
        () -> {
          Wait wait = named.make().make();
          Greenlet<Boolean> waiting = Greenlets.spawn(() -> wait.call().within(Duration.ZERO));
          Greenlets.sleep(SHORT);
          assertFalse(waiting.isReady());
          wait.satisfy().run();
          assertTrue(waiting.result() || named.name().endsWith("stop"));
          wait.close().run();
        });
  }

  @ParameterizedTest
  @MethodSource("waits")
  void letsAForeignTimeoutOut(Named named) throws Exception {
    Hub.run(
        () -> {
          Wait wait = named.make().make();
          Timeout foreign = Timeout.start(SHORT);
          TimeoutExpired expired =
              assertThrows(TimeoutExpired.class, () -> wait.call().within(Duration.ofDays(1)));
          assertSame(foreign, expired.timeout());
          foreign.close();
          nothingIsLeftOf(named, wait);
        });
  }

  @ParameterizedTest
  @MethodSource("waits")
  void endsByKill(Named named) throws Exception {
    Hub.run(
        () -> {
          Wait wait = named.make().make();
          Greenlet<Boolean> victim = Greenlets.spawn(() -> wait.call().within(Duration.ZERO));
          Greenlets.sleep(SHORT);
          victim.kill();
          assertTrue(victim.isCancelled());
          nothingIsLeftOf(named, wait);
        });
  }

  @ParameterizedTest
  @MethodSource("waits")
  void endsByInterrupt(Named named) throws Exception {
    Hub.run(
        () -> {
          Wait wait = named.make().make();
          Greenlet<String> victim =
              Greenlets.spawn(
                  () -> {
                    assertThrows(
                        InterruptedWaitException.class, () -> wait.call().within(Duration.ZERO));
                    return Thread.interrupted() ? "the status stays set" : "lost";
                  });
          Greenlets.sleep(SHORT);
          victim.thread().interrupt();
          assertEquals("the status stays set", victim.result());
          nothingIsLeftOf(named, wait);
        });
  }

  /** Another one may wait now, and is served. */
  private static void nothingIsLeftOf(Named named, Wait wait) throws Exception {
    Greenlets.yieldNow();
    assertEquals(0, Hub.current().loop().pendingTimers(), named.name());
    if (!named.name().startsWith("StreamServer")) { // which is over
      Greenlet<Boolean> next = Greenlets.spawn(() -> wait.call().within(Duration.ZERO));
      Greenlets.yieldNow();
      wait.satisfy().run();
      assertTrue(next.result(), named.name());
    }
    wait.close().run();
    assertEquals(0, Hub.current().loop().pendingTimers(), named.name());
  }
}

package dev.celadon.zeromq;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.simulation.VirtualClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.zeromq.SocketType;

/** What must hold for every call of a socket that waits. */
class ZmqWaitsTest {

  private static final Duration TICK = Duration.ofMillis(15);

  /** A call on a socket that has nothing to receive and no room to send. */
  enum Call {
    RECV(true) {
      @Override
      void on(ZmqSocket socket, Duration timeout) {
        byte[] _ = socket.recv(timeout);
      }
    },
    RECV_MESSAGE(true) {
      @Override
      void on(ZmqSocket socket, Duration timeout) {
        ZmqMessage _ = socket.recvMessage(timeout);
      }
    },
    RECV_MESSAGE_OR_NULL(true) {
      @Override
      void on(ZmqSocket socket, Duration timeout) {
        if (socket.recvMessageOrNull(timeout) == null) {
          throw new ZmqTimeoutException("null");
        }
      }
    },
    RECV_INTO(true) {
      @Override
      void on(ZmqSocket socket, Duration timeout) {
        int _ = socket.recvInto(ByteBuffer.allocate(100), timeout);
      }
    },
    RECV_MANY(true) {
      @Override
      void on(ZmqSocket socket, Duration timeout) {
        assertEquals(1, socket.recvMany(1, timeout).size());
      }
    },
    WAIT_READABLE(true) {
      @Override
      void on(ZmqSocket socket, Duration timeout) {
        if (!socket.waitReadable(timeout)) {
          throw new ZmqTimeoutException("not readable");
        }
        byte[] _ = socket.tryRecv();
      }
    },
    SEND(false) {
      @Override
      void on(ZmqSocket socket, Duration timeout) {
        socket.send(ZmqMessage.of("a", "b"), timeout);
      }
    },
    WAIT_WRITABLE(false) {
      @Override
      void on(ZmqSocket socket, Duration timeout) {
        if (!socket.waitWritable(timeout)) {
          throw new ZmqTimeoutException("not writable");
        }
        boolean _ = socket.trySend("a");
      }
    },
    SEND_FROM_ANY_THREAD(false) {
      @Override
      void on(ZmqSocket socket, Duration timeout) {
        socket.sendFromAnyThread(ZmqMessage.of("a"), timeout);
      }
    };

    private final boolean receives;

    Call(boolean receives) {
      this.receives = receives;
    }

    /** Throws ZmqTimeoutException if time was over first. */
    abstract void on(ZmqSocket socket, Duration timeout);

    boolean succeeds(ZmqSocket socket, Duration timeout) {
      try {
        on(socket, timeout);
        return true;
      } catch (ZmqTimeoutException e) {
        return false;
      }
    }
  }

  record Case(IoMode io, Call call) {

    interface WithSockets {
      void run(ZmqSocket waiting, Runnable satisfy) throws Exception;
    }

    /** The socket, and what lets one call on it go on. */
    void run(WithSockets body) throws Exception {
      OnHub.run(io, context -> on(context, body));
    }

    void on(ZmqContext context, WithSockets body) throws Exception {
      ZmqSocket sink = context.socket(SocketType.PULL);
      ZmqSocket source = context.socket(SocketType.PUSH);
      if (call.receives) {
        source.connect(sink.bind("inproc://waits"));
        body.run(sink, () -> source.send("x"));
        return;
      }
      sink.options().receiveHighWaterMark(1);
      source.options().sendHighWaterMark(1);
      source.connect(sink.bind("inproc://waits"));
      while (source.trySend("fills")) {
        yieldNow();
      }
      body.run(
          source,
          () -> {
            // JeroMQ makes room for two at a time.
            ZmqMessage _ = sink.recvMessage(LONG);
            ZmqMessage _ = sink.recvMessage(LONG);
          });
    }
  }

  static Stream<Case> cases() {
    return Stream.of(Call.values())
        .flatMap(call -> Stream.of(IoMode.values()).map(io -> new Case(io, call)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void endsInTime(Case wait) throws Exception {
    wait.run(
        (socket, satisfy) -> {
          assertFalse(wait.call.succeeds(socket, TICK));
          assertFalse(wait.call.succeeds(socket, Duration.ZERO));
          nothingIsLeft(wait, socket, satisfy);
        });
  }

  @ParameterizedTest
  @EnumSource(Call.class)
  void endsInVirtualTime(Call call) throws Exception {
    Hub.run(
        HubOptions.defaults().withClock(new VirtualClock()),
        () -> {
          try (ZmqContext context =
              ZmqContext.open(ContextOptions.defaults().withLinger(Duration.ZERO))) {
            new Case(IoMode.HUB, call)
                .on(
                    context,
                    (socket, _) -> {
                      long start = Hub.current().loop().nanoTime();
                      assertFalse(call.succeeds(socket, Duration.ofMillis(50)));
                      assertEquals(
                          Duration.ofMillis(50),
                          Duration.ofNanos(Hub.current().loop().nanoTime() - start));
                      assertEquals(0, context.caughtUp());
                    });
          }
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void letsAForeignTimeoutOut(Case wait) throws Exception {
    wait.run(
        (socket, satisfy) -> {
          for (Duration own : List.of(LONG, SocketOptions.FOREVER)) {
            try (Timeout foreign = Timeout.start(TICK)) {
              TimeoutExpired expired =
                  assertThrows(TimeoutExpired.class, () -> wait.call.on(socket, own));
              assertSame(foreign, expired.timeout());
            }
          }
          nothingIsLeft(wait, socket, satisfy);
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void endsByKill(Case wait) throws Exception {
    wait.run(
        (socket, satisfy) -> {
          Greenlet<Boolean> victim = spawn(() -> wait.call.succeeds(socket, LONG));
          Greenlet<Boolean> next = spawn(() -> wait.call.succeeds(socket, LONG));
          sleep(TICK);
          victim.killAsync();
          satisfy.run(); // the victim is dead already, although it has not run yet
          assertTrue(next.result());
          victim.join();
          assertTrue(victim.isCancelled());
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void endsByInterrupt(Case wait) throws Exception {
    wait.run(
        (socket, satisfy) -> {
          Greenlet<Boolean> greenlet =
              spawn(
                  () -> {
                    try {
                      return wait.call.succeeds(socket, LONG);
                    } catch (InterruptedWaitException e) {
                      return Thread.interrupted();
                    }
                  });
          sleep(TICK);
          while (greenlet.thread() == null) {
            yieldNow(); // a turn that took longer than the tick came first
          }
          greenlet.thread().interrupt();
          assertTrue(greenlet.result(), "the status stays set");
          nothingIsLeft(wait, socket, satisfy);
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void endsByClose(Case wait) throws Exception {
    wait.run(
        (socket, _) -> {
          List<Greenlet<?>> waiting = waiting(wait, socket);
          socket.close();
          assertAllClosed(waiting, "ENOTSOCK", socket);
          ZmqSocketMetrics metrics = socket.metrics();
          assertEquals(0, metrics.waitingReceivers() + metrics.waitingSenders());
          assertEquals(0, metrics.waitingLookers());
          assertThrows(ZmqClosedException.class, () -> wait.call.on(socket, LONG));
        });
  }

  @ParameterizedTest
  @MethodSource("cases")
  void endsByTheEndOfTheContext(Case wait) throws Exception {
    wait.run(
        (socket, _) -> {
          List<Greenlet<?>> waiting = waiting(wait, socket);
          Greenlet<?> ending = spawn(() -> socket.context().term(LONG));
          yieldNow();
          assertAllClosed(waiting, "ETERM", socket);
          ZmqClosedException later =
              assertThrows(ZmqClosedException.class, () -> wait.call.on(socket, LONG));
          assertTrue(later.getMessage().contains("open a new one"), later::getMessage);
          socket.context().sockets().forEach(ZmqSocket::close);
          ending.result();
        });
  }

  private static List<Greenlet<?>> waiting(Case wait, ZmqSocket socket)
      throws InterruptedException {
    List<Greenlet<?>> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiting.add(spawn(() -> wait.call.on(socket, LONG)));
    }
    sleep(TICK);
    return waiting;
  }

  private static void assertAllClosed(List<Greenlet<?>> waiting, String errno, ZmqSocket socket)
      throws Exception {
    joinAll(waiting);
    for (Greenlet<?> waited : waiting) {
      assertTrue(waited.exception() instanceof ZmqClosedException, waited::toString);
      ZmqClosedException closed = (ZmqClosedException) waited.exception();
      assertEquals(errno, closed.errnoName());
      assertTrue(closed.getMessage().contains(socket.toString()), closed::getMessage);
    }
  }

  /** A waiter left behind would swallow what the next one is to get. */
  private static void nothingIsLeft(Case wait, ZmqSocket socket, Runnable satisfy)
      throws Exception {
    yieldNow();
    ZmqSocketMetrics metrics = socket.metrics();
    assertEquals(0, metrics.waitingReceivers() + metrics.waitingSenders(), metrics::toString);
    assertEquals(0, metrics.waitingLookers(), metrics::toString);
    Greenlet<Boolean> next = spawn(() -> wait.call.succeeds(socket, LONG));
    sleep(TICK);
    satisfy.run();
    assertTrue(next.result());
    if (wait.call.receives) {
      assertNull(socket.tryRecv());
    }
    assertEquals(0, socket.context().caughtUp());
  }
}

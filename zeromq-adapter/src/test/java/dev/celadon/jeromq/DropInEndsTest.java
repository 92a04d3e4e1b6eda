package dev.celadon.jeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.jeromq.Errno.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.zeromq.IoMode;
import dev.celadon.zeromq.ZmqClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQException;
import zmq.ZError;

/** Cancelled tokens, and the ends of sockets and contexts. */
@ParameterizedClass
@EnumSource(IoMode.class)
class DropInEndsTest {

  private static final Duration SHORT = Duration.ofMillis(20);

  private final IoMode io;

  DropInEndsTest(IoMode io) {
    this.io = io;
  }

  // --- Tokens

  @Test
  void cancelledTokenEndsTheWait() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.of(context, SocketType.PULL, SocketType.PUSH);
          ZMQ.CancellationToken token = pair.bound().createCancellationToken();
          Greenlet<?> waits =
              spawn(() -> fails(ZError.ECANCELED, () -> pair.bound().recv(0, token)));
          Greenlet<String> next = spawn(() -> pair.bound().recvStr());
          yieldNow();
          token.cancel();
          waits.get();
          fails(ZError.ECANCELED, () -> pair.bound().recv(0, token));
          fails(ZError.ECANCELED, () -> pair.bound().recv(ZMQ.DONTWAIT, token));
          ZMQ.CancellationToken sending = pair.connected().createCancellationToken();
          sending.cancel();
          byte[] frame = {1};
          assertTrue(pair.connected().sendMore(frame));
          fails(ZError.ECANCELED, () -> pair.connected().send(frame, ZMQ.SNDMORE, sending));
          fails(ZError.ECANCELED, () -> pair.connected().send(frame, ZMQ.DONTWAIT, sending));
          assertEquals(ZError.ECANCELED, pair.connected().errno());
          pair.connected().send("for the next");
          assertEquals("for the next", next.get());

          token.reset();
          pair.connected().send("again", 0);
          assertArrayEquals("again".getBytes(ZMQ.CHARSET), pair.bound().recv(0, token));
        });
  }

  @Test
  void tokenIsCancelledFromAnyThread() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket lonely = context.createSocket(SocketType.PUSH);
          ZMQ.CancellationToken token = lonely.createCancellationToken();
          Thread other = Thread.ofPlatform().start(token::cancel);
          fails(ZError.ECANCELED, () -> lonely.send(new byte[1], 0, token));
          other.join();
          assertTrue(token.isCancellationRequested());
          context.close();
          token.cancel();
        });
  }

  // --- The end

  @Test
  void closeOfTheContextEndsEveryWait() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.of(context, SocketType.PULL, SocketType.PUSH);
          ZMQ.Socket lonely = context.createSocket(SocketType.PUSH);
          Greenlet<ZMQException> receives =
              spawn(() -> fails(ZError.ETERM, () -> pair.bound().recv()));
          Greenlet<ZMQException> sends = spawn(() -> fails(ZError.ETERM, () -> lonely.send("x")));
          Greenlet<Boolean> frame = spawn(() -> new ZFrame("x").send(lonely, 0));
          yieldNow();
          context.close();
          assertTrue(receives.get().getCause() instanceof ZmqClosedException);
          assertNotNull(sends.get());
          assertFalse(frame.get());
          assertTrue(context.isClosed());
          fails(ZError.ETERM, () -> pair.bound().recv());
          assertEquals(-1, pair.bound().getEvents());
          fails(ZError.ETERM, () -> context.createSocket(SocketType.PUSH));
          pair.bound().close();
        });
  }

  @Test
  void termWaitsForTheOwnersOfTheSockets() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Context own = ZMQ.context(1);
          ZMQ.Socket socket = own.socket(SocketType.PULL);
          List<String> trail = new ArrayList<>();
          Greenlet<?> owner =
              spawn(
                  () -> {
                    fails(ZError.ETERM, () -> socket.recv());
                    sleep(SHORT);
                    trail.add("closed");
                    socket.close();
                  });
          yieldNow();
          own.term();
          trail.add("ended");
          owner.get();
          assertEquals(List.of("closed", "ended"), trail);
          assertTrue(own.isTerminated());
          own.close();
        });
  }

  @Test
  void subscriptionsForNobodyDoNotHoldUpTheEnd() throws Exception {
    OnHub.run(
        io,
        _ -> {
          ZMQ.Context blocky = ZMQ.context(1);
          ZMQ.Socket sub = blocky.socket(SocketType.SUB);
          sub.connect("tcp://127.0.0.1:1");
          assertTrue(sub.subscribe("never heard"));
          sub.close();
          blocky.term();
          assertTrue(blocky.isTerminated());
        });
  }

  @Test
  void shadowClosesItsOwnSocketsOnly() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket pull = context.createSocket(SocketType.PULL);
          pull.bind("inproc://shadow");
          try (ZContext shadow = context.shadow()) {
            assertThrows(IllegalStateException.class, shadow::shadow);
            ZMQ.Socket push = shadow.createSocket(SocketType.PUSH);
            push.connect("inproc://shadow");
            push.send("from the shadow");
            assertFalse(shadow.isEmpty());
          }
          assertEquals("from the shadow", pull.recvStr());
          assertFalse(context.isClosed());
          assertEquals(List.of(pull), context.getSockets());
        });
  }
}

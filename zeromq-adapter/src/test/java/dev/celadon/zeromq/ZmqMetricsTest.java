package dev.celadon.zeromq;

import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.monitor.RunReport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

@ParameterizedClass
@EnumSource(IoMode.class)
class ZmqMetricsTest {

  private final IoMode io;

  ZmqMetricsTest(IoMode io) {
    this.io = io;
  }

  @Test
  void everythingIsCounted() throws Exception {
    OnHub.run(
        io,
        context -> {
          assertEquals(new ZmqContextMetrics(0, ZmqSocketMetrics.NONE, 0), context.metrics());
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(sink.bind("inproc://counted"));
          for (int i = 0; i < 3; i++) {
            source.send("x");
          }
          source.sendFromAnyThread(ZmqMessage.of("y"));
          ZmqMessage message = sink.recvMessage(LONG);
          sink.putBack(message);
          for (int i = 0; i < 4; i++) {
            assertEquals(1, sink.recvMessage(LONG).size());
          }
          Greenlet<?> receiver = spawn(() -> sink.recv());
          Greenlet<?> looker = spawn(() -> sink.waitReadable(LONG));
          yieldNow();
          ZmqSocketMetrics sinks = sink.metrics();
          assertEquals(4, sinks.received());
          assertEquals(1, sinks.putBack());
          assertEquals(2, sinks.parks());
          assertEquals(1, sinks.waitingReceivers());
          assertEquals(1, sinks.waitingLookers());
          ZmqSocketMetrics sources = source.metrics();
          assertEquals(4, sources.sent());
          assertEquals(1, sources.handedOver());
          assertEquals(0, sources.received());
          assertEquals(new ZmqContextMetrics(2, sinks.plus(sources), 0), context.metrics());
          receiver.kill();
          looker.kill();
          source.close();
          assertEquals(sources, source.metrics());
          ZmqContextMetrics left = context.metrics();
          assertEquals(1, left.openSockets());
          assertEquals(4, left.sockets().sent());
          assertEquals(0, left.sockets().waitingReceivers());
        });
  }

  @Test
  void wakesInVainAreFew() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket one = context.socket(SocketType.PAIR);
          ZmqSocket two = context.socket(SocketType.PAIR);
          one.connect(two.bind("tcp://127.0.0.1:*"));
          spawn(
              () -> {
                while (true) {
                  two.send(two.recv());
                }
              });
          for (int i = 0; i < 500; i++) {
            one.send("x");
            assertEquals("x", one.recvString(LONG));
          }
          ZmqSocketMetrics metrics = one.metrics();
          assertEquals(500, metrics.received());
          assertTrue(metrics.parks() <= 501, metrics::toString);
          assertTrue(metrics.spuriousWakes() <= metrics.wakes(), metrics::toString);
          if (io == IoMode.HUB) {
            assertTrue(metrics.spuriousWakes() < 50, metrics::toString);
          }
        });
  }

  /** Whoever asks what a greenlet waits for gets the socket, its endpoint and the direction. */
  @Test
  void reportsTellWhoWaitsForWhat() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket socket = context.socket(SocketType.DEALER);
          socket.connect("tcp://127.0.0.1:9");
          Greenlet<?> receiver = spawn(() -> socket.recv());
          Greenlet<?> looker = spawn(() -> socket.waitReadable(LONG));
          ZmqSocket alone = context.socket(SocketType.PUSH);
          Greenlet<?> sender = spawn(() -> alone.send("x"));
          yieldNow();
          String report = RunReport.capture().toString();
          String where = "DEALER socket tcp://127.0.0.1:9 ";
          assertTrue(report.contains(where + "for a message"), report);
          assertTrue(report.contains(where + "for something to receive"), report);
          assertTrue(report.contains("PUSH socket without an endpoint to send"), report);
          receiver.kill();
          looker.kill();
          sender.kill();
        });
  }

  @Test
  void figuresBelongToTheHub() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket socket = context.socket(SocketType.PULL);
          CompletableFuture<ZmqSocketMetrics> elsewhere = new CompletableFuture<>();
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      elsewhere.complete(socket.metrics());
                    } catch (WrongThreadException e) {
                      elsewhere.completeExceptionally(e);
                    }
                  });
          while (!elsewhere.isDone()) {
            yieldNow();
          }
          assertTrue(elsewhere.isCompletedExceptionally());
        });
  }

  // --- Misuse

  @Test
  void callbacksMustNotBlock() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket socket = context.socket(SocketType.DEALER);
          CompletableFuture<Object> done = new CompletableFuture<>();
          Hub.current()
              .runCallback(
                  () -> {
                    try {
                      mustNotBlock(socket);
                      done.complete("done");
                    } catch (Throwable e) {
                      done.completeExceptionally(e);
                    }
                  });
          while (!done.isDone()) {
            yieldNow();
          }
          assertEquals("done", done.orTimeout(1, TimeUnit.SECONDS).join());
        });
  }

  private static void mustNotBlock(ZmqSocket socket) {
    ZmqMessage message = ZmqMessage.of("x");
    assertSaysWhatToDo(() -> socket.send(message));
    assertSaysWhatToDo(() -> socket.recv());
    assertSaysWhatToDo(() -> socket.recvMany(3));
    assertSaysWhatToDo(() -> socket.waitReadable(LONG));
    assertSaysWhatToDo(() -> socket.waitWritable(Duration.ZERO));
    assertThrows(IllegalStateException.class, () -> socket.sendFromAnyThread(message));
    assertFalse(socket.trySend(message));
    assertEquals(0, socket.events());
    assertTrue(socket.offerFromAnyThread(message));
  }

  private static void assertSaysWhatToDo(org.junit.jupiter.api.function.Executable call) {
    IllegalStateException e = assertThrows(IllegalStateException.class, call);
    assertTrue(e.getMessage().contains("DEALER socket"), e::getMessage);
    assertTrue(e.getMessage().contains("try"), e::getMessage);
  }
}

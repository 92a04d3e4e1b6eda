package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.OnHub.SHORT;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.InterruptedWaitException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** Messages that other threads hand over. */
@ParameterizedClass
@EnumSource(IoMode.class)
class FromAnyThreadTest {

  private final IoMode io;

  FromAnyThreadTest(IoMode io) {
    this.io = io;
  }

  /** Runs something in a thread of its own. */
  private static <T> CompletableFuture<T> inThread(Callable<T> body) {
    CompletableFuture<T> outcome = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                outcome.complete(body.call());
              } catch (Throwable e) {
                outcome.completeExceptionally(e);
              }
            });
    return outcome;
  }

  private static CompletableFuture<String> sendInThread(ZmqSocket socket, String text) {
    return inThread(
        () -> {
          socket.sendFromAnyThread(ZmqMessage.of(text));
          return "sent";
        });
  }

  /** Waits in the greenlet, not in its thread. */
  private static <T> T result(CompletableFuture<T> future) throws InterruptedException {
    while (!future.isDone()) {
      sleep(Duration.ofMillis(1));
    }
    return future.join();
  }

  private static Throwable failure(CompletableFuture<?> future) {
    return Objects.requireNonNull(
        assertThrows(CompletionException.class, () -> result(future)).getCause());
  }

  private static void waitForSenders(ZmqSocket socket, int count) throws InterruptedException {
    while (socket.metrics().waitingSenders() != count) {
      sleep(Duration.ofMillis(1));
    }
  }

  @Test
  void threadsSendInTheirOrder() throws Exception {
    for (String endpoint : List.of(ANY_PORT, "inproc://threads")) {
      OnHub.run(
          io,
          context -> {
            ZmqSocket sink = context.socket(SocketType.PULL);
            ZmqSocket source = context.socket(SocketType.PUSH);
            source.options().sendHighWaterMark(10);
            source.connect(sink.bind(endpoint));
            int threads = 4;
            long each = 500;
            List<CompletableFuture<String>> ends = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
              int thread = t;
              ends.add(
                  inThread(
                      () -> {
                        for (int i = 0; i < each; i++) {
                          ZmqMessage message =
                              ZmqMessage.of(String.valueOf(thread), String.valueOf(i));
                          if (i % 10 == 0) {
                            source.sendFromAnyThread(message);
                          } else {
                            while (!source.offerFromAnyThread(message)) {
                              Thread.onSpinWait();
                            }
                          }
                        }
                        return "done";
                      }));
            }
            Greenlet<?> here =
                spawn(
                    () -> {
                      for (int i = 0; i < each; i++) {
                        source.send(ZmqMessage.of(String.valueOf(threads), String.valueOf(i)));
                      }
                    });
            int[] next = new int[threads + 1];
            for (int i = 0; i < (threads + 1) * each; i++) {
              ZmqMessage message = sink.recvMessage(LONG);
              int thread = Integer.parseInt(message.text(0));
              assertEquals(next[thread]++, Integer.parseInt(message.text(1)));
            }
            for (CompletableFuture<String> end : ends) {
              assertEquals("done", result(end));
            }
            here.result();
            assertEquals(threads * each, source.metrics().handedOver());
            assertEquals((threads + 1) * each, source.metrics().sent());
            assertEquals(0, source.metrics().dropped());
          });
    }
  }

  @Test
  void inboxIsBounded() throws Exception {
    OnHub.run(
        () -> {
          ContextOptions options = ContextOptions.defaults().withIo(io).withInboxCapacity(3);
          try (ZmqContext context = ZmqContext.open(options)) {
            ZmqSocket source = context.socket(SocketType.PUSH);
            for (int i = 0; i < 3; i++) {
              assertTrue(source.offerFromAnyThread(ZmqMessage.of("m" + i)));
            }
            assertFalse(source.offerFromAnyThread(ZmqMessage.of("no room")));
            yieldNow();
            assertFalse(source.offerFromAnyThread(ZmqMessage.of("still in line")));
            ZmqSocket sink = context.socket(SocketType.PULL);
            source.connect(sink.bind(ANY_PORT));
            for (int i = 0; i < 3; i++) {
              assertEquals("m" + i, sink.recvString(LONG));
            }
            assertTrue(source.offerFromAnyThread(ZmqMessage.of("room again")));
            assertEquals("room again", sink.recvString(LONG));
          }
        });
    assertThrows(
        IllegalArgumentException.class, () -> ContextOptions.defaults().withInboxCapacity(0));
  }

  @Test
  void threadsStandInLineWithGreenlets() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket source = context.socket(SocketType.PUSH);
          Greenlet<?> first = spawn(() -> source.send("1"));
          yieldNow();
          CompletableFuture<String> second = sendInThread(source, "2");
          waitForSenders(source, 2);
          Greenlet<?> third = spawn(() -> source.send("3"));
          waitForSenders(source, 3);
          ZmqSocket sink = context.socket(SocketType.PULL);
          source.connect(sink.bind(ANY_PORT));
          for (int i = 1; i <= 3; i++) {
            assertEquals(String.valueOf(i), sink.recvString(LONG));
          }
          first.result();
          assertEquals("sent", result(second));
          third.result();
        });
  }

  @Test
  void whatIsGivenUpIsNeverSent() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket source = context.socket(SocketType.PUSH);
          ZmqMessage late = ZmqMessage.of("late");
          CompletableFuture<?> timed =
              inThread(
                  () -> {
                    source.sendFromAnyThread(late, SHORT);
                    return "sent";
                  });
          assertTrue(failure(timed) instanceof ZmqTimeoutException);
          waitForSenders(source, 0);
          Thread[] thread = new Thread[1];
          CompletableFuture<?> interrupted =
              inThread(
                  () -> {
                    thread[0] = Thread.currentThread();
                    source.sendFromAnyThread(late);
                    return "sent";
                  });
          waitForSenders(source, 1);
          thread[0].interrupt();
          assertTrue(failure(interrupted) instanceof InterruptedWaitException);
          waitForSenders(source, 0);
          Greenlet<?> killed = spawn(() -> source.sendFromAnyThread(late));
          waitForSenders(source, 1);
          killed.kill();
          assertThrows(
              ZmqTimeoutException.class, () -> source.sendFromAnyThread(late, Duration.ZERO));
          waitForSenders(source, 0);
          ZmqSocket sink = context.socket(SocketType.PULL);
          source.connect(sink.bind(ANY_PORT));
          source.send("after");
          assertEquals("after", sink.recvString(LONG));
          assertNull(sink.tryRecv());
          assertEquals(0, source.metrics().handedOver());
        });
  }

  @Test
  void timeoutsAreExact() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.options().sendHighWaterMark(1);
          sink.options().receiveHighWaterMark(1);
          source.connect(sink.bind("inproc://exact"));
          int each = 2_000;
          List<CompletableFuture<List<String>>> sendings = new ArrayList<>();
          for (int t = 0; t < 3; t++) {
            int thread = t;
            sendings.add(
                inThread(
                    () -> {
                      List<String> sent = new ArrayList<>();
                      for (int i = 0; i < each; i++) {
                        String text = thread + "-" + i;
                        try {
                          source.sendFromAnyThread(
                              ZmqMessage.of(text), Duration.ofNanos(1 + i * 31L % 60_000));
                          sent.add(text);
                        } catch (ZmqTimeoutException e) {
                          assertEquals("EAGAIN", e.errnoName());
                        }
                      }
                      return sent;
                    }));
          }
          List<List<String>> got = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
          Greenlet<?> receiving =
              spawn(
                  () -> {
                    while (true) {
                      String text = sink.recvString();
                      got.get(text.charAt(0) - '0').add(text);
                    }
                  });
          List<List<String>> sent = new ArrayList<>();
          for (CompletableFuture<List<String>> sending : sendings) {
            sent.add(result(sending));
          }
          while (source.metrics().sent() > sink.metrics().received()) {
            yieldNow();
          }
          yieldNow();
          receiving.kill();
          assertEquals(sent, got);
        });
  }

  // --- Ends

  @Test
  void closeAnswersEverybody() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket source = context.socket(SocketType.PUSH);
          CompletableFuture<?> inLine = sendInThread(source, "in line");
          waitForSenders(source, 1);
          assertTrue(source.offerFromAnyThread(ZmqMessage.of("still on its way")));
          CompletableFuture<Boolean> offered =
              inThread(() -> source.offerFromAnyThread(ZmqMessage.of("offered")));
          while (!offered.isDone()) {
            Thread.onSpinWait(); // the hub must not take it in
          }
          source.close();
          ZmqClosedException closed = (ZmqClosedException) failure(inLine);
          assertEquals("ENOTSOCK", closed.errnoName());
          assertTrue(closed.getMessage().contains("PUSH socket"), closed::getMessage);
          assertTrue(closed.getSuppressed().length > 0, "where it waited");
          assertEquals(2, source.metrics().dropped());
          Throwable later = failure(sendInThread(source, "later"));
          assertTrue(later instanceof ZmqClosedException, later::toString);
          assertThrows(
              ZmqClosedException.class, () -> source.offerFromAnyThread(ZmqMessage.of("later")));
        });
  }

  @Test
  void endOfTheContextAnswersEverybody() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket source = context.socket(SocketType.PUSH);
          CompletableFuture<?> inLine = sendInThread(source, "in line");
          waitForSenders(source, 1);
          Greenlet<?> ending = spawn(() -> context.term(LONG));
          assertEquals("ETERM", ((ZmqClosedException) failure(inLine)).errnoName());
          Throwable later = failure(sendInThread(source, "later"));
          assertEquals("ETERM", ((ZmqClosedException) later).errnoName());
          source.close();
          ending.result();
        });
  }

  @Test
  void endOfTheHubAnswersEverybody() throws Exception {
    ZmqSocket[] source = new ZmqSocket[1];
    List<CompletableFuture<?>> waiting = new ArrayList<>();
    Hub.run(
        () -> {
          ZmqContext context = ZmqContext.open(ContextOptions.defaults().withIo(io));
          source[0] = context.socket(SocketType.PUSH);
          waiting.add(sendInThread(source[0], "in line"));
          waitForSenders(source[0], 1);
        });
    CompletionException end =
        assertThrows(
            CompletionException.class,
            () -> waiting.getFirst().orTimeout(20, TimeUnit.SECONDS).join());
    assertFalse(end.getCause() instanceof java.util.concurrent.TimeoutException, end::toString);
    assertThrows(
        ZmqClosedException.class, () -> source[0].offerFromAnyThread(ZmqMessage.of("later")));
    assertThrows(
        ZmqClosedException.class, () -> source[0].sendFromAnyThread(ZmqMessage.of("later")));
    assertDoesNotThrow(() -> source[0].putBack(ZmqMessage.of("nobody is there")));
  }

  @Test
  void whatTheSocketRefusesIsThrownOrReported() throws Exception {
    List<Throwable> reported = new ArrayList<>();
    Hub.run(
        HubOptions.defaults().withErrorHandler((source, failure) -> reported.add(failure)),
        () -> {
          try (ZmqContext context =
              ZmqContext.open(ContextOptions.defaults().withIo(io).withLinger(Duration.ZERO))) {
            ZmqSocket router = context.socket(SocketType.ROUTER);
            router.options().routerMandatory(true);
            router.bind(ANY_PORT);
            Throwable thrown =
                failure(
                    inThread(
                        () -> {
                          router.sendFromAnyThread(ZmqMessage.of("nobody", "x"));
                          return "sent";
                        }));
            assertTrue(thrown instanceof ZmqUnreachableException, thrown::toString);
            assertTrue(router.offerFromAnyThread(ZmqMessage.of("nobody", "x")));
            while (reported.isEmpty()) {
              sleep(Duration.ofMillis(1));
            }
            assertTrue(reported.getFirst() instanceof ZmqUnreachableException);
            assertEquals(1, router.metrics().dropped());
            ZmqSocket sink = context.socket(SocketType.PULL);
            Throwable never = failure(sendInThread(sink, "x"));
            assertTrue(never instanceof ZmqStateException, never::toString);
          }
        });
  }

  @Test
  void greenletsOfAnotherHubSend() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(sink.bind(ANY_PORT));
          CompletableFuture<String> other =
              inThread(
                  () ->
                      Hub.run(
                          () -> {
                            Greenlet<?> one =
                                spawn(() -> source.sendFromAnyThread(ZmqMessage.of("hello")));
                            one.result();
                            return "done";
                          }));
          assertEquals("hello", sink.recvString(LONG));
          assertEquals("done", result(other));
          source.sendFromAnyThread(ZmqMessage.of("from the hub itself"));
          assertEquals("from the hub itself", sink.recvString(LONG));
        });
  }
}

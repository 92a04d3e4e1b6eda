package dev.celadon.zeromq;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

class RequestMultiplexerTest {

  private static final Duration ATTEMPT = Duration.ofMillis(20);
  private static final Duration TICK = Duration.ofMillis(1);
  private static final String ONE = "inproc://one";
  private static final String TWO = "inproc://two";

  private interface Body {
    void run(ZmqContext context, VirtualClock clock) throws Exception;
  }

  /** On a simulated clock: the times are exact. Sockets talk by inproc. */
  private static void simulated(Body body) throws Exception {
    VirtualClock clock = new VirtualClock();
    Hub.run(
        HubOptions.defaults().withClock(clock),
        () -> {
          try (ZmqContext context =
              ZmqContext.open(ContextOptions.defaults().withLinger(Duration.ZERO))) {
            body.run(context, clock);
          }
        });
  }

  private static RequestMultiplexer multiplexer(ZmqContext context, String... endpoints) {
    return RequestMultiplexer.connect(
        context, RequestOptions.defaults().withAttemptTimeout(ATTEMPT), endpoints);
  }

  private static ZmqSocket bound(ZmqContext context, SocketType type, String endpoint) {
    ZmqSocket socket = context.socket(type);
    String _ = socket.bind(endpoint);
    return socket;
  }

  /** Answers each question with a prefix, and remembers the questions. */
  private static List<String> answering(ZmqContext context, String endpoint, String prefix) {
    ZmqSocket server = bound(context, SocketType.REP, endpoint);
    List<String> asked = new ArrayList<>();
    Greenlet<?> _ =
        spawn(
            () -> {
              while (true) {
                String question = server.recvString();
                asked.add(question);
                server.send(prefix + question);
              }
            });
    return asked;
  }

  private static String question(ZmqMessage message) {
    return message.text(message.size() - 1);
  }

  private static ZmqMessage answer(ZmqMessage request, String text) {
    List<byte[]> frames = new ArrayList<>(request.frames());
    frames.set(frames.size() - 1, ZmqMessage.of(text).frame(0));
    return ZmqMessage.of(frames);
  }

  private static <T> T only(List<T> list) {
    assertEquals(1, list.size(), list::toString);
    return list.getFirst();
  }

  // --- Correlation

  @Test
  void repliesInAnyOrderFindTheirCallers() throws Exception {
    simulated(
        (context, clock) -> {
          ZmqSocket server = bound(context, SocketType.ROUTER, ONE);
          try (RequestMultiplexer requests = multiplexer(context, ONE)) {
            List<Greenlet<?>> callers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
              int number = i;
              callers.add(spawn(() -> assertEquals("re " + number, requests.request("" + number))));
            }
            List<ZmqMessage> received = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
              received.addFirst(server.recvMessage(LONG));
            }
            for (ZmqMessage request : received) {
              server.send(answer(request, "re " + question(request)));
            }
            joinAll(callers);
            for (Greenlet<?> caller : callers) {
              Object _ = caller.result();
            }
            assertEquals(new RequestMultiplexer.Metrics(100, 100, 0, 0, 0, 0), requests.metrics());
            assertEquals(0, requests.pending());
            assertEquals(Duration.ZERO, clock.elapsed());
          }
        });
  }

  @Test
  void anOrdinaryReplySocketServesMessagesOfSeveralFrames() throws Exception {
    simulated(
        (context, _) -> {
          ZmqSocket server = bound(context, SocketType.REP, ONE);
          try (RequestMultiplexer requests = multiplexer(context, ONE)) {
            PendingReply reply = requests.submit(ZmqMessage.of("a", "", "b"));
            assertEquals(ZmqMessage.of("a", "", "b"), server.recvMessage());
            assertFalse(reply.isReady());
            assertThrows(TimeoutException.class, () -> reply.result(Duration.ZERO));
            server.send(ZmqMessage.of("", "c"));
            assertEquals(ZmqMessage.of("", "c"), reply.result());
            assertTrue(reply.isReady());
            assertFalse(reply.cancel());
          }
        });
  }

  @Test
  void whatIsNoReplyIsCountedAndDropped() throws Exception {
    simulated(
        (context, _) -> {
          ZmqSocket server = bound(context, SocketType.ROUTER, ONE);
          try (RequestMultiplexer requests = multiplexer(context, ONE)) {
            PendingReply reply = requests.submit(ZmqMessage.of("q"));
            ZmqMessage request = server.recvMessage();
            byte[] peer = request.frame(0);
            server.send(ZmqMessage.of(peer, new byte[3]));
            server.send(ZmqMessage.of(peer, new byte[8], new byte[0]));
            server.send(ZmqMessage.of(peer, new byte[8], new byte[0], new byte[1]));
            server.send(ZmqMessage.of(peer, request.frame(1), new byte[1], new byte[1]));
            server.send(answer(request, "yes"));
            server.send(answer(request, "twice"));
            assertEquals("yes", reply.result().text(0));
            yieldNow();
            assertEquals(new RequestMultiplexer.Metrics(1, 1, 0, 0, 1, 4), requests.metrics());
          }
        });
  }

  // --- Attempts

  @Test
  void aRequestWithoutReplyIsSentToAnotherServer() throws Exception {
    simulated(
        (context, clock) -> {
          ZmqSocket silent = bound(context, SocketType.ROUTER, ONE);
          try (RequestMultiplexer requests = multiplexer(context, ONE)) {
            PendingReply reply = requests.submit(ZmqMessage.of("q"));
            List<String> asked = answering(context, TWO, "two: ");
            requests.addServer(TWO);
            assertEquals("two: q", reply.result().text(0));
            assertEquals(ATTEMPT, clock.elapsed());
            assertEquals("q", question(silent.recvMessage()));
            assertEquals(List.of("q"), asked);
            assertEquals(1, requests.metrics().repeats());
          }
        });
  }

  @Test
  void aSilentServerIsAskedOnceInAWhileAndTrustedAgainAfterAReply() throws Exception {
    simulated(
        (context, clock) -> {
          ZmqSocket sleepy = bound(context, SocketType.ROUTER, ONE);
          List<String> two = answering(context, TWO, "two: ");
          try (RequestMultiplexer requests = multiplexer(context, ONE, TWO)) {
            assertEquals("two: 0", requests.request("0")); // the first server of the turn is TWO
            assertEquals("two: 1", requests.request("1")); // ONE in vain, then TWO
            assertEquals(ATTEMPT, clock.elapsed());
            for (int i = 2; i < 12; i++) {
              assertEquals("two: " + i, requests.request("" + i));
            }
            assertEquals(ATTEMPT, clock.elapsed(), "nobody waited for the silent one");
            assertEquals("1", question(sleepy.recvMessage()));

            sleep(ATTEMPT);
            PendingReply first = requests.submit(ZmqMessage.of("probe"));
            PendingReply second = requests.submit(ZmqMessage.of("other"));
            ZmqMessage probe = sleepy.recvMessage(TICK);
            assertEquals("probe", question(probe));
            sleepy.send(answer(probe, "one: probe"));
            assertEquals("one: probe", first.result().text(0));
            assertEquals("two: other", second.result().text(0));
            assertEquals(13, two.size());

            // Trusted again: it gets its share.
            PendingReply _ = requests.submit(ZmqMessage.of("x"));
            PendingReply _ = requests.submit(ZmqMessage.of("y"));
            String share = question(sleepy.recvMessage(TICK));
            assertTrue(List.of("x", "y").contains(share), share);
          }
        });
  }

  @Test
  void aServerThatACallerHadNoTimeForIsNotSilent() throws Exception {
    simulated(
        (context, clock) -> {
          ZmqSocket slow = bound(context, SocketType.ROUTER, ONE);
          List<String> two = answering(context, TWO, "two: ");
          try (RequestMultiplexer requests = multiplexer(context, ONE, TWO)) {
            assertEquals("two: 0", requests.request("0")); // the first server of the turn is TWO
            assertThrows(
                ZmqTimeoutException.class, () -> requests.request(ZmqMessage.of("1"), TICK));
            assertEquals("two: 2", requests.request("2"));
            assertEquals("1", question(slow.recvMessage()));
            PendingReply third = requests.submit(ZmqMessage.of("3"));
            ZmqMessage asked = slow.recvMessage(TICK);
            assertEquals("3", question(asked), "it has its share still");
            slow.send(answer(asked, "one: 3"));
            assertEquals("one: 3", third.result().text(0));
            assertEquals(List.of("0", "2"), two);
          }
        });
  }

  @Test
  void aServerIsSilentHoweverLittleTimeItsCallersHave() throws Exception {
    simulated(
        (context, clock) -> {
          ZmqSocket hung = bound(context, SocketType.ROUTER, ONE);
          List<String> two = answering(context, TWO, "two: ");
          try (RequestMultiplexer requests = multiplexer(context, ONE, TWO)) {
            int inVain = 0;
            for (int i = 0; i < 100; i++) {
              try {
                ZmqMessage _ = requests.request(ZmqMessage.of("" + i), TICK);
              } catch (ZmqTimeoutException e) {
                inVain++;
              }
            }
            assertEquals(ATTEMPT, clock.elapsed(), "then nobody asks it any more");
            assertEquals(ATTEMPT.dividedBy(TICK), inVain);
            assertEquals(100 - inVain, two.size());
            assertTrue(hung.tryRecvMessage() != null);
          }
        });
  }

  @Test
  void aServerThatIsRemovedLeavesItsRequestsInTheirOrder() throws Exception {
    simulated(
        (context, clock) -> {
          ZmqSocket gone = bound(context, SocketType.ROUTER, ONE);
          try (RequestMultiplexer requests = multiplexer(context, ONE)) {
            List<String> asked = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
              PendingReply _ = requests.submit(ZmqMessage.of("" + i));
              asked.add("" + i);
            }
            assertEquals("0", question(gone.recvMessage(TICK)));
            assertTrue(requests.removeServer(ONE));
            ZmqSocket next = bound(context, SocketType.ROUTER, TWO);
            requests.addServer(TWO);
            List<String> moved = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
              moved.add(question(next.recvMessage(LONG)));
            }
            assertEquals(asked, moved);
          }
        });
  }

  @Test
  void theFirstReplyCountsWhicheverAttemptItAnswers() throws Exception {
    simulated(
        (context, clock) -> {
          ZmqSocket slow = bound(context, SocketType.ROUTER, ONE);
          try (RequestMultiplexer requests = multiplexer(context, ONE)) {
            PendingReply reply = requests.submit(ZmqMessage.of("q"));
            ZmqMessage first = slow.recvMessage();
            ZmqMessage second = slow.recvMessage();
            assertEquals(first.frame(1).length, second.frame(1).length);
            assertEquals(ATTEMPT, clock.elapsed());
            slow.send(answer(first, "late but first"));
            slow.send(answer(second, "later"));
            assertEquals("late but first", reply.result().text(0));
            yieldNow();
            assertEquals(1, requests.metrics().late());
          }
        });
  }

  @Test
  void afterTheLastAttemptTheCallerIsTold() throws Exception {
    simulated(
        (context, clock) -> {
          ZmqSocket silent = bound(context, SocketType.ROUTER, ONE);
          try (RequestMultiplexer requests = multiplexer(context, ONE)) {
            ZmqTimeoutException failure =
                assertThrows(ZmqTimeoutException.class, () -> requests.request("q"));
            assertEquals(ATTEMPT.multipliedBy(3), clock.elapsed());
            assertTrue(
                failure.getMessage().contains("3 attempts") && failure.getMessage().contains(ONE),
                failure.getMessage());
            for (int i = 0; i < 3; i++) {
              assertEquals("q", question(silent.recvMessage(TICK)));
            }
            assertEquals(0, requests.pending());
            assertEquals(new RequestMultiplexer.Metrics(1, 0, 2, 1, 0, 0), requests.metrics());
          }
        });
  }

  @Test
  void aSingleAttemptIsSentOnce() throws Exception {
    simulated(
        (context, clock) -> {
          ZmqSocket silent = bound(context, SocketType.ROUTER, ONE);
          try (RequestMultiplexer requests =
              RequestMultiplexer.connect(
                  context,
                  RequestOptions.defaults().withAttempts(1).withAttemptTimeout(ATTEMPT),
                  ONE)) {
            assertThrows(ZmqTimeoutException.class, () -> requests.request("once"));
            assertEquals(ATTEMPT, clock.elapsed());
            assertEquals("once", question(silent.recvMessage()));
            assertThrows(
                ZmqTimeoutException.class, () -> silent.recvMessage(ATTEMPT.multipliedBy(9)));
          }
        });
  }

  @Test
  void theTimeOfACallLimitsAllAttempts() throws Exception {
    simulated(
        (context, clock) -> {
          ZmqSocket _ = bound(context, SocketType.ROUTER, ONE);
          try (RequestMultiplexer requests = multiplexer(context, ONE)) {
            ZmqMessage question = ZmqMessage.of("q");
            assertThrows(
                ZmqTimeoutException.class, () -> requests.request(question, ATTEMPT.plus(TICK)));
            assertEquals(ATTEMPT.plus(TICK), clock.elapsed());
            assertThrows(
                ZmqTimeoutException.class, () -> requests.request(question, Duration.ZERO));
            assertEquals(ATTEMPT.plus(TICK), clock.elapsed());
            assertEquals(0, requests.pending());
          }
        });
  }

  @Test
  void withoutAServerARequestWaitsForOneAndEndsInTime() throws Exception {
    simulated(
        (context, clock) -> {
          try (RequestMultiplexer requests = multiplexer(context)) {
            ZmqTimeoutException failure =
                assertThrows(ZmqTimeoutException.class, () -> requests.request("q"));
            assertTrue(failure.getMessage().contains("addServer"), failure.getMessage());
            assertEquals(ATTEMPT.multipliedBy(3), clock.elapsed());

            List<PendingReply> waiting = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
              waiting.add(requests.submit(ZmqMessage.of("" + i)));
            }
            assertTrue(waiting.get(2).cancel());
            List<String> asked = answering(context, ONE, "");
            requests.addServer(ONE);
            assertEquals("4", waiting.get(4).result().text(0));
            assertEquals(List.of("0", "1", "3", "4"), asked, "first come, first served");
            assertEquals(ATTEMPT.multipliedBy(3), clock.elapsed());
          }
        });
  }

  // --- Balance

  @Test
  void theServerWithTheFewestUnansweredRequestsIsNext() throws Exception {
    simulated(
        (context, _) -> {
          ZmqSocket slow = bound(context, SocketType.ROUTER, ONE);
          ZmqSocket quick = bound(context, SocketType.ROUTER, TWO);
          try (RequestMultiplexer requests = multiplexer(context, ONE, TWO)) {
            List<PendingReply> replies = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
              replies.add(requests.submit(ZmqMessage.of("" + i)));
            }
            List<ZmqMessage> kept = received(slow);
            assertEquals(4, kept.size());
            for (ZmqMessage request : received(quick)) {
              quick.send(answer(request, "quick"));
            }
            yieldNow();
            assertEquals(4, replies.stream().filter(PendingReply::isReady).count());
            for (int i = 0; i < 4; i++) {
              PendingReply _ = requests.submit(ZmqMessage.of("more"));
            }
            assertEquals(4, received(quick).size());
            assertEquals(List.of(), received(slow));
          }
        });
  }

  private static List<ZmqMessage> received(ZmqSocket socket) {
    List<ZmqMessage> all = new ArrayList<>();
    for (ZmqMessage next = socket.tryRecvMessage(); next != null; next = socket.tryRecvMessage()) {
      all.add(next);
    }
    return all;
  }

  @Test
  void whatARemovedServerWasAskedGoesToAnother() throws Exception {
    simulated(
        (context, clock) -> {
          ZmqSocket _ = bound(context, SocketType.ROUTER, ONE);
          try (RequestMultiplexer requests = multiplexer(context, ONE)) {
            PendingReply reply = requests.submit(ZmqMessage.of("q"));
            List<String> asked = answering(context, TWO, "two: ");
            requests.addServer(TWO);
            assertThrows(IllegalArgumentException.class, () -> requests.addServer(TWO));
            assertTrue(requests.removeServer(ONE));
            assertFalse(requests.removeServer(ONE));
            assertEquals("two: q", reply.result().text(0));
            assertEquals(Duration.ZERO, clock.elapsed());
            assertEquals("q", only(asked));
            assertEquals(List.of(TWO), requests.servers());
          }
        });
  }

  @Test
  void aRequestThatStandsInLineIsSentOnceWhenItsServerIsRemoved() throws Exception {
    simulated(
        (context, clock) -> {
          ZmqSocket one = bound(context, SocketType.ROUTER, ONE);
          ZmqSocket two = bound(context, SocketType.ROUTER, TWO);
          try (RequestMultiplexer requests = multiplexer(context, ONE)) {
            PendingReply reply = requests.submit(ZmqMessage.of("question"));
            assertEquals("question", question(one.recvMessage(LONG)));
            one.close();
            sleep(ATTEMPT.plus(TICK)); // the next attempt has no server, and stands in line
            requests.addServer(TWO);
            assertTrue(requests.removeServer(ONE));
            ZmqMessage request = two.recvMessage(LONG);
            assertEquals("question", question(request));
            sleep(TICK);
            assertEquals(null, two.tryRecvMessage(), "sent twice");
            two.send(answer(request, "answer"));
            assertEquals("answer", reply.result().text(0));
          }
        });
  }

  @Test
  void tooManyPendingRequestsAreRejected() throws Exception {
    simulated(
        (context, _) -> {
          ZmqSocket _ = bound(context, SocketType.ROUTER, ONE);
          RequestOptions options = RequestOptions.defaults().withMaxPending(2);
          try (RequestMultiplexer requests = RequestMultiplexer.connect(context, options, ONE)) {
            PendingReply first = requests.submit(ZmqMessage.of("1"));
            PendingReply _ = requests.submit(ZmqMessage.of("2"));
            assertThrows(RejectedExecutionException.class, () -> requests.request("3"));
            assertTrue(first.cancel());
            PendingReply _ = requests.submit(ZmqMessage.of("4"));
            assertEquals(2, requests.pending());
          }
        });
  }

  // --- Ends

  @Test
  void aCancelledRequestIsForgottenAndItsReplyDropped() throws Exception {
    simulated(
        (context, clock) -> {
          ZmqSocket server = bound(context, SocketType.ROUTER, ONE);
          try (RequestMultiplexer requests = multiplexer(context, ONE)) {
            PendingReply reply = requests.submit(ZmqMessage.of("q"));
            assertTrue(reply.cancel());
            assertFalse(reply.cancel());
            assertThrows(CancellationException.class, reply::result);
            server.send(answer(server.recvMessage(), "too late"));
            sleep(ATTEMPT.multipliedBy(5));
            assertEquals(List.of(), received(server), "it was not sent again");
            assertEquals(new RequestMultiplexer.Metrics(1, 0, 0, 0, 1, 0), requests.metrics());
            assertEquals(ATTEMPT.multipliedBy(5), clock.elapsed());
          }
        });
  }

  @Test
  void aKilledCallerCancelsItsRequest() throws Exception {
    simulated(
        (context, _) -> {
          ZmqSocket server = bound(context, SocketType.ROUTER, ONE);
          try (RequestMultiplexer requests = multiplexer(context, ONE)) {
            Greenlet<?> caller = spawn(() -> requests.request("q"));
            Greenlet<String> other = spawn(() -> requests.request("other"));
            yieldNow();
            assertEquals(2, requests.pending());
            caller.kill();
            assertEquals(1, requests.pending());
            for (ZmqMessage request : received(server)) {
              server.send(answer(request, "re " + question(request)));
            }
            assertEquals("re other", other.result());
            assertEquals(1, requests.metrics().late());
          }
        });
  }

  @Test
  void closeEndsAllRequestsAndSockets() throws Exception {
    simulated(
        (context, _) -> {
          ZmqSocket _ = bound(context, SocketType.ROUTER, ONE);
          RequestMultiplexer requests = multiplexer(context, ONE);
          PendingReply sent = requests.submit(ZmqMessage.of("q"));
          assertEquals(2, context.sockets().size());
          requests.close();
          requests.close();
          assertTrue(requests.isClosed());
          assertThrows(ZmqClosedException.class, sent::result);
          assertThrows(ZmqClosedException.class, () -> requests.request("q"));
          assertThrows(ZmqClosedException.class, () -> requests.addServer(TWO));
          assertEquals(1, context.sockets().size());
          assertEquals(0, requests.pending());
        });
  }

  @Test
  void theEndOfTheContextEndsAllRequests() throws Exception {
    simulated(
        (context, clock) -> {
          ZmqSocket _ = bound(context, SocketType.ROUTER, ONE);
          RequestMultiplexer requests = multiplexer(context, ONE);
          Greenlet<?> caller = spawn(() -> requests.request("q"));
          RequestMultiplexer without = multiplexer(context);
          PendingReply queued = without.submit(ZmqMessage.of("q"));
          yieldNow();
          context.close();
          assertThrows(ZmqClosedException.class, caller::result);
          assertTrue(requests.isClosed());
          assertThrows(ZmqClosedException.class, queued::result);
          assertEquals(Duration.ZERO, clock.elapsed());
        });
  }

  @Test
  void aWrongEndpointLeavesNothingOpen() throws Exception {
    simulated(
        (context, _) -> {
          assertThrows(ZmqAddressException.class, () -> multiplexer(context, ONE, "nonsense"));
          assertEquals(List.of(), context.sockets());
        });
  }

  @Test
  void optionsAreChecked() {
    RequestOptions options = RequestOptions.defaults();
    assertThrows(IllegalArgumentException.class, () -> options.withAttempts(0));
    assertThrows(IllegalArgumentException.class, () -> options.withMaxPending(0));
    assertThrows(IllegalArgumentException.class, () -> options.withAttemptTimeout(Duration.ZERO));
  }

  // --- Over the wire

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void aServerMayComeLateAndComeBack(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket place = context.socket(SocketType.REP);
          String endpoint = place.bind("tcp://127.0.0.1:*");
          place.close();
          RequestOptions options =
              RequestOptions.defaults()
                  .withAttempts(1_000)
                  .withAttemptTimeout(Duration.ofMillis(50))
                  .withSocketSetUp(
                      sockets -> sockets.heartbeat(Duration.ofSeconds(1), Duration.ofSeconds(3)));
          try (RequestMultiplexer requests =
              RequestMultiplexer.connect(context, options, endpoint)) {
            for (int round = 0; round < 3; round++) {
              List<Greenlet<?>> callers = new ArrayList<>();
              for (int i = 0; i < 20; i++) {
                String text = "q" + i;
                callers.add(spawn(() -> assertEquals("re " + text, requests.request(text))));
              }
              yieldNow();
              ZmqSocket server = rebound(context, endpoint);
              Greenlet<?> serving =
                  spawn(
                      () -> {
                        while (true) {
                          server.send("re " + server.recvString());
                        }
                      });
              joinAll(callers);
              for (Greenlet<?> caller : callers) {
                Object _ = caller.result();
              }
              serving.kill();
              server.close();
            }
            assertEquals(60, requests.metrics().replies());
            assertEquals(0, requests.pending());
          }
        });
  }

  /** The port of a socket that was closed a moment ago is free a moment later. */
  private static ZmqSocket rebound(ZmqContext context, String endpoint) {
    while (true) {
      ZmqSocket server = context.socket(SocketType.REP);
      try {
        String _ = server.bind(endpoint);
        return server;
      } catch (ZmqAddressException e) {
        server.close();
        sleep(Duration.ofMillis(5));
      }
    }
  }
}

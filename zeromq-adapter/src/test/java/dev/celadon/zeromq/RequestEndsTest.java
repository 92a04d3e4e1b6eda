package dev.celadon.zeromq;

import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.VirtualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;

/** Requests that end without a server's word. */
class RequestEndsTest {

  @ParameterizedTest
  @ValueSource(longs = {0, -5})
  void requestWithoutTimeIsNotSent(long millis) throws Exception {
    simulated(
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          try (RequestMultiplexer requests =
              RequestMultiplexer.connect(context, server.bind("inproc://one"))) {
            Duration none = Duration.ofMillis(millis);
            ZmqMessage question = ZmqMessage.of("question");
            assertThrows(ZmqTimeoutException.class, () -> requests.request(question, none));
            PendingReply reply = requests.submit(question, none);
            assertTrue(reply.isReady());
            assertThrows(ZmqTimeoutException.class, reply::result);
            yieldNow();
            assertNull(server.tryRecvMessage());
            assertEquals(0, requests.pending());
            assertEquals(2, requests.metrics().requests());
            assertEquals(2, requests.metrics().timeouts());
          }
        });
  }

  @Test
  void endOfTheContextEndsARequestThatNoServerHasTaken() throws Exception {
    simulated(
        context -> {
          RequestMultiplexer requests = RequestMultiplexer.connect(context);
          Greenlet<String> asks = spawn(() -> requests.request("question"));
          yieldNow();
          assertEquals(1, requests.pending());
          context.term(Duration.ofSeconds(1));
          assertTrue(requests.isClosed());
          asks.join();
          assertTrue(asks.exception() instanceof ZmqClosedException, () -> "" + asks.exception());
        });
  }

  @Test
  void closedMultiplexerIsNotToldOfTheContextsEnd() throws Exception {
    simulated(
        context -> {
          for (int i = 0; i < 3; i++) {
            RequestMultiplexer.connect(context).close();
          }
          RequestMultiplexer last = RequestMultiplexer.connect(context);
          context.close();
          assertTrue(last.isClosed());
        });
  }

  private interface Body {
    void run(ZmqContext context) throws Exception;
  }

  private static void simulated(Body body) throws Exception {
    Hub.run(
        HubOptions.defaults()
            .withClock(new VirtualClock())
            .withErrorHandler(
                (source, failure) -> {
                  if (!(failure instanceof ZmqClosedException)) {
                    throw new AssertionError("" + source, failure);
                  }
                }),
        () -> {
          try (ZmqContext context =
              ZmqContext.open(ContextOptions.defaults().withLinger(Duration.ZERO))) {
            body.run(context);
          }
        });
  }
}

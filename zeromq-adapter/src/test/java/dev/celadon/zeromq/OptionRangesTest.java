package dev.celadon.zeromq;

import static dev.celadon.zeromq.SocketOptions.FOREVER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import zmq.ZMQ;

/** What options refuse, and how they are chained. */
class OptionRangesTest {

  private static final byte[] SOME = "some".getBytes(UTF_8);

  private static final CurveKeys KEYS = CurveKeys.generate();

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  // --- Ranges

  @Test
  void valuesOutOfRangeAreRefusedAtOnceAndSayWhatToDo() throws Exception {
    OnHub.run(
        IoMode.HUB,
        context -> {
          SocketOptions options = context.socket(SocketType.DEALER).options();
          ConnectionOptions connection = options.connection();
          List<String> messages = new ArrayList<>();
          for (Runnable wrong :
              List.<Runnable>of(
                  () -> options.linger(millis(-2)),
                  () -> options.sendHighWaterMark(-1),
                  () -> options.receiveHighWaterMark(-1),
                  () -> options.maxMessageSize(-2),
                  () -> options.identity(new byte[256]),
                  () -> options.identity(new byte[] {0, 1}),
                  () -> connection.reconnectInterval(Duration.ZERO),
                  () -> connection.reconnectIntervalMax(FOREVER),
                  () -> connection.backlog(0),
                  () -> connection.handshakeTimeout(millis(-1)),
                  () -> connection.heartbeatInterval(FOREVER),
                  () -> connection.heartbeatTtl(Duration.ofSeconds(656)),
                  () -> connection.heartbeatContext(new byte[17]),
                  () -> connection.sendBufferSize(-1),
                  () -> connection.keepAliveCount(0),
                  () -> connection.keepAliveIdle(Duration.ZERO),
                  () -> options.pattern().connectRoutingId(""),
                  () -> options.memory().heapThreshold(-1),
                  () -> options.security().zapDomain("\u00e4"),
                  () -> options.plainClient("x".repeat(128), "y"))) {
            messages.add(assertThrows(IllegalArgumentException.class, wrong::run).getMessage());
          }
          assertTrue(
              messages.contains("sendHighWaterMark must be at least 0 (0 is no limit): -1"),
              messages::toString);
          assertTrue(messages.stream().allMatch(m -> m.contains(" must ")), messages::toString);
          assertThrows(IllegalStateException.class, () -> options.curveServer(KEYS.publicOnly()));
        });
  }

  @Test
  void optionsOfOtherTypesAreRefusedByName() throws Exception {
    OnHub.run(
        IoMode.HUB,
        context -> {
          SocketOptions options = context.socket(SocketType.PULL).options();
          for (Runnable wrong :
              List.<Runnable>of(
                  () -> options.routerMandatory(true),
                  () -> options.pattern().xpubManual(true),
                  () -> options.pattern().requestRelaxed(true),
                  () -> options.pattern().probeRouter(true),
                  () -> options.helloMessage(SOME),
                  () -> options.disconnectMessage(SOME),
                  () -> options.hiccupMessage(SOME))) {
            String message = assertThrows(ZmqException.class, wrong::run).getMessage();
            assertTrue(message.contains("it is an option of "), message);
          }
          String conflate =
              assertThrows(
                      ZmqException.class,
                      () -> context.socket(SocketType.ROUTER).options().conflate(true))
                  .getMessage();
          assertTrue(
              conflate.contains("an option of DEALER, PUB, PULL, PUSH and SUB only"), conflate);
        });
  }

  @Test
  void anyOptionCanBeReachedByItsNumber() throws Exception {
    OnHub.run(
        IoMode.HUB,
        context -> {
          ZmqSocket router = context.socket(SocketType.ROUTER);
          SocketOptions options = router.options();
          assertNull(options.get(ZMQ.ZMQ_ROUTER_MANDATORY));
          options.set(ZMQ.ZMQ_ROUTER_MANDATORY, true).set(ZMQ.ZMQ_RATE, 7);
          assertEquals(true, options.get(ZMQ.ZMQ_ROUTER_MANDATORY));
          assertTrue(options.pattern().routerMandatory());
          assertEquals(7, options.get(ZMQ.ZMQ_RATE));
          assertThrows(ZmqException.class, () -> options.get(4711));
          assertThrows(ZmqException.class, () -> options.set(4711, 1));
          router.close();
          assertThrows(ZmqClosedException.class, () -> options.get(ZMQ.ZMQ_ROUTER_MANDATORY));
          assertThrows(ZmqClosedException.class, () -> options.pattern().routerHandover(true));
        });
  }

  @Test
  void durationsAreRoundedUp() throws Exception {
    OnHub.run(
        IoMode.HUB,
        context -> {
          SocketOptions options = context.socket(SocketType.DEALER).options();
          options.receiveTimeout(Duration.ofNanos(1));
          assertEquals(millis(1), options.receiveTimeout());
          options.connection().heartbeatTtl(millis(201)).heartbeatInterval(Duration.ofNanos(1));
          assertEquals(millis(300), options.connection().heartbeatTtl());
          assertEquals(millis(1), options.connection().heartbeatInterval());
          assertEquals(millis(1), options.connection().heartbeatTimeout(), "the interval");
          options.linger(Duration.ofDays(10_000));
          assertEquals(millis(Integer.MAX_VALUE), options.linger());
        });
  }

  @Test
  void chainsGoThroughAllTopics() throws Exception {
    OnHub.run(
        IoMode.HUB,
        context -> {
          ZmqSocket socket = context.socket(SocketType.ROUTER);
          SocketOptions options = socket.options();
          SocketOptions end =
              options
                  .linger(Duration.ZERO)
                  .connection()
                  .backlog(5)
                  .options()
                  .pattern()
                  .routerHandover(true)
                  .options()
                  .memory()
                  .heapThreshold(1)
                  .options()
                  .security()
                  .zapDomain("x")
                  .options();
          assertSame(options, end);
          assertFalse(options.conflate());
        });
  }
}

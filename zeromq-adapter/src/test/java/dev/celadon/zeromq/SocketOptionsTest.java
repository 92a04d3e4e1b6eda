package dev.celadon.zeromq;

import static dev.celadon.zeromq.SocketOptions.FOREVER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZMQ.Socket.Mechanism;
import zmq.Msg;
import zmq.io.coder.raw.RawDecoder;
import zmq.io.net.SelectorProviderChooser;
import zmq.msg.MsgAllocator;

class SocketOptionsTest {

  private static final byte[] SOME = "some".getBytes(UTF_8);

  private static final CurveKeys KEYS = CurveKeys.generate();

  private static final MsgAllocator ALLOCATOR = Msg::new;

  private static final SelectorProviderChooser CHOOSER =
      (address, options) -> java.nio.channels.spi.SelectorProvider.provider();

  /** An option: its setter's name, the type that has it, what it is at first, what to set. */
  private record Option<T>(
      String setter,
      SocketType type,
      T first,
      T other,
      BiConsumer<SocketOptions, T> set,
      Function<SocketOptions, T> get) {

    void check(ZmqContext context) {
      try (ZmqSocket socket = context.socket(type)) {
        assertSameValue(first, get.apply(socket.options()));
        set.accept(socket.options(), other);
        assertSameValue(other, get.apply(socket.options()));
      }
    }

    private void assertSameValue(T expected, T actual) {
      if (expected instanceof byte[] bytes) {
        assertArrayEquals(bytes, (byte[]) actual, setter);
      } else {
        assertEquals(expected, actual, setter);
      }
    }
  }

  private static Option<Boolean> flag(
      String setter,
      SocketType type,
      BiConsumer<SocketOptions, Boolean> set,
      Function<SocketOptions, Boolean> get) {
    return new Option<>(setter, type, false, true, set, get);
  }

  private static <T> Option<T> option(
      String setter,
      T first,
      T other,
      BiConsumer<SocketOptions, T> set,
      Function<SocketOptions, T> get) {
    return new Option<>(setter, SocketType.DEALER, first, other, set, get);
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }

  private static final List<Option<?>> MESSAGES =
      List.of(
          option("linger", Duration.ZERO, FOREVER, SocketOptions::linger, SocketOptions::linger),
          option(
              "receiveTimeout",
              FOREVER,
              millis(7),
              SocketOptions::receiveTimeout,
              SocketOptions::receiveTimeout),
          option(
              "sendTimeout",
              FOREVER,
              millis(7),
              SocketOptions::sendTimeout,
              SocketOptions::sendTimeout),
          option(
              "sendHighWaterMark",
              1000,
              0,
              SocketOptions::sendHighWaterMark,
              SocketOptions::sendHighWaterMark),
          option(
              "receiveHighWaterMark",
              1000,
              5,
              SocketOptions::receiveHighWaterMark,
              SocketOptions::receiveHighWaterMark),
          option(
              "highWaterMark",
              1000,
              5,
              SocketOptions::highWaterMark,
              SocketOptions::sendHighWaterMark),
          flag("conflate", SocketType.PULL, SocketOptions::conflate, SocketOptions::conflate),
          flag(
              "onlyConnected",
              SocketType.PUSH,
              SocketOptions::onlyConnected,
              SocketOptions::onlyConnected),
          option(
              "maxMessageSize",
              -1L,
              1L << 40,
              SocketOptions::maxMessageSize,
              SocketOptions::maxMessageSize),
          option("identity", new byte[0], SOME, SocketOptions::identity, SocketOptions::identity),
          option(
              "helloMessage",
              new byte[0],
              SOME,
              SocketOptions::helloMessage,
              SocketOptions::helloMessage),
          new Option<>(
              "disconnectMessage",
              SocketType.ROUTER,
              new byte[0],
              SOME,
              SocketOptions::disconnectMessage,
              SocketOptions::disconnectMessage),
          option(
              "hiccupMessage",
              new byte[0],
              SOME,
              SocketOptions::hiccupMessage,
              SocketOptions::hiccupMessage),
          flag(
              "routerMandatory",
              SocketType.ROUTER,
              SocketOptions::routerMandatory,
              o -> o.pattern().routerMandatory()),
          option(
              "heartbeat",
              Duration.ZERO,
              millis(9),
              (o, t) -> o.heartbeat(t, millis(1)),
              o -> o.connection().heartbeatInterval()),
          option(
              "curveServer",
              false,
              true,
              (o, t) -> o.curveServer(KEYS),
              o -> o.security().isServer()),
          option(
              "curveClient",
              Optional.empty(),
              Optional.of(KEYS),
              (o, t) -> o.curveClient(KEYS, KEYS),
              o -> o.security().curveServerKey()),
          option(
              "plainServer",
              Mechanism.NULL,
              Mechanism.PLAIN,
              (o, t) -> o.plainServer(),
              o -> o.security().mechanism()),
          option(
              "plainClient",
              null,
              "ann",
              (o, t) -> o.plainClient(t, "x"),
              o -> o.security().plainUserName()));

  private static final List<Option<?>> CONNECTION =
      List.of(
          option(
              "reconnectInterval",
              millis(100),
              FOREVER,
              (o, t) -> o.connection().reconnectInterval(t),
              o -> o.connection().reconnectInterval()),
          option(
              "reconnectIntervalMax",
              Duration.ZERO,
              millis(800),
              (o, t) -> o.connection().reconnectIntervalMax(t),
              o -> o.connection().reconnectIntervalMax()),
          option(
              "backlog",
              100,
              7,
              (o, t) -> o.connection().backlog(t),
              o -> o.connection().backlog()),
          option(
              "handshakeTimeout",
              millis(30_000),
              Duration.ZERO,
              (o, t) -> o.connection().handshakeTimeout(t),
              o -> o.connection().handshakeTimeout()),
          option(
              "affinity",
              0L,
              3L,
              (o, t) -> o.connection().affinity(t),
              o -> o.connection().affinity()),
          option(
              "selfAddressProperty",
              null,
              "X-Self",
              (o, t) -> o.connection().selfAddressProperty(t),
              o -> o.connection().selfAddressProperty()),
          option(
              "heartbeatInterval",
              Duration.ZERO,
              millis(250),
              (o, t) -> o.connection().heartbeatInterval(t),
              o -> o.connection().heartbeatInterval()),
          option(
              "heartbeatTimeout",
              Duration.ZERO,
              millis(250),
              (o, t) -> o.connection().heartbeatTimeout(t),
              o -> o.connection().heartbeatTimeout()),
          option(
              "heartbeatTtl",
              Duration.ZERO,
              millis(300),
              (o, t) -> o.connection().heartbeatTtl(t),
              o -> o.connection().heartbeatTtl()),
          option(
              "heartbeatContext",
              new byte[0],
              SOME,
              (o, t) -> o.connection().heartbeatContext(t),
              o -> o.connection().heartbeatContext()),
          option("ipv6", false, true, (o, t) -> o.connection().ipv6(t), o -> o.connection().ipv6()),
          option(
              "sendBufferSize",
              0,
              70_000,
              (o, t) -> o.connection().sendBufferSize(t),
              o -> o.connection().sendBufferSize()),
          option(
              "receiveBufferSize",
              0,
              70_000,
              (o, t) -> o.connection().receiveBufferSize(t),
              o -> o.connection().receiveBufferSize()),
          option(
              "keepAlive",
              Optional.empty(),
              Optional.of(true),
              (o, t) -> o.connection().keepAlive(t.isPresent()),
              o -> o.connection().keepAlive()),
          option(
              "keepAliveCount",
              Optional.empty(),
              Optional.of(4),
              (o, t) -> o.connection().keepAliveCount(4),
              o -> o.connection().keepAliveCount()),
          option(
              "keepAliveIdle",
              Optional.empty(),
              Optional.of(millis(2_000)),
              (o, t) -> o.connection().keepAliveIdle(millis(1_001)),
              o -> o.connection().keepAliveIdle()),
          option(
              "keepAliveInterval",
              Optional.empty(),
              Optional.of(millis(3_000)),
              (o, t) -> o.connection().keepAliveInterval(millis(3_000)),
              o -> o.connection().keepAliveInterval()),
          option(
              "selectorChooser",
              null,
              CHOOSER,
              (o, t) -> o.connection().selectorChooser(t),
              o -> o.connection().selectorChooser()));

  private static final List<Option<?>> PATTERN =
      List.of(
          flag(
              "routerMandatory",
              SocketType.ROUTER,
              (o, t) -> o.pattern().routerMandatory(t),
              o -> o.pattern().routerMandatory()),
          flag(
              "routerHandover",
              SocketType.ROUTER,
              (o, t) -> o.pattern().routerHandover(t),
              o -> o.pattern().routerHandover()),
          flag(
              "routerRaw",
              SocketType.ROUTER,
              (o, t) -> o.pattern().routerRaw(t),
              o -> o.pattern().routerRaw()),
          flag(
              "probeRouter",
              SocketType.REQ,
              (o, t) -> o.pattern().probeRouter(t),
              o -> o.pattern().probeRouter()),
          new Option<>(
              "connectRoutingId",
              SocketType.STREAM,
              null,
              "peer",
              (o, t) -> o.pattern().connectRoutingId(t),
              o -> o.pattern().connectRoutingId()),
          flag(
              "requestRelaxed",
              SocketType.REQ,
              (o, t) -> o.pattern().requestRelaxed(t),
              o -> o.pattern().requestRelaxed()),
          flag(
              "requestCorrelate",
              SocketType.REQ,
              (o, t) -> o.pattern().requestCorrelate(t),
              o -> o.pattern().requestCorrelate()),
          flag(
              "xpubVerbose",
              SocketType.XPUB,
              (o, t) -> o.pattern().xpubVerbose(t),
              o -> o.pattern().xpubVerbose()),
          flag(
              "xpubVerboser",
              SocketType.XPUB,
              (o, t) -> o.pattern().xpubVerboser(t),
              o -> o.pattern().xpubVerboser()),
          flag(
              "xpubNoDrop",
              SocketType.XPUB,
              (o, t) -> o.pattern().xpubNoDrop(t),
              o -> o.pattern().xpubNoDrop()),
          flag(
              "xpubManual",
              SocketType.XPUB,
              (o, t) -> o.pattern().xpubManual(t),
              o -> o.pattern().xpubManual()));

  private static final List<Option<?>> MEMORY =
      List.of(
          option(
              "heapThreshold",
              1 << 20,
              0,
              (o, t) -> o.memory().heapThreshold(t),
              o -> o.memory().heapThreshold()),
          option(
              "messageAllocator",
              true,
              false,
              (o, t) -> o.memory().messageAllocator(ALLOCATOR),
              o -> o.memory().messageAllocator() != ALLOCATOR),
          option(
              "decoder",
              true,
              false,
              (o, t) -> o.memory().decoder(OwnDecoder.class),
              o -> o.memory().decoder() == null),
          option(
              "encoder",
              true,
              false,
              (o, t) -> o.memory().encoder(OwnEncoder.class),
              o -> o.memory().encoder() == null));

  private static final List<Option<?>> SECURITY =
      List.of(
          option(
              "none",
              Mechanism.NULL,
              Mechanism.NULL,
              (o, t) -> o.plainServer().security().none(),
              o -> o.security().mechanism()),
          option(
              "plainServer",
              false,
              true,
              (o, t) -> o.security().plainServer(),
              o -> o.security().isServer()),
          option(
              "plainClient",
              null,
              "pw",
              (o, t) -> o.security().plainClient("", t),
              o -> o.security().plainPassword()),
          option(
              "curveServer",
              Optional.empty(),
              Optional.of(KEYS),
              (o, t) -> o.security().curveServer(KEYS),
              o -> o.security().curveKeys()),
          option(
              "curveClient",
              Mechanism.NULL,
              Mechanism.CURVE,
              (o, t) -> o.security().curveClient(KEYS, KEYS),
              o -> o.security().mechanism()),
          option(
              "zapDomain",
              "",
              "global",
              (o, t) -> o.security().zapDomain(t),
              o -> o.security().zapDomain()));

  /** With the constructor that JeroMQ looks for. */
  public static final class OwnDecoder extends RawDecoder {
    public OwnDecoder(int size, long max) {
      super(size);
    }
  }

  /** With the constructor that JeroMQ looks for. */
  public static final class OwnEncoder extends zmq.io.coder.raw.RawEncoder {
    public OwnEncoder(int size, long max) {
      super(new zmq.util.Errno(), size);
    }
  }

  private static final Map<Class<?>, List<Option<?>>> TOPICS =
      Map.of(
          SocketOptions.class, MESSAGES,
          ConnectionOptions.class, CONNECTION,
          PatternOptions.class, PATTERN,
          MemoryOptions.class, MEMORY,
          SecurityOptions.class, SECURITY);

  @Test
  void everyOptionIsReadAsItWasSet() throws Exception {
    OnHub.run(
        IoMode.HUB,
        context ->
            TOPICS.values().forEach(topic -> topic.forEach(option -> option.check(context))));
  }

  @Test
  void everySetterIsInTheTestAbove() {
    TOPICS.forEach(
        (view, options) -> {
          Set<String> setters = new TreeSet<>();
          for (Method method : view.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers())
                && method.getReturnType() == view
                && !method.getName().equals("set")) {
              setters.add(method.getName());
            }
          }
          Set<String> tested = new TreeSet<>();
          options.forEach(option -> tested.add(option.setter()));
          assertEquals(setters, tested, view.getSimpleName());
        });
  }
}

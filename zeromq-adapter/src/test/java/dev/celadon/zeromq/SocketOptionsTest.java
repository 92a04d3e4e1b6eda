package dev.celadon.zeromq;

import static dev.celadon.zeromq.SocketOptions.FOREVER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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
import zmq.ZMQ;
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

  // --- JeroMQ's options

  /** Where each constant of JeroMQ is, by the names of ours. */
  private static final Map<String, String> TYPED =
      Map.ofEntries(
          Map.entry("AFFINITY", "connection.affinity"),
          Map.entry("IDENTITY", "identity"),
          Map.entry("SNDBUF", "connection.sendBufferSize"),
          Map.entry("RCVBUF", "connection.receiveBufferSize"),
          Map.entry("LINGER", "linger"),
          Map.entry("RECONNECT_IVL", "connection.reconnectInterval"),
          Map.entry("RECONNECT_IVL_MAX", "connection.reconnectIntervalMax"),
          Map.entry("BACKLOG", "connection.backlog"),
          Map.entry("MAXMSGSIZE", "maxMessageSize"),
          Map.entry("SNDHWM", "sendHighWaterMark"),
          Map.entry("RCVHWM", "receiveHighWaterMark"),
          Map.entry("RCVTIMEO", "receiveTimeout"),
          Map.entry("SNDTIMEO", "sendTimeout"),
          Map.entry("ROUTER_MANDATORY", "pattern.routerMandatory"),
          Map.entry("TCP_KEEPALIVE", "connection.keepAlive"),
          Map.entry("TCP_KEEPALIVE_CNT", "connection.keepAliveCount"),
          Map.entry("TCP_KEEPALIVE_IDLE", "connection.keepAliveIdle"),
          Map.entry("TCP_KEEPALIVE_INTVL", "connection.keepAliveInterval"),
          Map.entry("IMMEDIATE", "onlyConnected"),
          Map.entry("XPUB_VERBOSE", "pattern.xpubVerbose"),
          Map.entry("ROUTER_RAW", "pattern.routerRaw"),
          Map.entry("IPV6", "connection.ipv6"),
          Map.entry("MECHANISM", "security.mechanism"),
          Map.entry("PLAIN_SERVER", "security.plainServer"),
          Map.entry("PLAIN_USERNAME", "security.plainClient"),
          Map.entry("PLAIN_PASSWORD", "security.plainClient"),
          Map.entry("CURVE_SERVER", "security.curveServer"),
          Map.entry("CURVE_PUBLICKEY", "security.curveServer"),
          Map.entry("CURVE_SECRETKEY", "security.curveServer"),
          Map.entry("CURVE_SERVERKEY", "security.curveClient"),
          Map.entry("PROBE_ROUTER", "pattern.probeRouter"),
          Map.entry("REQ_CORRELATE", "pattern.requestCorrelate"),
          Map.entry("REQ_RELAXED", "pattern.requestRelaxed"),
          Map.entry("CONFLATE", "conflate"),
          Map.entry("ZAP_DOMAIN", "security.zapDomain"),
          Map.entry("ROUTER_HANDOVER", "pattern.routerHandover"),
          Map.entry("CONNECT_RID", "pattern.connectRoutingId"),
          Map.entry("HANDSHAKE_IVL", "connection.handshakeTimeout"),
          Map.entry("XPUB_NODROP", "pattern.xpubNoDrop"),
          Map.entry("XPUB_MANUAL", "pattern.xpubManual"),
          Map.entry("HEARTBEAT_IVL", "connection.heartbeatInterval"),
          Map.entry("HEARTBEAT_TTL", "connection.heartbeatTtl"),
          Map.entry("HEARTBEAT_TIMEOUT", "connection.heartbeatTimeout"),
          Map.entry("HEARTBEAT_CONTEXT", "connection.heartbeatContext"),
          Map.entry("XPUB_VERBOSER", "pattern.xpubVerboser"),
          Map.entry("HELLO_MSG", "helloMessage"),
          Map.entry("DISCONNECT_MSG", "disconnectMessage"),
          Map.entry("HICCUP_MSG", "hiccupMessage"),
          Map.entry("SELFADDR_PROPERTY_NAME", "connection.selfAddressProperty"),
          Map.entry("ENCODER", "memory.encoder"),
          Map.entry("DECODER", "memory.decoder"),
          Map.entry("MSG_ALLOCATOR", "memory.messageAllocator"),
          Map.entry("MSG_ALLOCATION_HEAP_THRESHOLD", "memory.heapThreshold"),
          Map.entry("SELECTOR_PROVIDERCHOOSER", "connection.selectorChooser"));

  /** Which are not, and why. All can be reached by their numbers. */
  private static final Map<String, String> UNTYPED =
      Map.ofEntries(
          Map.entry("SUBSCRIBE", "ZmqSocket.subscribe"),
          Map.entry("UNSUBSCRIBE", "ZmqSocket.unsubscribe"),
          Map.entry("RCVMORE", "ZmqSocket.hasReceiveMore, for each greenlet"),
          Map.entry("FD", "the adapter's own"),
          Map.entry("EVENTS", "ZmqSocket.events"),
          Map.entry("TYPE", "ZmqSocket.type"),
          Map.entry("LAST_ENDPOINT", "ZmqSocket.lastEndpoint"),
          Map.entry("RATE", "multicast, which JeroMQ does not have"),
          Map.entry("RECOVERY_IVL", "multicast, which JeroMQ does not have"),
          Map.entry("MULTICAST_HOPS", "multicast, which JeroMQ does not have"),
          Map.entry("TOS", "JeroMQ sets the size of the send buffer instead"),
          Map.entry(
              "TCP_ACCEPT_FILTER", "compares ports as well, so it never matches: Authenticator"),
          Map.entry("IPV4ONLY", "the old opposite of IPV6"),
          Map.entry("DELAY_ATTACH_ON_CONNECT", "the old opposite of IMMEDIATE"),
          Map.entry("GSSAPI_SERVER", "JeroMQ does not have the mechanism"),
          Map.entry("GSSAPI_PRINCIPAL", "JeroMQ does not have the mechanism"),
          Map.entry("GSSAPI_SERVICE_PRINCIPAL", "JeroMQ does not have the mechanism"),
          Map.entry("GSSAPI_PLAINTEXT", "JeroMQ does not have the mechanism"),
          Map.entry("SOCKS_PROXY", "JeroMQ's connecter for it throws"),
          Map.entry("BLOCKY", "of the context: ContextOptions.linger"),
          Map.entry("AS_TYPE", "for tests of JeroMQ: claims to be another type"),
          Map.entry("XPUB_VERBOSE_UNSUBSCRIBE", "another name of XPUB_VERBOSER"),
          Map.entry("FAIL_UNROUTABLE", "another name of ROUTER_MANDATORY"),
          Map.entry("ROUTER_BEHAVIOR", "another name of ROUTER_MANDATORY"));

  @Test
  void everyOptionOfJeroMqIsTypedOrHasAReasonNotToBe() throws Exception {
    Set<String> ours = new TreeSet<>(TYPED.keySet());
    ours.addAll(UNTYPED.keySet());
    Set<String> theirs = new TreeSet<>();
    for (var field : ZMQ.class.getFields()) {
      String name = field.getName();
      if (field.getType() == int.class && name.startsWith("ZMQ_") && isOption(name)) {
        theirs.add(name.substring("ZMQ_".length()));
      }
    }
    assertEquals(theirs, ours);
    for (String place : TYPED.values()) {
      assertTrue(hasMethod(place), place);
    }
  }

  private static boolean hasMethod(String place) {
    int dot = place.indexOf('.');
    Class<?> view =
        switch (dot < 0 ? "" : place.substring(0, dot)) {
          case "connection" -> ConnectionOptions.class;
          case "pattern" -> PatternOptions.class;
          case "memory" -> MemoryOptions.class;
          case "security" -> SecurityOptions.class;
          default -> SocketOptions.class;
        };
    String name = place.substring(dot + 1);
    return Arrays.stream(view.getMethods()).anyMatch(method -> method.getName().equals(name));
  }

  /** The others are numbers of types, events, errors and flags. */
  private static boolean isOption(String name) {
    String bare = name.substring("ZMQ_".length());
    if (Arrays.stream(SocketType.values()).anyMatch(type -> type.name().equals(bare))) {
      return false;
    }
    return !bare.startsWith("EVENT_")
        && !bare.startsWith("PROTOCOL_ERROR_")
        && !bare.startsWith("POLL")
        && !bare.startsWith("VERSION_")
        && !bare.startsWith("IO_THREADS")
        && !bare.startsWith("MAX_SOCKETS")
        && !List.of(
                "XREQ",
                "XREP",
                "MORE",
                "DONTWAIT",
                "NOBLOCK",
                "SNDMORE",
                "STREAMER",
                "FORWARDER",
                "QUEUE")
            .contains(bare);
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

package dev.celadon.zeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import zmq.ZMQ;

/** Every option of JeroMQ has its place here, or a reason to have none. */
class JeroMqOptionsTest {

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
}

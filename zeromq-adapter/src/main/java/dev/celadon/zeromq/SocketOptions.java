package dev.celadon.zeromq;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import zmq.ZError;
import zmq.ZMQ;

/**
 * The options of one socket, to be read and changed. The setters return the options, for chains:
 *
 * <pre>{@code socket.options().sendHighWaterMark(100).linger(Duration.ZERO)}</pre>
 *
 * <p>Here is what concerns messages. The rest is sorted by topic: {@link #connection()} has TCP,
 * reconnecting and heartbeats, {@link #security()} has PLAIN and CURVE, {@link #pattern()} has what
 * only some types of sockets know, {@link #memory()} has buffers of messages and codecs.
 *
 * <p>As in every ZeroMQ, most options hold for the binds and connects that follow. A value out of
 * its range is refused at once.
 *
 * <p>Confined to its hub.
 */
public final class SocketOptions {

  /** For timeouts and lingers: without an end. ZeroMQ's -1. */
  public static final Duration FOREVER = Duration.ofMillis(-1);

  private final ZmqSocket socket;

  /** What was set, of the options that JeroMQ does not tell. */
  private final Map<Integer, Object> written = new HashMap<>(4);

  private @Nullable SecurityOptions security;

  SocketOptions(ZmqSocket socket) {
    this.socket = socket;
  }

  // --- Topics

  /**
   * What concerns connections: TCP, reconnecting, handshakes, heartbeats.
   *
   * @return a view of these options
   */
  public ConnectionOptions connection() {
    return new ConnectionOptions(this);
  }

  /**
   * Who may talk to whom, and whether it is encrypted.
   *
   * @return a view of these options
   */
  public SecurityOptions security() {
    SecurityOptions known = security;
    if (known == null) {
      known = new SecurityOptions(this);
      security = known;
    }
    return known;
  }

  /**
   * What only some types of sockets know: ROUTER, DEALER, REQ, XPUB.
   *
   * @return a view of these options
   */
  public PatternOptions pattern() {
    return new PatternOptions(this);
  }

  /**
   * Where received messages are stored, and how bytes become messages.
   *
   * @return a view of these options
   */
  public MemoryOptions memory() {
    return new MemoryOptions(this);
  }

  // --- Times

  /**
   * How long the socket goes on to send what is queued after it was closed.
   *
   * @return the linger, or {@link #FOREVER}
   */
  public Duration linger() {
    return duration(getInt(ZMQ.ZMQ_LINGER));
  }

  /**
   * Sets how long the socket goes on to send what is queued after it was closed.
   *
   * @param linger zero drops what is queued; {@link #FOREVER} holds the context up until all is
   *     sent
   * @return these options
   */
  public SocketOptions linger(Duration linger) {
    return set(ZMQ.ZMQ_LINGER, checkedMillis("linger", linger));
  }

  /**
   * How long a receive without a time of its own waits.
   *
   * @return the timeout, or {@link #FOREVER}
   */
  public Duration receiveTimeout() {
    return duration(getInt(ZMQ.ZMQ_RCVTIMEO));
  }

  /**
   * Sets how long a receive without a time of its own waits. ZeroMQ's RCVTIMEO.
   *
   * @param timeout zero does not wait; {@link #FOREVER}, the default, waits without an end
   * @return these options
   */
  public SocketOptions receiveTimeout(Duration timeout) {
    int millis = checkedMillis("receiveTimeout", timeout);
    set(ZMQ.ZMQ_RCVTIMEO, millis);
    socket.receiveTimeoutNanos(nanos(millis));
    return this;
  }

  /**
   * How long a send without a time of its own waits.
   *
   * @return the timeout, or {@link #FOREVER}
   */
  public Duration sendTimeout() {
    return duration(getInt(ZMQ.ZMQ_SNDTIMEO));
  }

  /**
   * Sets how long a send without a time of its own waits. ZeroMQ's SNDTIMEO.
   *
   * @param timeout zero does not wait; {@link #FOREVER}, the default, waits without an end
   * @return these options
   */
  public SocketOptions sendTimeout(Duration timeout) {
    int millis = checkedMillis("sendTimeout", timeout);
    set(ZMQ.ZMQ_SNDTIMEO, millis);
    socket.sendTimeoutNanos(nanos(millis));
    return this;
  }

  private static long nanos(int millis) {
    return millis < 0 ? Long.MAX_VALUE : millis * 1_000_000L;
  }

  /**
   * Looks after idle connections; short for {@link ConnectionOptions#heartbeatInterval(Duration)}
   * and {@link ConnectionOptions#heartbeatTimeout(Duration)}. Before bind and connect.
   *
   * @param interval between heartbeats; zero sends none
   * @param timeout without any sign of life, after which a connection is closed
   * @return these options
   */
  public SocketOptions heartbeat(Duration interval, Duration timeout) {
    return connection().heartbeatInterval(interval).heartbeatTimeout(timeout).options();
  }

  // --- Queues

  /**
   * How many messages may be queued for one peer before a send waits, or drops, as its type does.
   *
   * @return messages; 0 is no limit
   */
  public int sendHighWaterMark() {
    return getInt(ZMQ.ZMQ_SNDHWM);
  }

  /**
   * Sets how many messages may be queued for one peer before a send waits, or drops, as its type
   * does. Before bind and connect.
   *
   * @param messages 0 is no limit
   * @return these options
   */
  public SocketOptions sendHighWaterMark(int messages) {
    return set(ZMQ.ZMQ_SNDHWM, atLeast("sendHighWaterMark", 0, messages, "0 is no limit"));
  }

  /**
   * How many messages of one peer may be queued here before that peer's sends wait, or drop.
   *
   * @return messages; 0 is no limit
   */
  public int receiveHighWaterMark() {
    return getInt(ZMQ.ZMQ_RCVHWM);
  }

  /**
   * Sets how many messages of one peer may be queued here before that peer's sends wait, or drop.
   * Before bind and connect.
   *
   * @param messages 0 is no limit
   * @return these options
   */
  public SocketOptions receiveHighWaterMark(int messages) {
    return set(ZMQ.ZMQ_RCVHWM, atLeast("receiveHighWaterMark", 0, messages, "0 is no limit"));
  }

  /**
   * Sets both high-water marks. JeroMQ's setHWM. Before bind and connect.
   *
   * @param messages 0 is no limit
   * @return these options
   */
  public SocketOptions highWaterMark(int messages) {
    return sendHighWaterMark(messages).receiveHighWaterMark(messages);
  }

  /**
   * Whether only the last message is kept.
   *
   * @return true if all messages but the last are dropped
   */
  public boolean conflate() {
    return getBoolean(ZMQ.ZMQ_CONFLATE);
  }

  /**
   * Keeps the last message only. ZeroMQ's CONFLATE, for DEALER, PUB, PULL, PUSH and SUB, and
   * messages of one frame. Before bind and connect.
   *
   * @param lastOnly true to drop all messages but the last
   * @return these options
   */
  public SocketOptions conflate(boolean lastOnly) {
    if (lastOnly) {
      requireType(
          "conflate",
          SocketType.DEALER,
          SocketType.PUB,
          SocketType.PULL,
          SocketType.PUSH,
          SocketType.SUB);
    }
    return set(ZMQ.ZMQ_CONFLATE, lastOnly);
  }

  /**
   * Whether sends wait for a peer that is really connected.
   *
   * @return true if messages are queued for completed connections only
   */
  public boolean onlyConnected() {
    return !getBoolean(ZMQ.ZMQ_IMMEDIATE);
  }

  /**
   * Lets sends wait for a peer that is really connected, instead of queueing for one that may come.
   * ZeroMQ's IMMEDIATE, which libzmq and JeroMQ understand in opposite ways: JeroMQ's {@code
   * setImmediate(false)} is true here. Before connect.
   *
   * @param onlyConnected true to queue for completed connections only
   * @return these options
   */
  public SocketOptions onlyConnected(boolean onlyConnected) {
    return set(ZMQ.ZMQ_IMMEDIATE, !onlyConnected);
  }

  /**
   * The longest frame that is received.
   *
   * @return bytes; -1 is no limit
   */
  public long maxMessageSize() {
    return get(ZMQ.ZMQ_MAXMSGSIZE) instanceof Long size ? size : -1;
  }

  /**
   * Sets the longest frame that is received; the connection of a peer that sends a longer one is
   * closed, before memory is taken for it. Before bind and connect.
   *
   * @param bytes -1, the default, is no limit
   * @return these options
   */
  public SocketOptions maxMessageSize(long bytes) {
    return set(ZMQ.ZMQ_MAXMSGSIZE, atLeast("maxMessageSize", -1, bytes, "-1 is no limit"));
  }

  // --- Names and messages about peers

  /**
   * The name under which ROUTERs know this socket.
   *
   * @return the identity; empty if the peers make one up
   */
  public byte[] identity() {
    return getBytes(ZMQ.ZMQ_IDENTITY);
  }

  /**
   * Sets the name under which ROUTERs know this socket. Before bind and connect.
   *
   * @param identity 1 to 255 bytes, not starting with a zero byte; empty lets the peers make one up
   * @return these options
   */
  public SocketOptions identity(byte[] identity) {
    if (identity.length > 255) {
      throw new IllegalArgumentException(
          "identity must have at most 255 bytes, not " + identity.length);
    }
    if (identity.length > 0 && identity[0] == 0) {
      throw new IllegalArgumentException(
          "identity must not start with a zero byte, as those that ZeroMQ makes up do");
    }
    return set(ZMQ.ZMQ_IDENTITY, identity.clone());
  }

  /**
   * What every new peer receives first.
   *
   * @return a copy of the message; empty if there is none
   */
  public byte[] helloMessage() {
    return getBytes(ZMQ.ZMQ_HELLO_MSG);
  }

  /**
   * Sets what every new peer receives first, before anything that is sent. For DEALER and ROUTER.
   * Before bind and connect.
   *
   * @param message one frame; empty for none
   * @return these options
   */
  public SocketOptions helloMessage(byte[] message) {
    requireType("helloMessage", SocketType.DEALER, SocketType.ROUTER);
    return set(ZMQ.ZMQ_HELLO_MSG, message.clone());
  }

  /**
   * What this socket receives when a peer has left.
   *
   * @return a copy of the message; empty if there is none
   */
  public byte[] disconnectMessage() {
    return getBytes(ZMQ.ZMQ_DISCONNECT_MSG);
  }

  /**
   * Sets what this socket receives, as if the peer had sent it, when a peer that had connected to
   * it has left. For ROUTER. Before bind.
   *
   * @param message one frame; empty for none
   * @return these options
   */
  public SocketOptions disconnectMessage(byte[] message) {
    requireType("disconnectMessage", SocketType.ROUTER);
    return set(ZMQ.ZMQ_DISCONNECT_MSG, message.clone());
  }

  /**
   * What this socket receives when a connection that it made was lost.
   *
   * @return a copy of the message; empty if there is none
   */
  public byte[] hiccupMessage() {
    return getBytes(ZMQ.ZMQ_HICCUP_MSG);
  }

  /**
   * Sets what this socket receives, as if the peer had sent it, when a connection that it made was
   * lost and is being made anew. For DEALER. Before connect.
   *
   * @param message one frame; empty for none
   * @return these options
   */
  public SocketOptions hiccupMessage(byte[] message) {
    requireType("hiccupMessage", SocketType.DEALER);
    return set(ZMQ.ZMQ_HICCUP_MSG, message.clone());
  }

  // --- Short forms

  /**
   * Lets a ROUTER report messages to unknown peers; short for {@link
   * PatternOptions#routerMandatory(boolean)}.
   *
   * @param report true to report
   * @return these options
   */
  public SocketOptions routerMandatory(boolean report) {
    return pattern().routerMandatory(report).options();
  }

  /**
   * Encrypts, as the side that has a known key; short for {@link
   * SecurityOptions#curveServer(CurveKeys)}.
   *
   * @param keys the server's own, with the secret one
   * @return these options
   */
  public SocketOptions curveServer(CurveKeys keys) {
    return security().curveServer(keys).options();
  }

  /**
   * Encrypts, as the side that knows the server's key; short for {@link
   * SecurityOptions#curveClient(CurveKeys, CurveKeys)}.
   *
   * @param keys the client's own, with the secret one
   * @param server the server's public key
   * @return these options
   */
  public SocketOptions curveClient(CurveKeys keys, CurveKeys server) {
    return security().curveClient(keys, server).options();
  }

  /**
   * Asks for user names and passwords; short for {@link SecurityOptions#plainServer()}.
   *
   * @return these options
   */
  public SocketOptions plainServer() {
    return security().plainServer().options();
  }

  /**
   * Says a user name and a password; short for {@link SecurityOptions#plainClient(String, String)}.
   *
   * @param userName at most 127 bytes of UTF-8
   * @param password at most 127 bytes of UTF-8
   * @return these options
   */
  public SocketOptions plainClient(String userName, String password) {
    return security().plainClient(userName, password).options();
  }

  // --- Any option

  /**
   * Any option of JeroMQ by its number. Of those that JeroMQ can only set, the value that was set
   * here.
   *
   * @param option one of the {@code ZMQ_} constants of {@link zmq.ZMQ}
   * @return its value, of the type that JeroMQ has for it; null if it was not set
   * @throws ZmqException if there is no such option
   */
  public @Nullable Object get(int option) {
    if (isWriteOnly(option)) {
      Object _ = socket.getOption(ZMQ.ZMQ_TYPE); // which throws if the socket is closed
      return written.get(option);
    }
    try {
      return socket.getOption(option);
    } catch (IllegalArgumentException e) {
      throw new ZmqException(
          ZError.EINVAL,
          "cannot get option " + option + " of " + socket + ": there is no such option",
          e);
    }
  }

  /**
   * Sets any option of JeroMQ by its number.
   *
   * @param option one of the {@code ZMQ_} constants of {@link zmq.ZMQ}
   * @param value of the type that JeroMQ takes for it
   * @return these options
   * @throws ZmqException if the socket's type has no such option, or the value is out of its range
   */
  public SocketOptions set(int option, Object value) {
    socket.setOption(option, value);
    if (isWriteOnly(option)) {
      written.put(option, value);
    }
    return this;
  }

  private static boolean isWriteOnly(int option) {
    return switch (option) {
      case ZMQ.ZMQ_ROUTER_MANDATORY,
          ZMQ.ZMQ_ROUTER_RAW,
          ZMQ.ZMQ_ROUTER_HANDOVER,
          ZMQ.ZMQ_PROBE_ROUTER,
          ZMQ.ZMQ_CONNECT_RID,
          ZMQ.ZMQ_REQ_CORRELATE,
          ZMQ.ZMQ_REQ_RELAXED,
          ZMQ.ZMQ_XPUB_VERBOSE,
          ZMQ.ZMQ_XPUB_VERBOSER,
          ZMQ.ZMQ_XPUB_NODROP,
          ZMQ.ZMQ_XPUB_MANUAL,
          ZMQ.ZMQ_HELLO_MSG,
          ZMQ.ZMQ_DISCONNECT_MSG,
          ZMQ.ZMQ_HICCUP_MSG,
          MemoryOptions.ENCODER,
          MemoryOptions.DECODER ->
          true;
      default -> false;
    };
  }

  // --- What the topics need

  /** Null if nobody has asked for {@link #security()}. */
  @Nullable SecurityOptions securityIfSet() {
    return security;
  }

  ZmqSocket socket() {
    return socket;
  }

  int getInt(int option) {
    return get(option) instanceof Integer value ? value : 0;
  }

  boolean getBoolean(int option) {
    return get(option) instanceof Boolean value && value;
  }

  @Nullable String getText(int option) {
    return get(option) instanceof String text ? text : null;
  }

  private byte[] getBytes(int option) {
    return switch (get(option)) {
      case byte[] bytes -> bytes.clone();
      case String text -> text.getBytes(StandardCharsets.UTF_8);
      case null, default -> new byte[0];
    };
  }

  /** Tells the type that does not know an option, which JeroMQ ignores or refuses without words. */
  void requireType(String what, SocketType... types) {
    for (SocketType type : types) {
      if (type == socket.type()) {
        return;
      }
    }
    throw new ZmqException(
        ZError.EINVAL,
        "cannot set " + what + " of " + socket + ": it is an option of " + names(types) + " only",
        null);
  }

  private static String names(SocketType... types) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < types.length; i++) {
      if (i > 0) {
        names.append(i == types.length - 1 ? " and " : ", ");
      }
      names.append(types[i]);
    }
    return names.toString();
  }

  // --- Ranges

  /** ZeroMQ's milliseconds of a duration, rounded up, so that a short one does not become none. */
  static int checkedMillis(String what, Duration duration) {
    if (duration.equals(FOREVER)) {
      return -1;
    }
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          what + " must be zero, positive, or SocketOptions.FOREVER: " + duration);
    }
    return roundedUp(duration);
  }

  /** The same, where without an end makes no sense. */
  static int finiteMillis(String what, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          what + " must be zero or positive, zero for none: " + duration);
    }
    return roundedUp(duration);
  }

  private static int roundedUp(Duration duration) {
    if (duration.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
      return Integer.MAX_VALUE;
    }
    return (int) duration.plusNanos(999_999).toMillis();
  }

  static Duration duration(int millis) {
    return millis < 0 ? FOREVER : Duration.ofMillis(millis);
  }

  static int atLeast(String what, int least, int value, String hint) {
    return Math.toIntExact(atLeast(what, least, (long) value, hint));
  }

  static long atLeast(String what, int least, long value, String hint) {
    if (value < least) {
      throw new IllegalArgumentException(
          what + " must be at least " + least + " (" + hint + "): " + value);
    }
    return value;
  }
}

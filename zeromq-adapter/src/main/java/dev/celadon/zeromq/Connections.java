package dev.celadon.zeromq;

import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMonitor;
import zmq.SocketBase;
import zmq.ZMQ;
import zmq.util.Errno;

/**
 * The TCP connections of one socket, as far as they are known, and those who want to know.
 *
 * <p>JeroMQ tells of them from wherever it does its I/O; the rest is the socket's.
 */
final class Connections implements ZMQ.EventConsummer {
  /*
   * JeroMQ has one place for a hook, which is taken when the socket gets its first endpoint on TCP; so there is no connection that is
   * not known. It costs a few objects per connection, and nothing per message.
   *
   * What is known of a connection:
   *
   *   HANDSHAKING   from `Connected` or `Accepted` on      watched, see Handshakes
   *   READY         a peer; counts for awaitConnected
   *   LEAVING       READY, and its endpoint was taken back  watched
   *   gone          `Disconnected`, or its channel is closed
   *
   * Whoever waits for a number of peers is granted by the change itself, under the lock: a connection that comes between the look and
   * the wait is not missed, nor one that goes again before the waiter has its turn.
   */

  private static final Errno ERRNO = new Errno();

  private final SocketBase base;
  private final String socket;
  private final Handshakes handshakes;
  private final List<ZmqMonitor> monitors = new CopyOnWriteArrayList<>();

  /** Those who wait for as many peers as they carry; its lock guards everything below. */
  private final WaitQueue connected;

  /** Those who wait for no peer; under the same lock. */
  private final WaitQueue disconnected;

  private final Map<SelectableChannel, Connection> known = new LinkedHashMap<>(4);
  private int peers;
  private long made;
  private long accepted;
  private long ended;
  private long retries;
  private long failedHandshakes;

  /**
   * The endpoints of whose failure JeroMQ's threads have told, and the end of the connection comes
   * next.
   */
  private final Map<Thread, String> failedEndpoints = new HashMap<>(2);

  private boolean isInstalled;
  private ZMQ.@Nullable EventConsummer raw;
  private int rawEvents;

  Connections(SocketBase base, ZmqSocket socket, Handshakes handshakes) {
    this.base = base;
    this.socket = socket.type() + " socket";
    this.handshakes = handshakes;
    this.connected = new WaitQueue(this);
    this.disconnected = new WaitQueue(this);
  }

  /** Before the first endpoint. On the hub. */
  void install() {
    if (!isInstalled) {
      isInstalled = true;
      boolean _ = base.setEventHook(this, ZMQ.ZMQ_EVENT_ALL);
    }
  }

  // --- JeroMQ's calls

  @Override
  public void consume(ZMQ.Event event) {
    ZMQ.EventConsummer listener = raw;
    if (listener != null && (rawEvents & event.event) != 0) {
      int errno = ERRNO.get();
      listener.consume(event); // which may use sockets
      ERRNO.set(errno); // JeroMQ tells of a failure first, and then why
    }
    String endpoint = event.addr;
    switch (event.event) {
      case ZMQ.ZMQ_EVENT_LISTENING -> publish(new ZmqEvent.Listening(endpoint));
      case ZMQ.ZMQ_EVENT_BIND_FAILED -> publish(new ZmqEvent.BindFailed(endpoint, number(event)));
      case ZMQ.ZMQ_EVENT_ACCEPTED -> begun(event, true);
      case ZMQ.ZMQ_EVENT_ACCEPT_FAILED ->
          publish(new ZmqEvent.AcceptFailed(endpoint, number(event)));
      case ZMQ.ZMQ_EVENT_CONNECT_DELAYED -> publish(new ZmqEvent.ConnectDelayed(endpoint));
      case ZMQ.ZMQ_EVENT_CONNECT_RETRIED -> retried(endpoint, number(event));
      case ZMQ.ZMQ_EVENT_CONNECTED -> begun(event, false);
      case ZMQ.ZMQ_EVENT_HANDSHAKE_PROTOCOL ->
          publish(new ZmqEvent.Greeted(endpoint, number(event)));
      case ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_AUTH ->
          failed(endpoint, ZmqEvent.FailureReason.AUTHENTICATION, number(event));
      case ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL ->
          failed(endpoint, ZmqEvent.FailureReason.PROTOCOL, number(event));
      case ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL ->
          failed(endpoint, ZmqEvent.FailureReason.DISCONNECTED, 0);
      case ZMQ.ZMQ_EVENT_DISCONNECTED -> ended(event);
      case ZMQ.ZMQ_EVENT_CLOSED -> publish(new ZmqEvent.Closed(endpoint));
      case ZMQ.ZMQ_EVENT_CLOSE_FAILED -> publish(new ZmqEvent.CloseFailed(endpoint, number(event)));
      default -> {} // the end of monitors, which close tells
    }
  }

  /** JeroMQ lets go of the socket. */
  @Override
  public void close() {
    for (ZmqMonitor monitor : monitors) {
      monitor.end();
    }
    monitors.clear();
    ZMQ.EventConsummer listener = raw;
    if (listener != null) {
      raw = null;
      listener.close();
    }
  }

  private static int number(ZMQ.Event event) {
    return event.arg instanceof Integer number ? number : 0;
  }

  private void begun(ZMQ.Event event, boolean isAccepted) {
    if (!(event.arg instanceof SelectableChannel channel)) {
      return;
    }
    InetSocketAddress address = remote(channel);
    Connection connection = new Connection(this, channel, event.addr, address, isAccepted);
    connected.lock();
    known.put(channel, connection);
    if (isAccepted) {
      accepted++;
    } else {
      made++;
    }
    connected.unlock();
    publish(
        isAccepted
            ? new ZmqEvent.Accepted(event.addr, address)
            : new ZmqEvent.Connected(event.addr, address));
    handshakes.watch(connection);
  }

  private static @Nullable InetSocketAddress remote(SelectableChannel channel) {
    try {
      return channel instanceof SocketChannel tcp
              && tcp.getRemoteAddress() instanceof InetSocketAddress address
          ? address
          : null;
    } catch (IOException e) {
      return null; // gone already
    }
  }

  private void retried(String endpoint, int millis) {
    connected.lock();
    retries++;
    connected.unlock();
    publish(new ZmqEvent.ConnectRetried(endpoint, Duration.ofMillis(Math.max(0, millis))));
  }

  private void failed(String endpoint, ZmqEvent.FailureReason reason, int code) {
    connected.lock();
    failedHandshakes++;
    failedEndpoints.put(Thread.currentThread(), endpoint);
    connected.unlock();
    publish(new ZmqEvent.HandshakeFailed(endpoint, reason, code, detail(reason, code)));
  }

  private static String detail(ZmqEvent.FailureReason reason, int code) {
    return switch (reason) {
      case AUTHENTICATION ->
          switch (code) {
            case AuthVerdict.Deny.TRY_LATER -> "cannot be decided now";
            case AuthVerdict.Deny.FAILED -> "the authenticator has failed";
            default -> "denied";
          };
      case PROTOCOL -> protocolError(code);
      case DISCONNECTED -> "the connection has ended before";
    };
  }

  private static String protocolError(int code) {
    try {
      return ZMonitor.ProtocolCode.findByCode(code).name();
    } catch (IllegalArgumentException e) {
      return "protocol error " + code;
    }
  }

  private void ended(ZMQ.Event event) {
    if (!(event.arg instanceof SelectableChannel channel) || !end(channel)) {
      publish(new ZmqEvent.Disconnected(event.addr, null));
    }
  }

  /**
   * Tells of an end; of a handshake that never got done, that it has failed. False if not known.
   */
  private boolean end(SelectableChannel channel) {
    List<Waiter> granted = List.of();
    boolean tellFailure = false;
    connected.lock();
    Connection connection = known.remove(channel);
    if (connection != null) {
      String failedEndpoint = failedEndpoints.remove(Thread.currentThread());
      ended++;
      if (connection.isReady()) {
        peers--;
        granted = grantSatisfied();
      } else if (!connection.hasFailed && !connection.endpoint().equals(failedEndpoint)) {
        failedHandshakes++;
        tellFailure = true;
      }
    }
    connected.unlock();
    if (connection == null) {
      return false;
    }
    handshakes.forget(connection);
    String endpoint = connection.endpoint();
    if (tellFailure) {
      ZmqEvent.FailureReason reason = ZmqEvent.FailureReason.DISCONNECTED;
      publish(new ZmqEvent.HandshakeFailed(endpoint, reason, 0, detail(reason, 0)));
    }
    publish(new ZmqEvent.Disconnected(endpoint, connection.address()));
    granted.forEach(Waiter::wake);
    return true;
  }

  // --- What the handshakes have seen

  void ready(Connection connection, ZmqPeer peer) {
    List<Waiter> granted = List.of();
    connected.lock();
    if (known.containsKey(connection.channel())) {
      peers++;
      granted = grantSatisfied();
    }
    connected.unlock();
    publish(new ZmqEvent.HandshakeSucceeded(connection.endpoint(), peer));
    granted.forEach(Waiter::wake);
  }

  void refused(Connection connection, int status) {
    connected.lock();
    boolean isNew = !connection.hasFailed;
    connection.hasFailed = true;
    if (isNew) {
      failedHandshakes++;
    }
    connected.unlock();
    if (isNew) {
      ZmqEvent.FailureReason reason = ZmqEvent.FailureReason.AUTHENTICATION;
      publish(
          new ZmqEvent.HandshakeFailed(
              connection.endpoint(), reason, status, detail(reason, status)));
    }
  }

  void closedHere(Connection connection) {
    boolean _ = end(connection.channel());
  }

  private void publish(ZmqEvent event) {
    for (ZmqMonitor monitor : monitors) {
      monitor.offer(event);
    }
  }

  // --- Those who want to know

  ZmqMonitor monitor(int capacity) {
    ZmqMonitor monitor = new ZmqMonitor(this, socket, capacity);
    monitors.add(monitor);
    return monitor;
  }

  void forget(ZmqMonitor monitor) {
    monitors.remove(monitor);
  }

  /** JeroMQ's own kind of listener, of which there is one at most. */
  void listen(ZMQ.@Nullable EventConsummer listener, int events) {
    if (listener != null && raw != null) {
      throw new IllegalStateException("the " + socket + " has a JeroMQ monitor already");
    }
    ZMQ.EventConsummer before = raw;
    rawEvents = events;
    raw = listener;
    if (before != null) {
      before.close();
    }
  }

  /** An endpoint was taken back: its connections will be closed, by and by. */
  void left(String endpoint) {
    connected.lock();
    List<Connection> leaving =
        known.values().stream().filter(one -> one.endpoint().equals(endpoint)).toList();
    connected.unlock();
    leaving.forEach(handshakes::watch);
  }

  List<ZmqPeer> peers() {
    List<ZmqPeer> now = new ArrayList<>();
    connected.lock();
    for (Connection connection : known.values()) {
      ZmqPeer peer = connection.peer();
      if (peer != null) {
        now.add(peer);
      }
    }
    connected.unlock();
    return now;
  }

  ConnectionCounts counts() {
    connected.lock();
    ConnectionCounts counts =
        new ConnectionCounts(
            peers, known.size() - peers, made, accepted, ended, retries, failedHandshakes);
    connected.unlock();
    return counts;
  }

  /** Whether the socket has had an endpoint on TCP. */
  boolean isInstalled() {
    return isInstalled;
  }

  /** Waits until there are so many peers at least. Switches if there are fewer. */
  boolean awaitConnected(int count, long nanos) {
    return await(connected, count, nanos);
  }

  /** Waits until there is no peer. Switches if there is one. */
  boolean awaitDisconnected(long nanos) {
    return await(disconnected, 0, nanos);
  }

  private boolean await(WaitQueue line, int count, long nanos) {
    Waiter waiter = Waiter.current();
    waiter.carry(count);
    connected.lock();
    boolean isSo = line == connected ? peers >= count : peers == 0;
    if (isSo || nanos <= 0) {
      connected.unlock();
      return isSo;
    }
    line.add(waiter);
    connected.unlock();
    try {
      return waiter.await(nanos);
    } finally {
      if (!waiter.isGranted()) {
        connected.lock();
        boolean _ = line.remove(waiter);
        connected.unlock();
      }
    }
  }

  /** Whoever waits for what is so now; under the lock, to be woken outside. */
  private List<Waiter> grantSatisfied() {
    if (connected.isEmpty() && disconnected.isEmpty()) {
      return List.of();
    }
    List<Waiter> granted = new ArrayList<>();
    for (int left = connected.size(); left > 0; left--) {
      Waiter waiter = connected.first();
      if (waiter == null) {
        break;
      }
      boolean _ = connected.remove(waiter);
      if (waiter.payload() instanceof Integer count && count > peers) {
        connected.add(waiter);
      } else if (waiter.grant(null)) {
        granted.add(waiter);
      }
    }
    if (peers == 0) {
      for (Waiter waiter = disconnected.grantFirst(null);
          waiter != null;
          waiter = disconnected.grantFirst(null)) {
        granted.add(waiter);
      }
    }
    return granted;
  }

  /** The socket is closed, or its context or hub ends. */
  void endWaits(Supplier<? extends Throwable> failure) {
    List<Waiter> failed = new ArrayList<>();
    connected.lock();
    take(connected, failed);
    take(disconnected, failed);
    connected.unlock();
    for (Waiter waiter : failed) {
      if (waiter.fail(failure.get())) {
        waiter.wake();
      }
    }
  }

  private static void take(WaitQueue line, List<Waiter> taken) {
    for (Waiter waiter = line.first(); waiter != null; waiter = line.first()) {
      boolean _ = line.remove(waiter);
      taken.add(waiter);
    }
  }

  @Override
  public String toString() {
    return "connections of the " + socket;
  }
}

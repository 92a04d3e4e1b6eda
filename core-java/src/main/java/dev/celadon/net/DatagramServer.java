package dev.celadon.net;

import dev.celadon.hub.Hub;
import dev.celadon.loop.Clock;
import dev.celadon.sync.RLock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Receives datagrams and runs a handler for each of them.
 *
 * <p>No datagram is cut: there is room for the largest. What a handler throws goes to the error
 * handler of the server's hub, with the sender's address, and the server goes on.
 *
 * <p>{@link #stop()} closes the socket at once, so that a handler that is still at work cannot
 * answer any more, and lets the handlers end by themselves for a while, before it kills the rest.
 *
 * <p>Safe for use from any thread.
 */
public final class DatagramServer implements AutoCloseable {

  private final InetSocketAddress bound;
  private final DatagramHandler handler;
  private final ServerOptions options;
  private final Serving serving;

  /** Whoever answers, one after the other. */
  private final RLock sending = new RLock();

  private volatile @Nullable UdpSocket socket;

  /**
   * Makes a server.
   *
   * @param address where to receive; port 0 takes a free one; a name is looked up at the start if
   *     it is not yet
   * @param handler runs for each datagram
   */
  public DatagramServer(InetSocketAddress address, DatagramHandler handler) {
    this(address, handler, ServerOptions.defaults());
  }

  /**
   * Makes a server.
   *
   * @param address as in {@link #DatagramServer(InetSocketAddress, DatagramHandler)}
   * @param handler runs for each datagram
   * @param options how to serve
   */
  public DatagramServer(InetSocketAddress address, DatagramHandler handler, ServerOptions options) {
    this.bound = Objects.requireNonNull(address, "address");
    this.handler = Objects.requireNonNull(handler, "handler");
    this.options = Objects.requireNonNull(options, "options");
    this.serving = new Serving("DatagramServer[" + address + "]", options);
  }

  /**
   * Makes a server.
   *
   * @param address "host:port", "[IPv6]:port", or ":port" for all addresses of this machine
   * @param handler runs for each datagram
   * @throws IllegalArgumentException if it is no such address
   */
  public DatagramServer(String address, DatagramHandler handler) {
    this(ServerAddress.parse(address), handler);
  }

  /**
   * Makes a server on all addresses of this machine.
   *
   * @param port 1 to 65535; 0 takes a free one
   * @param handler runs for each datagram
   * @throws IllegalArgumentException if the port is out of range
   */
  public DatagramServer(int port, DatagramHandler handler) {
    this(ServerAddress.anyHost(port), handler);
  }

  private Intake open() throws IOException {
    UdpSocket fresh =
        UdpSocket.bind(
            (InetSocketAddress) ServerAddress.resolve(bound), options.listen().reusePort());
    socket = fresh;
    return new DatagramIntake(fresh, handler);
  }

  // --- The life

  /**
   * Binds the address and begins to receive, on the current hub. Does nothing the second time.
   * Switches only if a host is to be looked up.
   *
   * @throws java.net.BindException if the address is in use, or not one of this machine
   * @throws IOException if the operating system refuses it
   * @throws IllegalStateException if the server was stopped
   */
  public void start() throws IOException {
    start(Hub.current());
  }

  /**
   * Binds the address and begins to receive, on a certain hub. Does nothing the second time.
   * Switches only if a host is to be looked up.
   *
   * @param hub where the handlers run
   * @throws IOException as {@link #start()}
   * @throws IllegalStateException if the server was stopped
   * @throws dev.celadon.hub.HubClosedException after the hub's end
   */
  public void start(Hub hub) throws IOException {
    serving.start(Objects.requireNonNull(hub, "hub"), this::open);
  }

  /**
   * Starts, unless that was done before, and waits for the server's end; see {@link
   * StreamServer#serveForever}. Switches.
   *
   * @throws IOException as {@link #start()}
   */
  public void serveForever() throws IOException {
    start();
    serving.serveForever();
  }

  /**
   * Takes no more datagrams until {@link #startAccepting}; those that come wait in the socket's
   * buffer while there is room. Never switches.
   */
  public void stopAccepting() {
    serving.stopAccepting();
  }

  /** Ends what {@link #stopAccepting} began. Never switches. */
  public void startAccepting() {
    serving.startAccepting();
  }

  /**
   * Stops, with the patience of the options; see {@link StreamServer#stop(Duration)}.
   *
   * @return true if all handlers have ended by themselves
   */
  public boolean stop() {
    return stop(options.stopTimeout());
  }

  /**
   * Stops; see {@link StreamServer#stop(Duration)}. Switches unless no handler runs.
   *
   * @param timeout how long handlers may go on; zero or negative kills at once
   * @return true if all handlers have ended by themselves; false if the rest was killed
   */
  public boolean stop(Duration timeout) {
    return serving.stop(Clock.waitNanos(timeout));
  }

  /** Stops; see {@link #stop()}. */
  @Override
  public void close() {
    boolean _ = stop();
  }

  // --- Answers

  /**
   * Sends a datagram from the server's address: gevent's {@code sendto}. One after the other, in
   * the order of the calls. Switches if there is no room for it, or somebody else is sending.
   *
   * @param data what to send; has nothing remaining afterwards
   * @param target where to
   * @throws ClosedChannelException after the stop
   * @throws IllegalStateException before the start
   * @throws IOException if the datagram is too large, or cannot be sent
   */
  public void sendTo(ByteBuffer data, SocketAddress target) throws IOException {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(target, "target");
    UdpSocket open = socket;
    if (open == null) {
      throw new IllegalStateException(this + " cannot send yet: start() it first");
    }
    sending.acquire();
    try {
      open.send(data, target);
    } finally {
      sending.release();
    }
  }

  // --- Facts

  /**
   * Where the server receives, or did, with the real port.
   *
   * @return the address
   * @throws IllegalStateException before the start
   */
  public InetSocketAddress address() {
    if (serving.address() instanceof InetSocketAddress address) {
      return address;
    }
    throw new IllegalStateException(this + " has no address yet: start() it first");
  }

  /**
   * The port where the server receives, or did.
   *
   * @return 1 to 65535
   * @throws IllegalStateException before the start
   */
  public int port() {
    return address().getPort();
  }

  /**
   * Whether the server is bound.
   *
   * @return true from the start to the stop
   */
  public boolean isStarted() {
    return serving.isStarted();
  }

  /**
   * Whether the server takes datagrams: it is started, and nobody has called {@link
   * #stopAccepting}.
   *
   * @return true if datagrams are taken
   */
  public boolean isAccepting() {
    return serving.isAccepting();
  }

  /**
   * How many handlers run, or are about to.
   *
   * @return 0 or more
   */
  public int handlers() {
    return serving.handlers().size();
  }

  @Override
  public String toString() {
    return serving.toString();
  }
}

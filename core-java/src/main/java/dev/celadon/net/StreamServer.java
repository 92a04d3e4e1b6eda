package dev.celadon.net;

import dev.celadon.hub.Hub;
import dev.celadon.loop.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections and runs a handler for each of them.
 *
 * <pre>{@code
 * StreamServer server = new StreamServer(":7000", socket -> socket.inputStream().transferTo(socket.outputStream()));
 * server.serveForever();
 * }</pre>
 *
 * <p>The socket is closed when its handler ends, in whatever way. What a handler throws goes to the
 * error handler of the server's hub, with the client's address; that includes the {@link
 * IOException} of a client that has gone away, which a handler catches if it is no news. The server
 * goes on in any case.
 *
 * <p>If accepting fails, for instance because the process has no descriptor left, that is reported,
 * and the server tries again after a delay; see {@link ServerOptions#withDelays}.
 *
 * <p>{@link #stop()} loses nothing that has begun: it closes the listener at once and lets the
 * handlers end by themselves for a while, before it kills the rest. When its hub ends, the server
 * ends too, and its handlers are killed as all greenlets of the hub are.
 *
 * <p>Safe for use from any thread.
 */
public final class StreamServer implements AutoCloseable {

  private final String name;
  private final ServerOptions options;
  private final Serving serving;
  private final Serving.Opening opening;

  /** Belongs to the server also before its start. */
  private final @Nullable StreamListener given;

  /**
   * Makes a server.
   *
   * @param address where to listen: an {@link InetSocketAddress}, whose port 0 takes a free one and
   *     whose name is looked up at the start if it is not yet, or a {@link
   *     java.net.UnixDomainSocketAddress}
   * @param handler runs for each connection
   */
  public StreamServer(SocketAddress address, SocketHandler handler) {
    this(address, handler, ServerOptions.defaults());
  }

  /**
   * Makes a server.
   *
   * @param address as in {@link #StreamServer(SocketAddress, SocketHandler)}
   * @param handler runs for each connection
   * @param options how to serve
   */
  public StreamServer(SocketAddress address, SocketHandler handler, ServerOptions options) {
    Objects.requireNonNull(address, "address");
    checkHandler(handler, options);
    this.name = address.toString();
    this.options = options;
    this.given = null;
    this.opening = () -> bind(address, handler, options);
    this.serving = new Serving(name(), options);
  }

  /**
   * Makes a server.
   *
   * @param address "host:port", "[IPv6]:port", or ":port" for all addresses of this machine
   * @param handler runs for each connection
   * @throws IllegalArgumentException if it is no such address
   */
  public StreamServer(String address, SocketHandler handler) {
    this(ServerAddress.parse(address), handler);
  }

  /**
   * Makes a server.
   *
   * @param address "host:port", "[IPv6]:port", or ":port" for all addresses of this machine
   * @param handler runs for each connection
   * @param options how to serve
   * @throws IllegalArgumentException if it is no such address
   */
  public StreamServer(String address, SocketHandler handler, ServerOptions options) {
    this(ServerAddress.parse(address), handler, options);
  }

  /**
   * Makes a server on all addresses of this machine.
   *
   * @param port 1 to 65535; 0 takes a free one
   * @param handler runs for each connection
   * @throws IllegalArgumentException if the port is out of range
   */
  public StreamServer(int port, SocketHandler handler) {
    this(ServerAddress.anyHost(port), handler);
  }

  /**
   * Makes a server on all addresses of this machine.
   *
   * @param port 1 to 65535; 0 takes a free one
   * @param handler runs for each connection
   * @param options how to serve
   * @throws IllegalArgumentException if the port is out of range
   */
  public StreamServer(int port, SocketHandler handler, ServerOptions options) {
    this(ServerAddress.anyHost(port), handler, options);
  }

  /**
   * Makes a server for a listener, which belongs to the server from now on.
   *
   * @param listener where the connections come from
   * @param handler runs for each connection
   */
  public StreamServer(StreamListener listener, SocketHandler handler) {
    this(listener, handler, ServerOptions.defaults());
  }

  /**
   * Makes a server for a listener, which belongs to the server from now on.
   *
   * @param listener where the connections come from
   * @param handler runs for each connection
   * @param options how to serve; how to listen is settled
   */
  public StreamServer(StreamListener listener, SocketHandler handler, ServerOptions options) {
    Objects.requireNonNull(listener, "listener");
    checkHandler(handler, options);
    this.name = listener.localAddress().toString();
    this.options = options;
    this.given = listener;
    this.opening = () -> new ListenerIntake(listener, handler, options.wrapping());
    this.serving = new Serving(name(), options);
  }

  /** For tests and groups: work comes from anywhere. */
  StreamServer(Intake intake, ServerOptions options) {
    this.name = intake.localAddress().toString();
    this.options = options;
    this.given = null;
    this.opening = () -> intake;
    this.serving = new Serving(name(), options);
  }

  private static void checkHandler(SocketHandler handler, ServerOptions options) {
    Objects.requireNonNull(handler, "handler");
    Objects.requireNonNull(options, "options");
  }

  private static Intake bind(SocketAddress address, SocketHandler handler, ServerOptions options)
      throws IOException {
    StreamListener listener = StreamListener.bind(ServerAddress.resolve(address), options.listen());
    return new ListenerIntake(listener, handler, options.wrapping());
  }

  // --- The life

  /**
   * Binds the address and begins to accept, on the current hub. Does nothing the second time.
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
   * Binds the address and begins to accept, on a certain hub. Does nothing the second time.
   * Switches only if a host is to be looked up.
   *
   * @param hub where the handlers run
   * @throws java.net.BindException if the address is in use, or not one of this machine
   * @throws IOException if the operating system refuses it
   * @throws IllegalStateException if the server was stopped
   * @throws dev.celadon.hub.HubClosedException after the hub's end
   */
  public void start(Hub hub) throws IOException {
    serving.start(Objects.requireNonNull(hub, "hub"), opening);
  }

  /**
   * Starts, unless that was done before, and waits for the server's end. Whatever ends this wait
   * early, such as a kill, stops the server. Switches.
   *
   * @throws IOException as {@link #start()}
   */
  public void serveForever() throws IOException {
    start();
    serving.serveForever();
  }

  /**
   * Accepts no more connections until {@link #startAccepting}; those that come wait in the backlog.
   * Before the start it makes the server start so. Never switches.
   */
  public void stopAccepting() {
    serving.stopAccepting();
  }

  /** Ends what {@link #stopAccepting} began. Never switches. */
  public void startAccepting() {
    serving.startAccepting();
  }

  /**
   * Stops, with the patience of the options; see {@link #stop(Duration)}.
   *
   * @return true if all handlers have ended by themselves
   */
  public boolean stop() {
    return stop(options.stopTimeout());
  }

  /**
   * Stops: closes the listener at once, waits for the handlers to end, and kills those that have
   * not when time is over. The killed ones have the options' {@link ServerOptions#stopTimeout} for
   * their clean-up. A handler that calls this goes on, and is not waited for. If the wait is cut
   * short, the handlers are killed at once. Stopping twice waits twice; the shortest patience
   * counts. In a callback, which must not wait, it returns at once. Switches unless no handler
   * runs.
   *
   * @param timeout how long handlers may go on; zero or negative kills at once
   * @return true if all handlers have ended by themselves; false if the rest was killed
   */
  public boolean stop(Duration timeout) {
    long nanos = Clock.waitNanos(timeout);
    try {
      return serving.stop(nanos);
    } finally {
      closeGiven();
    }
  }

  private void closeGiven() {
    if (given != null) {
      try {
        given.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException("cannot close " + given, e);
      }
    }
  }

  /** Stops; see {@link #stop()}. */
  @Override
  public void close() {
    boolean _ = stop();
  }

  // --- Facts

  /**
   * Where the server listens, or did.
   *
   * @return the address, with the real port after the start
   * @throws IllegalStateException before the start
   */
  public SocketAddress address() {
    SocketAddress address = serving.address();
    if (address == null) {
      throw new IllegalStateException(this + " has no address yet: start() it first");
    }
    return address;
  }

  /**
   * The port where the server listens, or did.
   *
   * @return 1 to 65535
   * @throws IllegalStateException before the start
   * @throws UnsupportedOperationException if it listens in the Unix domain
   */
  public int port() {
    if (address() instanceof InetSocketAddress inet) {
      return inet.getPort();
    }
    throw new UnsupportedOperationException(this + " has no port: ask for address()");
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
   * Whether the server takes connections: it is started, and nobody has called {@link
   * #stopAccepting}. It may still be full.
   *
   * @return true if connections are accepted
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

  Serving serving() {
    return serving;
  }

  private String name() {
    return "StreamServer[" + name + "]";
  }

  @Override
  public String toString() {
    return name();
  }
}

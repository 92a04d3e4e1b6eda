package dev.celadon.net;

import dev.celadon.pool.Pool;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link StreamServer} or a {@link DatagramServer} serves. The components have the meaning of
 * the with-methods.
 *
 * <p>Immutable.
 *
 * @param spawn see {@link #withPool}, {@link #withExecutor}, {@link #withCallbacks}
 * @param maxHandlers see {@link #withMaxHandlers}
 * @param maxAccept see {@link #withMaxAccept}
 * @param minDelay see {@link #withDelays}
 * @param maxDelay see {@link #withDelays}
 * @param stopTimeout see {@link #withStopTimeout}
 * @param listen see {@link #withListen}
 * @param wrapping see {@link #withWrapping}
 */
public record ServerOptions(
    HandlerSpawn spawn,
    int maxHandlers,
    int maxAccept,
    Duration minDelay,
    Duration maxDelay,
    Duration stopTimeout,
    ListenOptions listen,
    @Nullable SocketWrapping wrapping) {

  private static final ServerOptions DEFAULTS =
      new ServerOptions(
          new HandlerSpawn.Greenlets(),
          Integer.MAX_VALUE,
          100,
          Duration.ofMillis(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          ListenOptions.defaults(),
          null);

  /** Checks the ranges. */
  public ServerOptions {
    Objects.requireNonNull(spawn, "spawn");
    Objects.requireNonNull(minDelay, "minDelay");
    Objects.requireNonNull(maxDelay, "maxDelay");
    Objects.requireNonNull(stopTimeout, "stopTimeout");
    Objects.requireNonNull(listen, "listen");
    if (maxHandlers < 1) {
      throw new IllegalArgumentException("maxHandlers is " + maxHandlers + ": give 1 or more");
    }
    if (maxAccept < 1) {
      throw new IllegalArgumentException("maxAccept is " + maxAccept + ": give 1 or more");
    }
    if (!minDelay.isPositive() || maxDelay.compareTo(minDelay) < 0) {
      throw new IllegalArgumentException(
          "the delays are "
              + minDelay
              + " and "
              + maxDelay
              + ": give a positive one, and one that is not less");
    }
    if (stopTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "stopTimeout is " + stopTimeout + ": give zero, to kill at once, or more");
    }
  }

  /**
   * A greenlet for each handler, any number of them; 100 connections at a time; delays of 10 ms to
   * 1 s after errors; 1 s to stop; no wrapping.
   *
   * @return the defaults
   */
  public static ServerOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Runs handlers in another form.
   *
   * @param spawn how
   * @return changed options
   */
  public ServerOptions withSpawn(HandlerSpawn spawn) {
    return new ServerOptions(
        spawn, maxHandlers, maxAccept, minDelay, maxDelay, stopTimeout, listen, wrapping);
  }

  /**
   * Makes handlers members of a pool; see {@link HandlerSpawn.Members}.
   *
   * @param pool may have other members
   * @return changed options
   */
  public ServerOptions withPool(Pool pool) {
    return withSpawn(new HandlerSpawn.Members(pool));
  }

  /**
   * Gives handlers to an executor; see {@link HandlerSpawn.Tasks}.
   *
   * @param executor for instance a hub's {@code hub::spawnRaw}
   * @return changed options
   */
  public ServerOptions withExecutor(Executor executor) {
    return withSpawn(new HandlerSpawn.Tasks(executor));
  }

  /**
   * Runs handlers as callbacks of the hub, which must not wait; see {@link HandlerSpawn.Callbacks}.
   *
   * @return changed options
   */
  public ServerOptions withCallbacks() {
    return withSpawn(new HandlerSpawn.Callbacks());
  }

  /**
   * Limits how many handlers run at once. While so many do, nothing is accepted: clients wait in
   * the backlog.
   *
   * @param most 1 or more
   * @return changed options
   * @throws IllegalArgumentException if it is less than 1
   */
  public ServerOptions withMaxHandlers(int most) {
    return new ServerOptions(
        spawn, most, maxAccept, minDelay, maxDelay, stopTimeout, listen, wrapping);
  }

  /**
   * How many connections or datagrams the server takes before the other greenlets have a turn.
   *
   * @param most 1 or more
   * @return changed options
   * @throws IllegalArgumentException if it is less than 1
   */
  public ServerOptions withMaxAccept(int most) {
    return new ServerOptions(
        spawn, maxHandlers, most, minDelay, maxDelay, stopTimeout, listen, wrapping);
  }

  /**
   * How long the server waits after an error. The first one costs the shortest delay, and each
   * error of accepting that follows another one without a success in between twice the delay
   * before, up to the longest. A handler that cannot be spawned costs the shortest delay.
   *
   * @param minDelay positive
   * @param maxDelay not less
   * @return changed options
   * @throws IllegalArgumentException if they are not so
   */
  public ServerOptions withDelays(Duration minDelay, Duration maxDelay) {
    return new ServerOptions(
        spawn, maxHandlers, maxAccept, minDelay, maxDelay, stopTimeout, listen, wrapping);
  }

  /**
   * How long {@link StreamServer#stop()} lets handlers go on before it kills them.
   *
   * @param stopTimeout zero or more
   * @return changed options
   * @throws IllegalArgumentException if it is negative
   */
  public ServerOptions withStopTimeout(Duration stopTimeout) {
    return new ServerOptions(
        spawn, maxHandlers, maxAccept, minDelay, maxDelay, stopTimeout, listen, wrapping);
  }

  /**
   * How the server listens; without meaning for a server that gets a listener. Of these, a datagram
   * server knows {@link ListenOptions#reusePort} only.
   *
   * @param listen the options of the listener
   * @return changed options
   */
  public ServerOptions withListen(ListenOptions listen) {
    return new ServerOptions(
        spawn, maxHandlers, maxAccept, minDelay, maxDelay, stopTimeout, listen, wrapping);
  }

  /**
   * Speaks TLS with each client. The handshake runs in the handler's greenlet: a client that does
   * not play its part holds nobody else up. Without meaning for a datagram server.
   *
   * @param tls the server's certificates, and how
   * @return changed options
   */
  public ServerOptions withTls(TlsOptions tls) {
    Objects.requireNonNull(tls, "tls");
    return withWrapping(
        socket -> {
          TlsSocket session = TlsSocket.server(socket, tls);
          session.handshake();
          return session;
        });
  }

  /**
   * Lays something over each connection before its handler gets it. Without meaning for a datagram
   * server.
   *
   * @param wrapping runs in the handler's greenlet
   * @return changed options
   */
  public ServerOptions withWrapping(SocketWrapping wrapping) {
    return new ServerOptions(
        spawn,
        maxHandlers,
        maxAccept,
        minDelay,
        maxDelay,
        stopTimeout,
        listen,
        Objects.requireNonNull(wrapping, "wrapping"));
  }
}

package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.UncheckedZMQException;
import org.zeromq.ZMQException;
import zmq.Ctx;
import zmq.SocketBase;
import zmq.ZError;
import zmq.ZMQ;

/**
 * Where ZeroMQ sockets come from: a JeroMQ context that belongs to one hub. {@code
 * zmq.green.Context}.
 *
 * <p>It ends with {@link #close}, and with its hub at the latest.
 *
 * <p>Confined to its hub: a call from elsewhere throws {@link WrongThreadException}.
 */
public final class ZmqContext implements AutoCloseable {
  /*
   * life          entered by                    sockets
   * OPEN          open
   * TERMINATING   term, close, the hub's end    refuse everything but close
   * CLOSED        JeroMQ's end                  are all gone
   */
  private enum Life {
    OPEN,
    TERMINATING,
    CLOSED
  }

  private static final Logger LOG = LoggerFactory.getLogger(ZmqContext.class);

  /** So much room at most for JeroMQ's own sockets. */
  private static final int MOST_SPARE_SLOTS = 65_536;

  /** The hub's end does not wait longer for unreachable peers. */
  private static final Duration LONGEST_LINGER_AT_HUBS_END = Duration.ofSeconds(2);

  private static final Duration LONGEST_WAIT_AT_HUBS_END = Duration.ofSeconds(5);

  private final Hub hub;
  private final ContextOptions options;
  private final Handshakes handshakes = new Handshakes();
  private final WaitingSockets waiting;
  private final Engine engine;
  private final Runnable forgetHook;
  private final Set<ZmqSocket> open = new LinkedHashSet<>();

  /** Closed sockets that may still send. */
  private final List<ZmqSocket> lingering = new ArrayList<>();

  /** Who bound an {@code inproc://} name. */
  private final Map<String, ZmqSocket> inprocNames = new HashMap<>();

  /** Those who want to know of the end at its beginning. */
  private final Set<Runnable> endListeners = new LinkedHashSet<>();

  private final WaitQueue ends = new WaitQueue(this);
  private Life life = Life.OPEN;
  private @Nullable ZapHandler zapHandler;
  private @Nullable Throwable endFailure;

  /** The figures of those that are closed. */
  private ZmqSocketMetrics past = ZmqSocketMetrics.NONE;

  private ZmqContext(Hub hub, ContextOptions options, @Nullable CommandHook hook) {
    this.hub = hub;
    this.options = options;
    this.waiting = new WaitingSockets(hub);
    this.engine =
        switch (options.io()) {
          case HUB ->
              hook == null
                  ? new HubPipesEngine(hub, waiting::sweep, handshakes)
                  : new HubEngine(hub, hook, handshakes);
          case HUB_PIPES -> new HubPipesEngine(hub, waiting::sweep, handshakes);
          case THREAD -> new ThreadEngine(hub, hook, options, waiting::sweep, handshakes);
        };
    Ctx ctx = engine.ctx();
    PollerTimers.mend(ctx);
    ctx.setNotificationExceptionHandler(ZmqContext::report);
    ctx.set(ZMQ.ZMQ_IO_THREADS, options.ioThreads());
    ctx.set(ZMQ.ZMQ_MAX_SOCKETS, slots(options));
    ctx.set(ZMQ.ZMQ_IPV6, options.ipv6() ? 1 : 0);
    waiting.servedBy(engine);
    this.forgetHook = hub.onClose(this::closeWithHub);
  }

  /**
   * How many sockets JeroMQ may make: at its end it makes one of its own for each connect to an
   * inproc name that nobody has bound, and without room for them it would not end.
   */
  static int slots(ContextOptions options) {
    return Math.min(options.maxSockets(), MOST_SPARE_SLOTS) + options.maxSockets();
  }

  /** What JeroMQ's pollers survive. */
  private static void report(Thread thread, Throwable failure) {
    if (failure.getCause() instanceof ClosedChannelException) {
      // A command was read before its byte was written, and its reader, which it told to end, has
      // ended.
      LOG.debug("JeroMQ's {} was late for a closed mailbox", thread.getName(), failure);
    } else {
      LOG.warn("JeroMQ's {} goes on after", thread.getName(), failure);
    }
  }

  /**
   * Opens a context with the default options on the calling greenlet's or thread's hub.
   *
   * @return the context
   */
  public static ZmqContext open() {
    return open(ContextOptions.defaults());
  }

  /**
   * Opens a context on the calling greenlet's or thread's hub.
   *
   * @param options how it is made
   * @return the context
   */
  public static ZmqContext open(ContextOptions options) {
    return new ZmqContext(Hub.current(), options, CommandHook.get());
  }

  /** Opens a context as it is where JeroMQ does not let us in. */
  static ZmqContext openWithPipes(ContextOptions options) {
    return new ZmqContext(Hub.current(), options, null);
  }

  /**
   * Makes a socket. Never switches.
   *
   * @param type the messaging pattern
   * @return the socket, not bound or connected yet
   * @throws ZmqClosedException if this context is closed or about to
   * @throws ZmqException if there are too many open sockets; or if it is a draft type, CLIENT to
   *     GATHER, and this context {@linkplain #usesPipes uses pipes}
   */
  public ZmqSocket socket(SocketType type) {
    requireHub();
    requireOpen("make a " + type + " socket");
    if (engine.usesPipes() && isDraft(type)) {
      throw new ZmqException(ZError.ENOTSUP, withoutDrafts(type), null);
    }
    requireRoom(type);
    SocketBase base;
    try {
      base = engine.createSocket(type.type());
    } catch (ZMQException e) {
      throw tooMany(type, e.getErrorCode(), e);
    } catch (UncheckedZMQException e) {
      throw new ZmqException(
          ZError.EMFILE,
          "cannot make a " + type + " socket with " + open.size() + " open: too many open files?",
          e);
    }
    ZmqSocket socket = new ZmqSocket(this, base, type);
    open.add(socket);
    if (type != SocketType.SUB && type != SocketType.XSUB && type != SocketType.DISH) {
      // The others have nothing to send but subscriptions, which nobody waits for.
      socket.options().linger(options.linger());
    }
    return socket;
  }

  private static boolean isDraft(SocketType type) {
    return switch (type) {
      case CLIENT, SERVER, RADIO, DISH, CHANNEL, PEER, RAW, SCATTER, GATHER -> true;
      default -> false;
    };
  }

  private void requireRoom(SocketType type) {
    if (open.size() + lingering.size() < options.maxSockets()) {
      return;
    }
    lingering.removeIf(ZmqSocket::isGone);
    if (open.size() + lingering.size() >= options.maxSockets()) {
      throw tooMany(type, ZError.EMFILE, null);
    }
  }

  private ZmqException tooMany(SocketType type, int errno, @Nullable Throwable cause) {
    return new ZmqException(
        errno,
        "cannot make a "
            + type
            + " socket: "
            + open.size()
            + " sockets are open, "
            + lingering.size()
            + " closed ones still send, and the limit is "
            + options.maxSockets()
            + "; close some, or open the context with more (withMaxSockets)",
        cause);
  }

  private String withoutDrafts(SocketType type) {
    String types = "cannot make a " + type + " socket: draft types ";
    return options.io() == IoMode.HUB_PIPES
        ? types + "do not work in IoMode.HUB_PIPES; use IoMode.HUB or IoMode.THREAD"
        : types
            + "need JeroMQ on the class path, beside Celadon, or --add-opens"
            + " org.zeromq.jeromq/zmq=ALL-UNNAMED; or use one of the classic types, REQ to STREAM";
  }

  /**
   * Whether JeroMQ's commands to the sockets go through its pipes: in {@link IoMode#HUB_PIPES}, and
   * in the other modes only where JeroMQ does not let us in, because it is a named module or
   * another make. Everything but draft types works then, but slower.
   *
   * @return false if commands take the short way
   */
  public boolean usesPipes() {
    return engine.usesPipes();
  }

  /**
   * The hub that this context belongs to.
   *
   * @return the hub
   */
  public Hub hub() {
    return hub;
  }

  /**
   * How this context was made.
   *
   * @return the options
   */
  public ContextOptions options() {
    return options;
  }

  /**
   * Whether the end has begun.
   *
   * @return true from {@link #close} or {@link #term} on
   */
  public boolean isClosed() {
    return life != Life.OPEN;
  }

  /**
   * The sockets that are open, oldest first.
   *
   * @return a snapshot
   */
  public List<ZmqSocket> sockets() {
    requireHub();
    return List.copyOf(open);
  }

  /**
   * How often a message was found for somebody who should have been told of it. A diagnostic:
   * anything but a rare 1, when a message came at the very moment of the look, is a bug in Celadon.
   *
   * @return a count since the context was opened
   */
  public long caughtUp() {
    return waiting.caughtUp();
  }

  /**
   * What the sockets of this context have done, and who waits. Never switches.
   *
   * @return a snapshot
   */
  public ZmqContextMetrics metrics() {
    requireHub();
    ZmqSocketMetrics sum = past;
    for (ZmqSocket socket : open) {
      sum = sum.plus(socket.metrics());
    }
    return new ZmqContextMetrics(open.size(), sum, caughtUp());
  }

  /**
   * Closes all sockets, and waits until they have sent what they can within their lingers. Whoever
   * waits for one of them gets a {@link ZmqClosedException}. Does nothing the second time. Switches
   * if sockets were ever made.
   */
  @Override
  public void close() {
    requireHub();
    closeSockets();
    beginTermination();
    boolean _ = waitForEnd(Long.MAX_VALUE);
  }

  /**
   * Ends this context without closing its sockets: whoever waits for one of them, or tries to use
   * it, gets a {@link ZmqClosedException}; and waits until all are closed by their owners. {@code
   * zmq.Context.term}. Switches if sockets were ever made.
   *
   * @param deadline how long to wait at most
   * @throws ZmqTermTimeoutException if there are open or lingering sockets after that time, with
   *     their names; call {@link #close} or this again after closing them
   */
  public void term(Duration deadline) {
    requireHub();
    beginTermination();
    if (!waitForEnd(Clock.waitNanos(deadline))) {
      List<String> names = unfinished();
      throw new ZmqTermTimeoutException(
          "the context did not end within "
              + deadline
              + ": close these sockets, or give them a shorter linger: "
              + String.join("; ", names),
          names);
    }
  }

  private List<String> unfinished() {
    List<String> names = new ArrayList<>();
    for (ZmqSocket socket : open) {
      names.add(socket.describe());
    }
    lingering.removeIf(ZmqSocket::isGone);
    for (ZmqSocket socket : lingering) {
      names.add(socket.describe());
    }
    return List.copyOf(names);
  }

  private void closeSockets() {
    for (ZmqSocket socket : List.copyOf(open)) {
      socket.close();
    }
  }

  /** The hub's last word, in a greenlet. */
  private void closeWithHub() {
    if (life == Life.CLOSED) {
      return;
    }
    for (ZmqSocket socket : List.copyOf(open)) {
      socket.hubCloses();
      capLinger(socket);
    }
    closeSockets();
    beginTermination();
    if (!waitForEnd(LONGEST_WAIT_AT_HUBS_END.toNanos())) {
      engine.abandon();
      LOG.warn("{} closes without the end of ZeroMQ sockets: {}", hub, unfinished());
    }
  }

  private void capLinger(ZmqSocket socket) {
    if (isTerminating()) {
      return; // JeroMQ takes no options any more
    }
    Duration linger = socket.options().linger();
    if (linger.isNegative() || linger.compareTo(LONGEST_LINGER_AT_HUBS_END) > 0) {
      socket.options().linger(LONGEST_LINGER_AT_HUBS_END);
    }
  }

  private void beginTermination() {
    if (life != Life.OPEN) {
      return;
    }
    life = Life.TERMINATING;
    waiting.stop();
    for (ZmqSocket socket : List.copyOf(open)) {
      socket.contextTerminates();
    }
    List.copyOf(endListeners).forEach(Runnable::run);
    engine.runBlocking("zeromq end", this::terminate);
    engine.ring();
  }

  /** Where JeroMQ's own end blocks: in a greenlet of its own, or in a thread. */
  private void terminate() {
    Throwable failure = null;
    try {
      engine.ctx().terminate();
    } catch (Throwable thrown) {
      failure = thrown;
    }
    Throwable outcome = failure;
    if (hub.inHub()) {
      ended(outcome);
    } else {
      try {
        hub.runCallback(() -> ended(outcome));
      } catch (HubClosedException e) {
        return; // it has waited as long as it could, and has said so
      }
    }
  }

  private void ended(@Nullable Throwable failure) {
    life = Life.CLOSED;
    endFailure = failure;
    engine.close();
    lingering.clear();
    waiting.clear();
    inprocNames.clear();
    forgetHook.run();
    ends.lock();
    Waiter granted = ends.grantAll(null);
    ends.unlock();
    WaitQueue.wakeAll(granted);
  }

  private boolean waitForEnd(long nanos) {
    if (life != Life.CLOSED) {
      Waiter waiter = Waiter.current();
      ends.lock();
      ends.add(waiter);
      ends.unlock();
      try {
        if (!waiter.await(nanos)) {
          return false;
        }
      } finally {
        ends.forget(waiter);
      }
    }
    Throwable failure = endFailure;
    if (failure != null) {
      endFailure = null;
      throw new IllegalStateException("JeroMQ's context did not end properly", failure);
    }
    return true;
  }

  // --- What its sockets need

  Engine engine() {
    return engine;
  }

  void requireHub() {
    if (!hub.inHub()) {
      throw new WrongThreadException(
          "ZeroMQ contexts and sockets belong to their hub, "
              + hub
              + ", and "
              + Thread.currentThread()
              + " is not one of its greenlets: use a context of its own there, or hand the work"
              + " over with hub.spawnRaw(...)");
    }
  }

  void requireOpen(String operation) {
    if (life != Life.OPEN) {
      throw closed(operation);
    }
  }

  boolean isTerminating() {
    return life != Life.OPEN;
  }

  ZmqClosedException closed(String operation) {
    return new ZmqClosedException(
        ZError.ETERM,
        "cannot " + operation + ": the ZeroMQ context is closed; open a new one",
        null);
  }

  /** Calls back when the end begins; must neither switch nor throw. */
  Runnable onEnd(Runnable call) {
    endListeners.add(call);
    return () -> endListeners.remove(call);
  }

  void closed(ZmqSocket socket) {
    if (open.remove(socket)) {
      past = past.plus(socket.metrics());
    }
    inprocNames.values().removeIf(owner -> owner == socket);
    lingering.removeIf(ZmqSocket::isGone);
    if (life != Life.CLOSED) {
      lingering.add(socket);
    }
  }

  /** The connections that are looked at where JeroMQ does its I/O. */
  Handshakes handshakes() {
    return handshakes;
  }

  /** Who answers the questions of servers about their clients, or null. */
  @Nullable ZapHandler zapHandler() {
    return zapHandler;
  }

  void zapHandler(ZapHandler handler) {
    zapHandler = handler;
  }

  /** Who has bound the name, or null. */
  @Nullable ZmqSocket binderOf(String inprocName) {
    return inprocNames.get(inprocName);
  }

  void bound(String inprocName, ZmqSocket socket) {
    inprocNames.put(inprocName, socket);
  }

  void unbound(String inprocName, ZmqSocket socket) {
    inprocNames.remove(inprocName, socket);
  }

  /** The sockets for which somebody waits. */
  WaitingSockets waiting() {
    return waiting;
  }

  @Override
  public String toString() {
    return "ZmqContext["
        + options.io()
        + (usesPipes() && options.io() != IoMode.HUB_PIPES ? " with pipes, " : ", ")
        + open.size()
        + " sockets, "
        + hub
        + "]";
  }
}

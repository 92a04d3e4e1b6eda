package dev.celadon.jeromq;

import dev.celadon.zeromq.ContextOptions;
import java.io.Closeable;
import java.lang.Thread.UncaughtExceptionHandler;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZMQException;
import zmq.util.function.BiFunction;

/**
 * A context that closes its sockets. JeroMQ's {@code ZContext}.
 *
 * <p>Made in a greenlet, or on another thread that has a hub, it belongs to that hub; made
 * elsewhere, it blocks, and is JeroMQ's own inside.
 *
 * <p>It is not a subclass of {@code org.zeromq.ZContext}, on purpose: what takes one of those
 * starts threads, or blocks in a selector.
 *
 * <p>Confined to its hub, if it was made on one; else safe for use from any thread that has none.
 */
@SuppressWarnings({
  "InlineMeSuggester",
  "AmbiguousMethodReference"
}) // JeroMQ's deprecated methods stay
public class ZContext implements Closeable {

  private static final int DEFAULT_HWM = 1000;

  private final ZMQ.Context context;
  private final boolean isMain;
  private final int ioThreads;
  private final Set<DropInSocket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<Selector> selectors = ConcurrentHashMap.newKeySet();

  /** Those of the main context, shared. */
  private final Set<ZContext> shadows;

  private volatile int linger;
  private volatile int sendHwm = DEFAULT_HWM;
  private volatile int receiveHwm = DEFAULT_HWM;

  /** Makes a context with one I/O thread, or greenlet. */
  public ZContext() {
    this(1);
  }

  /**
   * Makes a context.
   *
   * @param ioThreads how many I/O threads, or greenlets
   */
  public ZContext(int ioThreads) {
    this(ZMQ.context(ioThreads), ioThreads);
  }

  /**
   * Makes a context of the calling greenlet's or thread's hub.
   *
   * @param options such as {@link ContextOptions#withIo} with {@code IoMode.THREAD}; their linger
   *     gives way to {@link #setLinger}
   */
  public ZContext(ContextOptions options) {
    this(ZMQ.context(options), options.ioThreads());
  }

  private ZContext(ZMQ.Context context, int ioThreads) {
    this.context = context;
    this.isMain = true;
    this.ioThreads = ioThreads;
    this.shadows = ConcurrentHashMap.newKeySet();
  }

  private ZContext(ZContext main) {
    this.context = main.context;
    this.isMain = false;
    this.ioThreads = main.ioThreads;
    this.shadows = main.shadows;
    this.linger = main.linger;
    this.sendHwm = main.sendHwm;
    this.receiveHwm = main.receiveHwm;
    shadows.add(this);
  }

  // --- Sockets and pollers

  /**
   * Makes a socket, with this context's linger and high-water marks. Never switches.
   *
   * @param type its messaging pattern
   * @return the socket, not bound or connected yet; {@link #close} closes it
   * @throws ZMQException if there are too many open sockets, or the context is closed
   */
  public ZMQ.Socket createSocket(SocketType type) {
    ZMQ.Socket socket = context.socket(type, sockets::remove);
    sockets.add(socket);
    boolean _ = socket.setRcvHWM(receiveHwm);
    boolean _ = socket.setSndHWM(sendHwm);
    boolean _ = socket.setLinger(linger);
    return socket;
  }

  /**
   * Makes a socket; see {@link #createSocket(SocketType)}.
   *
   * @param type its messaging pattern
   * @return the socket
   * @deprecated use {@link #createSocket(SocketType)}
   */
  @Deprecated
  public ZMQ.Socket createSocket(int type) {
    return createSocket(SocketType.type(type));
  }

  /**
   * Closes a socket with this context's linger.
   *
   * @param socket null does nothing
   * @deprecated close the socket
   */
  @Deprecated
  public void destroySocket(ZMQ.@Nullable Socket socket) {
    if (socket != null) {
      boolean _ = socket.setLinger(linger);
      socket.close();
      sockets.remove(socket);
    }
  }

  /**
   * The sockets that are open.
   *
   * @return a snapshot
   */
  public List<ZMQ.Socket> getSockets() {
    List<ZMQ.Socket> open = new ArrayList<>();
    for (DropInSocket socket : sockets) {
      open.add((ZMQ.Socket) socket);
    }
    return open;
  }

  /**
   * Makes a poller.
   *
   * @param size how many items it may have; a guess
   * @return the poller
   */
  public ZMQ.Poller createPoller(int size) {
    return context.poller(size);
  }

  /**
   * Makes what {@link ZMQ#poll} wants to have.
   *
   * @return see {@link ZMQ.Context#selector}
   * @deprecated use {@link #createPoller} or {@link ZPoller}
   */
  @Deprecated
  public Selector createSelector() {
    Selector selector = context.selector();
    selectors.add(selector);
    return selector;
  }

  /**
   * Closes a selector.
   *
   * @param selector {@link #createSelector}'s
   * @deprecated use {@link #createPoller} or {@link ZPoller}
   */
  @Deprecated
  public void closeSelector(Selector selector) {
    if (selectors.remove(selector)) {
      boolean _ = context.close(selector);
    }
  }

  /**
   * Spawns a greenlet, or outside of a hub starts a thread, that talks to the caller over a pair of
   * sockets; see {@link ZThread#fork}.
   *
   * @param runnable what it does
   * @param args what it gets
   * @return the caller's end of the pair
   */
  public ZMQ.Socket fork(ZThread.IAttachedRunnable runnable, Object... args) {
    return ZThread.fork(this, runnable, args);
  }

  // --- Shadows

  /**
   * Makes a context with sockets of its own over the same ZeroMQ context.
   *
   * @return the shadow; closing it closes its own sockets
   * @throws IllegalStateException if this is a shadow
   */
  public ZContext shadow() {
    if (!isMain) {
      throw new IllegalStateException(
          "a shadow casts no shadow: call shadow() of the main context");
    }
    return new ZContext(this);
  }

  /**
   * Makes a shadow; see {@link #shadow()}.
   *
   * @param ctx the main context
   * @return the shadow
   * @deprecated use {@link #shadow()}
   */
  @Deprecated
  public static ZContext shadow(ZContext ctx) {
    return ctx.shadow();
  }

  /**
   * Whether this is no shadow.
   *
   * @return false for a shadow
   */
  public boolean isMain() {
    return isMain;
  }

  /**
   * Does nothing.
   *
   * @param main has no meaning
   * @deprecated has no meaning
   */
  @Deprecated
  public void setMain(boolean main) {
    // as in JeroMQ
  }

  // --- The end

  /** Closes this context; see {@link #close}. */
  public void destroy() {
    List.copyOf(sockets).forEach(DropInSocket::close);
    sockets.clear();
    for (Selector selector : selectors) {
      boolean _ = context.close(selector);
    }
    selectors.clear();
    if (isMain) {
      List.copyOf(shadows).forEach(ZContext::close);
      context.term();
    } else {
      shadows.remove(this);
    }
  }

  /**
   * Closes the sockets of this context, and of its shadows, and waits until they have sent what
   * they can within their lingers. Whoever waits for one of them gets {@code ETERM}. A shadow
   * closes its own sockets, and waits for nothing. Switches if sockets were ever made.
   */
  @Override
  public void close() {
    destroy();
  }

  /**
   * Whether the end has begun.
   *
   * @return true after the {@link #close} of the main context
   */
  public boolean isClosed() {
    return context.isClosed();
  }

  /**
   * Whether there is nothing to close.
   *
   * @return true without sockets, selectors and shadows
   */
  public boolean isEmpty() {
    return shadows.isEmpty() && sockets.isEmpty() && selectors.isEmpty();
  }

  // --- Options

  /**
   * The context inside.
   *
   * @return shared with the shadows
   */
  public ZMQ.Context getContext() {
    return context;
  }

  /**
   * Does nothing.
   *
   * @param ctx has no meaning
   * @deprecated has no meaning
   */
  @Deprecated
  public void setContext(ZMQ.Context ctx) {
    // as in JeroMQ
  }

  /**
   * How many I/O threads, or greenlets, there are.
   *
   * @return zero or more
   */
  public int getIoThreads() {
    return ioThreads;
  }

  /**
   * Does nothing.
   *
   * @param ioThreads has no meaning
   * @deprecated give it to the constructor
   */
  @Deprecated
  public void setIoThreads(int ioThreads) {
    // as in JeroMQ
  }

  /**
   * How long sockets go on to send after they were closed.
   *
   * @return milliseconds; -1 for ever; 0 at first
   */
  public int getLinger() {
    return linger;
  }

  /**
   * Sets how long sockets go on to send after they were closed.
   *
   * @param linger milliseconds, for the sockets that follow; -1 for ever
   */
  public void setLinger(int linger) {
    this.linger = linger;
  }

  /**
   * Sets how many messages may wait to be received.
   *
   * @param rcvhwm per peer, for the sockets that follow; 0 for any number
   */
  public void setRcvHWM(int rcvhwm) {
    this.receiveHwm = rcvhwm;
  }

  /**
   * Sets how many messages may wait to be sent.
   *
   * @param sndhwm per peer, for the sockets that follow; 0 for any number
   */
  public void setSndHWM(int sndhwm) {
    this.sendHwm = sndhwm;
  }

  /**
   * Sets what is told of failures; see {@link ZMQ.Context#setUncaughtExceptionHandler}.
   *
   * @param handler what is told, or null
   */
  public void setUncaughtExceptionHandler(@Nullable UncaughtExceptionHandler handler) {
    context.setUncaughtExceptionHandler(handler);
  }

  /**
   * What is told of failures.
   *
   * @return what was set, or null
   */
  public @Nullable UncaughtExceptionHandler getUncaughtExceptionHandler() {
    return context.getUncaughtExceptionHandler();
  }

  /**
   * Sets what is told of failures that an I/O thread survives; see {@link
   * ZMQ.Context#setNotificationExceptionHandler}.
   *
   * @param handler what is told, or null
   */
  public void setNotificationExceptionHandler(@Nullable UncaughtExceptionHandler handler) {
    context.setNotificationExceptionHandler(handler);
  }

  /**
   * What is told of failures that an I/O thread survives.
   *
   * @return what was set, or null
   */
  public @Nullable UncaughtExceptionHandler getNotificationExceptionHandler() {
    return context.getNotificationExceptionHandler();
  }

  /**
   * Sets how I/O threads are made; see {@link ZMQ.Context#setThreadFactor}.
   *
   * @param threadFactory makes a thread for a body and a name
   */
  public void setThreadFactor(BiFunction<Runnable, String, Thread> threadFactory) {
    context.setThreadFactor(threadFactory);
  }

  /**
   * How I/O threads are made.
   *
   * @return what was set, or null
   */
  public @Nullable BiFunction<Runnable, String, Thread> getThreadFactory() {
    return context.getThreadFactory();
  }

  @Override
  public String toString() {
    return (isMain ? "ZContext[" : "shadow of ZContext[") + context + "]";
  }
}

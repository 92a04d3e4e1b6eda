package dev.celadon.jeromq;

import dev.celadon.hub.Hub;
import dev.celadon.zeromq.ContextOptions;
import dev.celadon.zeromq.SocketOptions;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqException;
import java.io.Closeable;
import java.lang.Thread.UncaughtExceptionHandler;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import zmq.util.function.BiFunction;

/** What {@link ZMQ.Context} does. */
@SuppressWarnings("InlineMeSuggester") // JeroMQ's deprecated methods stay
class DropInContext implements Closeable {
  /*
   * JeroMQ lets options of a context be set until its first socket is made. So the context of the hub is opened with that one.
   */

  /** JeroMQ waits for ever in term; a Duration must end somewhere. */
  private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

  /** Null outside of a hub. */
  private final @Nullable Hub hub;

  /** JeroMQ's own, outside of a hub. */
  private final org.zeromq.ZMQ.@Nullable Context plain;

  private ContextOptions options;
  private @Nullable ZmqContext green;
  private boolean isBlocky = true;
  private boolean isClosed;
  private @Nullable UncaughtExceptionHandler uncaught;
  private @Nullable UncaughtExceptionHandler notification;
  private @Nullable BiFunction<Runnable, String, Thread> threadFactory;

  DropInContext(int ioThreads) {
    this.hub = Hub.currentOrNull();
    this.options =
        ContextOptions.defaults().withIoThreads(ioThreads).withLinger(SocketOptions.FOREVER);
    this.plain = hub == null ? org.zeromq.ZMQ.context(ioThreads) : null;
  }

  DropInContext(ContextOptions options) {
    this.hub = Hub.current();
    this.options = options;
    this.plain = null;
  }

  /**
   * The same context in Celadon's own words, for what JeroMQ has no words for.
   *
   * @return the context; null outside of a hub
   */
  public @Nullable ZmqContext green() {
    return plain == null ? opened() : null;
  }

  private ZmqContext opened() {
    ZmqContext open = green;
    if (open == null) {
      requireHub();
      open = ZmqContext.open(options);
      green = open;
    }
    return open;
  }

  private void requireHub() {
    Hub owner = hub;
    if (owner != null && !owner.inHub()) {
      throw new WrongThreadException(
          "this ZeroMQ context belongs to "
              + owner
              + ", and "
              + Thread.currentThread()
              + " is not one of its greenlets: make another context here, or spawn what uses this"
              + " one as a greenlet");
    }
  }

  // --- Sockets and pollers

  ZMQ.Socket socket(SocketType type) {
    return socket(type, _ -> {});
  }

  ZMQ.Socket socket(SocketType type, Consumer<DropInSocket> forget) {
    org.zeromq.ZMQ.Context blocking = plain;
    if (blocking != null) {
      requireNoHub();
      return new ZMQ.Socket(blocking.socket(type).base(), forget);
    }
    try {
      ZMQ.Socket socket = new ZMQ.Socket(opened().socket(type), forget);
      if (!isBlocky) {
        boolean _ = socket.setLinger(0);
      }
      if (options.ipv6()) {
        boolean _ = socket.setIPv6(true);
      }
      return socket;
    } catch (ZmqException e) {
      throw Failures.inJeroMqsWords(e);
    }
  }

  private static void requireNoHub() {
    Hub here = Hub.currentOrNull();
    if (here != null) {
      throw new IllegalStateException(
          "this ZeroMQ context was made outside of a hub, so its sockets would block "
              + here
              + ": make the context in a greenlet, after Hub.run has begun");
    }
  }

  /**
   * Makes a socket; see {@link ZMQ.Context#socket(SocketType)}.
   *
   * @param type its messaging pattern
   * @return the socket
   * @deprecated use {@link ZMQ.Context#socket(SocketType)}
   */
  @Deprecated
  public ZMQ.Socket socket(int type) {
    return socket(SocketType.type(type));
  }

  /**
   * Makes a poller.
   *
   * @return the poller
   */
  public ZMQ.Poller poller() {
    return new ZMQ.Poller(0);
  }

  /**
   * Makes a poller.
   *
   * @param size how many items it may have; a guess
   * @return the poller
   */
  public ZMQ.Poller poller(int size) {
    return new ZMQ.Poller(size);
  }

  /**
   * What {@link ZMQ#poll} wants to have.
   *
   * @return JeroMQ's selector outside of a hub; on one, a token that selects nothing
   */
  public Selector selector() {
    org.zeromq.ZMQ.Context blocking = plain;
    return blocking == null ? new NoSelector() : blocking.selector();
  }

  /**
   * Closes a selector.
   *
   * @param selector {@link #selector}'s
   * @return true if it was open
   */
  public boolean close(Selector selector) {
    org.zeromq.ZMQ.Context blocking = plain;
    return blocking == null ? NoSelector.close(selector) : blocking.close(selector);
  }

  // --- The end

  /**
   * Ends this context: whoever waits for one of its sockets, or tries to use it, gets {@code
   * ETERM}; and waits until all are closed by their owners. Does nothing the second time. Switches
   * if sockets were ever made.
   */
  public void term() {
    org.zeromq.ZMQ.Context blocking = plain;
    if (blocking != null) {
      blocking.term();
      return;
    }
    requireHub();
    if (isClosed) {
      return;
    }
    isClosed = true;
    ZmqContext open = green;
    if (open != null) {
      try {
        open.term(FOR_EVER);
      } catch (RuntimeException e) {
        throw Failures.inJeroMqsWords(e);
      }
    }
  }

  /** Ends this context; see {@link #term}. */
  @Override
  public void close() {
    term();
  }

  /**
   * Whether the end has begun.
   *
   * @return true from {@link #term} on
   */
  public boolean isClosed() {
    return plain == null ? isClosed : plain.isClosed();
  }

  /**
   * Whether this context has ended, or, on a hub, is about to.
   *
   * @return true after {@link #term}
   */
  public boolean isTerminated() {
    return plain == null ? isClosed : plain.isTerminated();
  }

  // --- Options

  private void change(ContextOptions changed) {
    requireHub();
    if (green != null) {
      throw new IllegalStateException(
          "options of a context can be set until its first socket is made, not later");
    }
    options = changed;
  }

  /**
   * How many I/O threads, or greenlets, there are.
   *
   * @return zero or more
   */
  public int getIOThreads() {
    return plain == null ? options.ioThreads() : plain.getIOThreads();
  }

  /**
   * Sets how many I/O threads, or greenlets, there are.
   *
   * @param ioThreads zero or more
   * @return false if it is negative
   * @throws IllegalStateException after the first socket
   */
  public boolean setIOThreads(int ioThreads) {
    if (plain != null) {
      return plain.setIOThreads(ioThreads);
    }
    if (ioThreads < 0) {
      return false;
    }
    change(options.withIoThreads(ioThreads));
    return true;
  }

  /**
   * How many sockets may be open at the same time.
   *
   * @return at least 1
   */
  public int getMaxSockets() {
    return plain == null ? options.maxSockets() : plain.getMaxSockets();
  }

  /**
   * Sets how many sockets may be open at the same time.
   *
   * @param maxSockets at least 1
   * @return false if it is less
   * @throws IllegalStateException after the first socket
   */
  public boolean setMaxSockets(int maxSockets) {
    if (plain != null) {
      return plain.setMaxSockets(maxSockets);
    }
    if (maxSockets < 1) {
      return false;
    }
    change(options.withMaxSockets(maxSockets));
    return true;
  }

  /**
   * Whether sockets linger for ever unless told otherwise.
   *
   * @return as {@link #isBlocky}
   * @deprecated use {@link #isBlocky}
   */
  @Deprecated
  public boolean getBlocky() {
    return isBlocky();
  }

  /**
   * Whether sockets linger for ever unless told otherwise.
   *
   * @return true at first
   */
  public boolean isBlocky() {
    return plain == null ? isBlocky : plain.isBlocky();
  }

  /**
   * Sets whether sockets linger for ever unless told otherwise.
   *
   * @param block false for a linger of zero, for the sockets that follow
   * @return true
   */
  public boolean setBlocky(boolean block) {
    if (plain != null) {
      return plain.setBlocky(block);
    }
    isBlocky = block;
    return true;
  }

  /**
   * Whether names and wildcards mean IPv6 addresses first.
   *
   * @return false at first
   */
  public boolean isIPv6() {
    return plain == null ? options.ipv6() : plain.isIPv6();
  }

  /**
   * Whether names and wildcards mean IPv6 addresses first.
   *
   * @return as {@link #isIPv6}
   */
  public boolean getIPv6() {
    return isIPv6();
  }

  /**
   * Sets whether names and wildcards mean IPv6 addresses first.
   *
   * @param ipv6 for the sockets that follow
   * @return true
   */
  public boolean setIPv6(boolean ipv6) {
    if (plain != null) {
      return plain.setIPv6(ipv6);
    }
    options = options.withIpv6(ipv6);
    return true;
  }

  // --- Threads, of which a hub has none

  /**
   * Sets what is told of failures of I/O threads. On a hub, of greenlets that {@link ZThread#fork}
   * spawned.
   *
   * @param handler what is told, or null
   */
  public void setUncaughtExceptionHandler(@Nullable UncaughtExceptionHandler handler) {
    if (plain != null) {
      plain.setUncaughtExceptionHandler(handler);
    }
    uncaught = handler;
  }

  /**
   * What is told of failures of I/O threads.
   *
   * @return what was set, or null
   */
  public @Nullable UncaughtExceptionHandler getUncaughtExceptionHandler() {
    return plain == null ? uncaught : plain.getUncaughtExceptionHandler();
  }

  /**
   * Sets what is told of failures that an I/O thread survives. On a hub they are logged, and this
   * is kept but not called.
   *
   * @param handler what is told, or null
   */
  public void setNotificationExceptionHandler(@Nullable UncaughtExceptionHandler handler) {
    if (plain != null) {
      plain.setNotificationExceptionHandler(handler);
    }
    notification = handler;
  }

  /**
   * What is told of failures that an I/O thread survives.
   *
   * @return what was set, or null
   */
  public @Nullable UncaughtExceptionHandler getNotificationExceptionHandler() {
    return plain == null ? notification : plain.getNotificationExceptionHandler();
  }

  /**
   * Sets how I/O threads are made. On a hub they are greenlets, and this is kept but not called.
   *
   * @param threadFactory makes a thread for a body and a name
   */
  public void setThreadFactor(BiFunction<Runnable, String, Thread> threadFactory) {
    if (plain != null) {
      plain.setThreadFactor(threadFactory);
    }
    this.threadFactory = threadFactory;
  }

  /**
   * How I/O threads are made.
   *
   * @return what was set, or null
   */
  public @Nullable BiFunction<Runnable, String, Thread> getThreadFactory() {
    return plain == null ? threadFactory : plain.getThreadFactory();
  }

  @Override
  public String toString() {
    ZmqContext open = green;
    return open == null ? "ZMQ.Context[" + (plain == null ? hub : "no hub") + "]" : open.toString();
  }
}

package dev.celadon.jeromq;

import dev.celadon.zeromq.ContextOptions;
import dev.celadon.zeromq.ZmqSocket;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQException;
import zmq.SocketBase;

/**
 * JeroMQ's {@code ZMQ} for greenlets: contexts, sockets, pollers and constants under the same
 * names.
 *
 * <p>Safe for use from any thread.
 */
@SuppressWarnings("InlineMeSuggester") // JeroMQ's deprecated methods stay
public final class ZMQ implements Constants {

  private ZMQ() {}

  /**
   * Makes a context: in a greenlet, or on another thread that has a hub, one of that hub; elsewhere
   * one that blocks, which is JeroMQ's own.
   *
   * @param ioThreads how many I/O threads, or greenlets
   * @return the context
   */
  public static Context context(int ioThreads) {
    return new Context(ioThreads);
  }

  /**
   * Makes a context of the calling greenlet's or thread's hub.
   *
   * @param options such as {@link ContextOptions#withIo} with {@code IoMode.THREAD}
   * @return the context
   */
  public static Context context(ContextOptions options) {
    return new Context(options);
  }

  /**
   * Forwards messages between two sockets.
   *
   * @param type has no meaning
   * @param frontend one side
   * @param backend the other side
   * @return false, when the context ends
   * @deprecated use {@link #proxy(Socket, Socket, Socket)}
   */
  @Deprecated
  public static boolean device(int type, Socket frontend, Socket backend) {
    return proxy(frontend, backend, null);
  }

  /**
   * Forwards messages between two sockets until the context ends. Switches.
   *
   * @param frontend one side
   * @param backend the other side
   * @param capture gets a copy of each message, or null
   * @return false, when the context ends or a socket is closed
   */
  public static boolean proxy(Socket frontend, Socket backend, @Nullable Socket capture) {
    return proxy(frontend, backend, capture, null);
  }

  /**
   * Forwards messages between two sockets until it is told to end, or the context ends. Switches.
   *
   * @param frontend one side
   * @param backend the other side
   * @param capture gets a copy of each message, or null
   * @param control a socket whose messages pause, resume or end the proxy, see {@link
   *     #PROXY_PAUSE}, {@link #PROXY_RESUME} and {@link #PROXY_TERMINATE}; or null
   * @return true if it was told to end; false when the context ends or a socket is closed
   */
  public static boolean proxy(
      Socket frontend, Socket backend, @Nullable Socket capture, @Nullable Socket control) {
    return Forwarding.run(frontend, backend, capture, control);
  }

  /**
   * Waits until some of several things are ready. Switches unless they are so already.
   *
   * @param selector {@link Context#selector}'s
   * @param items what to wait for
   * @param timeout milliseconds to wait at most; -1 waits for ever, 0 only looks
   * @return how many are ready; -1 if the context ends or a socket is closed
   */
  public static int poll(Selector selector, PollItem[] items, long timeout) {
    return poll(selector, items, items.length, timeout);
  }

  /**
   * Waits until some of several things are ready. Switches unless they are so already.
   *
   * @param selector {@link Context#selector}'s
   * @param items what to wait for
   * @param count so many of them
   * @param timeout milliseconds to wait at most; -1 waits for ever, 0 only looks
   * @return how many are ready; -1 if the context ends or a socket is closed
   */
  public static int poll(Selector selector, PollItem[] items, int count, long timeout) {
    List<PollItem> chosen = Arrays.asList(items).subList(0, count);
    try (PollSet set = new PollSet(selector)) {
      return set.poll(chosen, timeout);
    }
  }

  /**
   * The version of libzmq that JeroMQ is like.
   *
   * @return the first number
   */
  public static int getMajorVersion() {
    return org.zeromq.ZMQ.getMajorVersion();
  }

  /**
   * The version of libzmq that JeroMQ is like.
   *
   * @return the second number
   */
  public static int getMinorVersion() {
    return org.zeromq.ZMQ.getMinorVersion();
  }

  /**
   * The version of libzmq that JeroMQ is like.
   *
   * @return the third number
   */
  public static int getPatchVersion() {
    return org.zeromq.ZMQ.getPatchVersion();
  }

  /**
   * The version of libzmq that JeroMQ is like.
   *
   * @return all of it as a number that can be compared
   */
  public static int getFullVersion() {
    return org.zeromq.ZMQ.getFullVersion();
  }

  /**
   * A version as a number that can be compared with {@link #getFullVersion}.
   *
   * @param major its first number
   * @param minor its second number
   * @param patch its third number
   * @return the number
   */
  public static int makeVersion(int major, int minor, int patch) {
    return org.zeromq.ZMQ.makeVersion(major, minor, patch);
  }

  /**
   * The version of libzmq that JeroMQ is like.
   *
   * @return such as {@code 4.1.7}
   */
  public static String getVersionString() {
    return org.zeromq.ZMQ.getVersionString();
  }

  /**
   * Waits for a time. Switches.
   *
   * @param millis milliseconds
   */
  public static void msleep(long millis) {
    sleep(millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Waits for a time. Switches.
   *
   * @param seconds seconds
   */
  public static void sleep(long seconds) {
    sleep(seconds, TimeUnit.SECONDS);
  }

  /**
   * Waits for a time; an interrupt ends it and stays set. Switches.
   *
   * @param amount so many
   * @param unit of these
   */
  public static void sleep(long amount, TimeUnit unit) {
    Pauses.sleep(unit.toNanos(amount));
  }

  /**
   * Where sockets come from. JeroMQ's {@code ZMQ.Context}.
   *
   * <p>Confined to its hub, if it was made on one; else safe for use from any thread that has none.
   */
  public static final class Context extends DropInContext {

    Context(int ioThreads) {
      super(ioThreads);
    }

    Context(ContextOptions options) {
      super(options);
    }

    /**
     * Makes a socket. Never switches.
     *
     * @param type its messaging pattern
     * @return the socket, not bound or connected yet
     * @throws ZMQException if there are too many open sockets, or the context ends
     */
    @Override
    public Socket socket(org.zeromq.SocketType type) {
      return super.socket(type);
    }
  }

  /**
   * JeroMQ's {@code ZMQ.Socket}, whose waits are waits of greenlets: any number of them may share
   * it, whole messages at a time, first come, first served.
   *
   * <p>Sending, receiving and binding are different inside, see {@code
   * docs/reference/from-jeromq.md}; the options are inherited as they are.
   *
   * <p>Confined to its hub, if it was made on one; else to one thread at a time.
   */
  public static final class Socket extends DropInSocket {

    Socket(ZmqSocket green, Consumer<DropInSocket> forget) {
      super(green, forget);
    }

    Socket(SocketBase base, Consumer<DropInSocket> forget) {
      super(base, forget);
    }
  }

  /**
   * Waits for the first of several sockets and channels. JeroMQ's {@code ZMQ.Poller}.
   *
   * <p>Confined to its hub, if its sockets are of one; one greenlet or thread polls at a time.
   */
  public static final class Poller extends DropInPoller {

    /** Something can be received. */
    public static final int POLLIN = zmq.ZMQ.ZMQ_POLLIN;

    /** There is room to send something. */
    public static final int POLLOUT = zmq.ZMQ.ZMQ_POLLOUT;

    /** The socket or channel is closed. */
    public static final int POLLERR = zmq.ZMQ.ZMQ_POLLERR;

    Poller(int size) {
      super(size);
    }
  }

  /**
   * What to poll, and what the last poll has found about it. JeroMQ's {@code ZMQ.PollItem}.
   *
   * <p>Confined to one greenlet or thread at a time.
   */
  public static class PollItem extends DropInPollItem {

    /**
     * Polls a socket.
     *
     * @param socket which
     * @param ops a sum of {@code POLLIN}, {@code POLLOUT} and {@code POLLERR}
     */
    public PollItem(Socket socket, int ops) {
      super(socket, null, ops);
    }

    /**
     * Polls a channel.
     *
     * @param channel which, in non-blocking mode
     * @param ops a sum of {@code POLLIN}, {@code POLLOUT} and {@code POLLERR}
     */
    public PollItem(SelectableChannel channel, int ops) {
      super(null, channel, ops);
    }
  }

  /**
   * What a monitor socket tells. JeroMQ's {@code ZMQ.Event}.
   *
   * <p>Immutable.
   *
   * @deprecated use {@link ZMonitor}, or Celadon's {@code ZmqMonitor}
   */
  @Deprecated
  public static class Event extends org.zeromq.ZMQ.Event {

    private final @Nullable Object resolved;

    /**
     * Makes an event.
     *
     * @param event one of the constants {@code EVENT_…}
     * @param value what comes with it, or null
     * @param address the endpoint
     */
    @SuppressWarnings("NullAway") // JeroMQ takes null
    public Event(int event, @Nullable Object value, String address) {
      this(event, value, value, address);
    }

    @SuppressWarnings("NullAway") // JeroMQ takes null
    Event(int event, @Nullable Object value, @Nullable Object resolved, String address) {
      super(event, value, address);
      this.resolved = resolved;
    }

    /**
     * Receives an event. Switches if there is none.
     *
     * @param socket a PAIR that is connected to the address of {@code Socket.monitor}
     * @return the event; null after the receive timeout
     */
    public static @Nullable Event recv(org.zeromq.ZMQ.Socket socket) {
      return recv(socket, 0);
    }

    /**
     * Receives an event. Switches if there is none, unless told not to.
     *
     * @param socket a PAIR that is connected to the address of {@code Socket.monitor}
     * @param flags 0 or {@link ZMQ#DONTWAIT}
     * @return the event; null if there is none in time
     */
    public static @Nullable Event recv(org.zeromq.ZMQ.Socket socket, int flags) {
      return MonitorFrames.recv(socket, flags);
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"})
    public <M> M resolveValue() {
      return (M) resolved;
    }
  }

  /**
   * Keys for CURVE, and their text. JeroMQ's {@code ZMQ.Curve}.
   *
   * <p>Safe for use from any thread.
   */
  public static final class Curve extends org.zeromq.ZMQ.Curve {

    /** Makes an object without use: all methods are static. */
    public Curve() {}
  }

  /**
   * Ends sends and receives from outside. JeroMQ's {@code ZMQ.CancellationToken}.
   *
   * <p>Safe for use from any thread.
   */
  public static final class CancellationToken extends org.zeromq.ZMQ.CancellationToken {

    private final CancellationWaits waits = new CancellationWaits();

    CancellationToken(SocketBase socket) {
      super(socket);
    }

    CancellationWaits waits() {
      return waits;
    }

    @Override
    public boolean isCancellationRequested() {
      return waits.isCancelled();
    }

    /** Makes the token fit for further use. */
    @Override
    public void reset() {
      waits.reset();
    }

    /**
     * Ends the sends and receives that wait with this token, and the later ones, with {@code
     * ECANCELED}, until {@link #reset}. Any thread; never switches.
     */
    @Override
    public void cancel() {
      waits.cancel();
    }
  }

  /**
   * The numbers of errors. JeroMQ's {@code ZMQ.Error}.
   *
   * <p>Immutable.
   */
  @SuppressWarnings({"AvoidCommonTypeNames", "JavaLangClash"}) // JeroMQ's name
  public enum Error {
    /** No error. */
    NOERROR(org.zeromq.ZMQ.Error.NOERROR),

    /** Not supported. */
    ENOTSUP(org.zeromq.ZMQ.Error.ENOTSUP),

    /** Protocol not supported. */
    EPROTONOSUPPORT(org.zeromq.ZMQ.Error.EPROTONOSUPPORT),

    /** No buffer space available. */
    ENOBUFS(org.zeromq.ZMQ.Error.ENOBUFS),

    /** Network is down. */
    ENETDOWN(org.zeromq.ZMQ.Error.ENETDOWN),

    /** Address already in use. */
    EADDRINUSE(org.zeromq.ZMQ.Error.EADDRINUSE),

    /** Address not available. */
    EADDRNOTAVAIL(org.zeromq.ZMQ.Error.EADDRNOTAVAIL),

    /** Connection refused. */
    ECONNREFUSED(org.zeromq.ZMQ.Error.ECONNREFUSED),

    /** Operation in progress. */
    EINPROGRESS(org.zeromq.ZMQ.Error.EINPROGRESS),

    /** Host unreachable. */
    EHOSTUNREACH(org.zeromq.ZMQ.Error.EHOSTUNREACH),

    /** No thread available. */
    EMTHREAD(org.zeromq.ZMQ.Error.EMTHREAD),

    /** Operation cannot be accomplished in current state. */
    EFSM(org.zeromq.ZMQ.Error.EFSM),

    /** The protocol is not compatible with the socket type. */
    ENOCOMPATPROTO(org.zeromq.ZMQ.Error.ENOCOMPATPROTO),

    /** Context was terminated. */
    ETERM(org.zeromq.ZMQ.Error.ETERM),

    /** Not a socket. */
    ENOTSOCK(org.zeromq.ZMQ.Error.ENOTSOCK),

    /** Resource unavailable, try again. */
    EAGAIN(org.zeromq.ZMQ.Error.EAGAIN),

    /** No such file or directory. */
    ENOENT(org.zeromq.ZMQ.Error.ENOENT),

    /** Interrupted function. */
    EINTR(org.zeromq.ZMQ.Error.EINTR),

    /** Permission denied. */
    EACCESS(org.zeromq.ZMQ.Error.EACCESS),

    /** Bad address. */
    EFAULT(org.zeromq.ZMQ.Error.EFAULT),

    /** Invalid argument. */
    EINVAL(org.zeromq.ZMQ.Error.EINVAL),

    /** Socket is connected. */
    EISCONN(org.zeromq.ZMQ.Error.EISCONN),

    /** The socket is not connected. */
    ENOTCONN(org.zeromq.ZMQ.Error.ENOTCONN),

    /** Message too large. */
    EMSGSIZE(org.zeromq.ZMQ.Error.EMSGSIZE),

    /** Address family not supported. */
    EAFNOSUPPORT(org.zeromq.ZMQ.Error.EAFNOSUPPORT),

    /** Network unreachable. */
    ENETUNREACH(org.zeromq.ZMQ.Error.ENETUNREACH),

    /** Connection aborted. */
    ECONNABORTED(org.zeromq.ZMQ.Error.ECONNABORTED),

    /** Connection reset. */
    ECONNRESET(org.zeromq.ZMQ.Error.ECONNRESET),

    /** Connection timed out. */
    ETIMEDOUT(org.zeromq.ZMQ.Error.ETIMEDOUT),

    /** Connection aborted by network. */
    ENETRESET(org.zeromq.ZMQ.Error.ENETRESET),

    /** Input or output failed. */
    EIOEXC(org.zeromq.ZMQ.Error.EIOEXC),

    /** A socket of the system failed. */
    ESOCKET(org.zeromq.ZMQ.Error.ESOCKET),

    /** File descriptor value too large. */
    EMFILE(org.zeromq.ZMQ.Error.EMFILE),

    /** Protocol error. */
    EPROTO(org.zeromq.ZMQ.Error.EPROTO);

    private final org.zeromq.ZMQ.Error same;

    Error(org.zeromq.ZMQ.Error same) {
      this.same = same;
    }

    /**
     * The error with a number.
     *
     * @param code such as {@link ZMQException#getErrorCode}
     * @return the error; {@link #NOERROR} for zero and less
     * @throws IllegalArgumentException if there is none
     */
    public static Error findByCode(int code) {
      return valueOf(org.zeromq.ZMQ.Error.findByCode(code).name());
    }

    /**
     * The number.
     *
     * @return as in {@link ZMQException#getErrorCode}
     */
    public int getCode() {
      return same.getCode();
    }

    /**
     * The error in words.
     *
     * @return JeroMQ's message
     */
    public String getMessage() {
      return same.getMessage();
    }
  }
}

package dev.celadon.jeromq;

import java.io.Closeable;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQException;

/**
 * Tells of the connections of a socket. JeroMQ's {@code ZMonitor}, without an actor. New programs
 * find more in Celadon's {@code ZmqMonitor}.
 *
 * <p>Confined to the hub of the socket; outside of a hub, to one thread.
 */
public class ZMonitor implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger(ZMonitor.class);

  private static final AtomicLong COUNT = new AtomicLong();

  private final ZMQ.Socket monitored;
  private final ZMQ.Socket events;
  private final String address = "inproc://celadon-zmonitor-" + COUNT.incrementAndGet();
  private int wanted;
  private boolean isStarted;
  private boolean isClosed;
  private boolean isVerbose;

  /**
   * What happened.
   *
   * <p>Immutable.
   */
  @SuppressWarnings("deprecation")
  public static final class ZEvent {

    /** The kind. */
    public final Event type;

    /** The kind as a number: one of the constants {@code ZMQ.EVENT_…}. */
    public final int code;

    /** The endpoint. */
    public final String address;

    /** What comes with it: an errno or a number, in words; or null. */
    public final @Nullable String value;

    /**
     * Makes an event.
     *
     * @param event what a monitor socket has told
     */
    public ZEvent(org.zeromq.ZMQ.Event event) {
      code = event.getEvent();
      type = Event.findByCode(code);
      address = event.getAddress();
      Object resolved = event.resolveValue();
      value = resolved == null ? null : resolved.toString();
    }

    @Override
    public String toString() {
      return "ZEvent[" + type + ", code " + code + ", " + address + ", " + value + "]";
    }
  }

  /**
   * The kinds of events.
   *
   * <p>Immutable.
   */
  public enum Event {
    /** A connection to a peer stands. */
    CONNECTED(ZMQ.EVENT_CONNECTED),

    /** A connect has begun, and goes on in the background. */
    CONNECT_DELAYED(ZMQ.EVENT_CONNECT_DELAYED),

    /** A connect is tried again after a while. */
    CONNECT_RETRIED(ZMQ.EVENT_CONNECT_RETRIED),

    /** The socket is bound. */
    LISTENING(ZMQ.EVENT_LISTENING),

    /** A bind failed. */
    BIND_FAILED(ZMQ.EVENT_BIND_FAILED),

    /** A peer has connected. */
    ACCEPTED(ZMQ.EVENT_ACCEPTED),

    /** A peer could not connect. */
    ACCEPT_FAILED(ZMQ.EVENT_ACCEPT_FAILED),

    /** A connection or a bind was closed. */
    CLOSED(ZMQ.EVENT_CLOSED),

    /** A close failed. */
    CLOSE_FAILED(ZMQ.EVENT_CLOSE_FAILED),

    /** A connection broke. */
    DISCONNECTED(ZMQ.EVENT_DISCONNECTED),

    /** The monitor ends. */
    MONITOR_STOPPED(ZMQ.EVENT_MONITOR_STOPPED),

    /** A handshake failed, nobody knows why. */
    HANDSHAKE_FAILED_NO_DETAIL(ZMQ.HANDSHAKE_FAILED_NO_DETAIL),

    /** A handshake is done, messages can flow. */
    HANDSHAKE_SUCCEEDED(ZMQ.HANDSHAKE_SUCCEEDED),

    /** A handshake failed, since a peer broke the protocol. */
    HANDSHAKE_FAILED_PROTOCOL(ZMQ.HANDSHAKE_FAILED_PROTOCOL),

    /** A handshake failed, since a peer was refused. */
    HANDSHAKE_FAILED_AUTH(ZMQ.HANDSHAKE_FAILED_AUTH),

    /** The version of the protocol is known. */
    HANDSHAKE_PROTOCOL(ZMQ.EVENT_HANDSHAKE_PROTOCOL),

    /** All of these. */
    ALL(ZMQ.EVENT_ALL);

    private final int code;

    Event(int code) {
      this.code = code;
    }

    /**
     * The kind of a number.
     *
     * @param event one of the constants {@code ZMQ.EVENT_…}
     * @return the kind; {@link #ALL} if there is none
     */
    public static Event findByCode(int event) {
      for (Event each : values()) {
        if (each.code == event) {
          return each;
        }
      }
      return ALL;
    }
  }

  /**
   * Makes a monitor, which does not listen yet.
   *
   * @param ctx the context of the socket
   * @param socket what to listen to
   */
  public ZMonitor(ZContext ctx, ZMQ.Socket socket) {
    this.monitored = Objects.requireNonNull(socket, "socket");
    this.events = ctx.createSocket(SocketType.PAIR);
  }

  /**
   * Listens from now on.
   *
   * @return this monitor
   * @throws ZMQException if the socket or its context is closed
   */
  public final ZMonitor start() {
    if (!isStarted) {
      if (!monitored.monitor(address, wanted)) {
        throw new ZMQException("cannot monitor " + monitored, monitored.errno());
      }
      boolean _ = events.connect(address);
      isStarted = true;
      trace("started");
    }
    return this;
  }

  /**
   * Adds kinds of events, before {@link #start}; later it does nothing.
   *
   * @param events what to tell of
   * @return this monitor
   */
  public final ZMonitor add(Event... events) {
    if (!isStarted) {
      for (Event event : events) {
        wanted |= event.code;
      }
    }
    return this;
  }

  /**
   * Takes kinds of events out, before {@link #start}; later it does nothing.
   *
   * @param events what not to tell of
   * @return this monitor
   */
  public final ZMonitor remove(Event... events) {
    if (!isStarted) {
      for (Event event : events) {
        wanted &= ~event.code;
      }
    }
    return this;
  }

  /**
   * Whether to log what this monitor does.
   *
   * @param verbose true to log
   * @return this monitor
   */
  public final ZMonitor verbose(boolean verbose) {
    isVerbose = verbose;
    return this;
  }

  /**
   * The next event. Switches if there is none.
   *
   * @return the event; null before {@link #start} and after the end of the context
   */
  public final @Nullable ZEvent nextEvent() {
    return nextEvent(-1);
  }

  /**
   * The next event. Switches if there is none, unless told not to.
   *
   * @param wait whether to wait
   * @return the event; null if there is none, and as {@link #nextEvent()}
   */
  public final @Nullable ZEvent nextEvent(boolean wait) {
    return nextEvent(wait ? -1 : 0);
  }

  /**
   * The next event. Switches if there is none.
   *
   * @param timeout milliseconds to wait at most; -1 for ever, 0 only looks
   * @return the event; null if there is none in time, and as {@link #nextEvent()}
   */
  @SuppressWarnings("deprecation")
  public final @Nullable ZEvent nextEvent(int timeout) {
    if (!isStarted || isClosed) {
      return null;
    }
    boolean _ = events.setReceiveTimeOut(timeout);
    try {
      ZMQ.Event event = ZMQ.Event.recv(events);
      return event == null ? null : new ZEvent(event);
    } catch (ZMQException e) {
      return null; // the end
    }
  }

  /** Stops to listen; see {@link #close}. */
  public final void destroy() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    if (isStarted) {
      boolean _ = monitored.monitor(null, 0);
    }
    events.close();
    trace("closed");
  }

  /** Stops to listen; the socket goes on. Does nothing the second time. */
  @Override
  public final void close() {
    destroy();
  }

  private void trace(String what) {
    if (isVerbose) {
      LOG.info("the monitor of {} {}", monitored, what);
    }
  }
}

package dev.celadon.zeromq;

import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import zmq.ZError;

/**
 * What happens to the endpoints and connections of a socket, as a queue of events; see {@link
 * ZmqSocket#monitor()}.
 *
 * <pre>{@code
 * for (ZmqEvent event : socket.monitor()) {
 *   switch (event) {
 *     case HandshakeSucceeded(_, ZmqPeer peer) -> log.info("{} is there", peer);
 *     case HandshakeFailed failed -> log.warn("{}", failed);
 *     default -> {}
 *   }
 * }
 * }</pre>
 *
 * <p>Any number of monitors of one socket get the same events, each from its beginning on. Nobody
 * waits for a slow one: if its queue is full, the oldest event is {@link #dropped}.
 *
 * <p>Several may wait for the next event; they are served first come, first served, one event each.
 * It ends with {@link #close}, or when JeroMQ lets go of the closed socket; what is queued can
 * still be taken.
 *
 * <p>Safe for use from any thread.
 */
public final class ZmqMonitor implements Iterable<ZmqEvent>, AutoCloseable {

  static final int DEFAULT_CAPACITY = 1_000;

  private final Connections connections;
  private final String of;
  private final int capacity;
  private final WaitQueue waiters = new WaitQueue(this);

  /** Guarded by the lock of {@code waiters}, like the rest. */
  private final ArrayDeque<ZmqEvent> events = new ArrayDeque<>();

  private long dropped;
  private boolean isClosed;

  ZmqMonitor(Connections connections, String of, int capacity) {
    this.connections = connections;
    this.of = of;
    this.capacity = SocketOptions.atLeast("capacity", 1, capacity, "events that wait to be taken");
  }

  /** JeroMQ's call, from wherever it does its I/O. Never switches. */
  void offer(ZmqEvent event) {
    waiters.lock();
    Waiter granted = null;
    if (!isClosed) {
      granted = waiters.grantFirst(event);
      if (granted == null) {
        if (events.size() == capacity) {
          events.removeFirst();
          dropped++;
        }
        events.addLast(event);
      }
    }
    waiters.unlock();
    if (granted != null) {
      granted.wake();
    }
  }

  /**
   * Takes the next event. Switches if there is none.
   *
   * @return the event
   * @throws ZmqClosedException if there are no more, because this monitor or its socket is closed
   */
  public ZmqEvent next() {
    ZmqEvent event = nextWithin(Long.MAX_VALUE);
    if (event == null) {
      throw new AssertionError("bug in Celadon, please report: a wait without an end has ended");
    }
    return event;
  }

  /**
   * Takes the next event, giving up after a while. Switches if there is none.
   *
   * @param timeout how long to wait at most; zero or negative only looks
   * @return the event, or null if there was none in time
   * @throws ZmqClosedException if there are no more, because this monitor or its socket is closed
   */
  public @Nullable ZmqEvent next(Duration timeout) {
    return nextWithin(Clock.waitNanos(timeout));
  }

  /**
   * Takes the next event if there is one. Never switches.
   *
   * @return the event, or null if there is none now
   * @throws ZmqClosedException if there are no more, because this monitor or its socket is closed
   */
  public @Nullable ZmqEvent tryNext() {
    waiters.lock();
    ZmqEvent event = events.pollFirst();
    boolean closed = isClosed;
    waiters.unlock();
    if (event == null && closed) {
      throw closed();
    }
    return event;
  }

  private @Nullable ZmqEvent nextWithin(long nanos) {
    if (nanos <= 0) {
      return tryNext();
    }
    Waiter waiter = Waiter.current();
    waiters.lock();
    ZmqEvent event = events.pollFirst();
    boolean closed = isClosed;
    if (event == null && !closed) {
      waiters.add(waiter);
    }
    waiters.unlock();
    if (event != null) {
      return event;
    }
    if (closed) {
      throw closed();
    }
    try {
      return waiter.await(nanos) ? granted(waiter) : null;
    } finally {
      waiters.forget(waiter);
    }
  }

  /**
   * Takes the next event, or adds a waiter for it: for waits of one's own, such as suspended
   * coroutines. Never switches.
   *
   * @param waiter granted with an event, or with null if no more come; to be taken back with {@link
   *     #unregister}
   * @return the event; then the waiter was not added. Null if there is none now
   * @throws ZmqClosedException if there are no more, because this monitor or its socket is closed
   */
  public @Nullable ZmqEvent registerNext(Waiter waiter) {
    waiters.lock();
    ZmqEvent event = events.pollFirst();
    boolean closed = isClosed;
    if (event == null && !closed) {
      waiters.add(waiter);
    }
    waiters.unlock();
    if (event == null && closed) {
      throw closed();
    }
    return event;
  }

  /**
   * Takes a waiter back whose wait is over. Never switches.
   *
   * @param waiter what was given to {@link #registerNext}
   */
  public void unregister(Waiter waiter) {
    waiters.forget(waiter);
  }

  /**
   * Gives an event back that was taken but not used: it is the next one; if the queue is full by
   * now, it is dropped, being the oldest. Never switches.
   *
   * @param event what {@link #registerNext} or a grant gave
   */
  public void putBack(ZmqEvent event) {
    waiters.lock();
    Waiter granted = waiters.grantFirst(event);
    if (granted == null) {
      if (events.size() == capacity) {
        dropped++;
      } else {
        events.addFirst(event);
      }
    }
    waiters.unlock();
    if (granted != null) {
      granted.wake();
    }
  }

  private ZmqEvent granted(Waiter waiter) {
    if (waiter.value() instanceof ZmqEvent event) {
      return event;
    }
    throw closed();
  }

  /**
   * The events from now on; each is taken once, whoever takes it. {@code hasNext} switches if there
   * is none, and is false when the monitor or its socket is closed.
   *
   * @return an iterator that does not end before
   */
  @Override
  public Iterator<ZmqEvent> iterator() {
    return new Iterator<>() {
      private @Nullable ZmqEvent ahead;

      @Override
      public boolean hasNext() {
        if (ahead == null) {
          try {
            ahead = ZmqMonitor.this.next();
          } catch (ZmqClosedException e) {
            return false;
          }
        }
        return true;
      }

      @Override
      public ZmqEvent next() {
        if (!hasNext()) {
          throw new NoSuchElementException(ZmqMonitor.this + " is closed");
        }
        ZmqEvent event = ahead;
        ahead = null;
        if (event == null) {
          throw new AssertionError("bug in Celadon, please report: a next event that is not there");
        }
        return event;
      }
    };
  }

  /**
   * How many events were dropped because nobody took them in time.
   *
   * @return a count
   */
  public long dropped() {
    waiters.lock();
    long count = dropped;
    waiters.unlock();
    return count;
  }

  /**
   * How many events wait to be taken.
   *
   * @return a count
   */
  public int size() {
    waiters.lock();
    int count = events.size();
    waiters.unlock();
    return count;
  }

  /**
   * Whether no more events come.
   *
   * @return true after {@link #close}, or the end of the socket
   */
  public boolean isClosed() {
    waiters.lock();
    boolean closed = isClosed;
    waiters.unlock();
    return closed;
  }

  /**
   * Ends this monitor: no more events come, and whoever waits gets a {@link ZmqClosedException}.
   * Does nothing the second time. Never switches.
   */
  @Override
  public void close() {
    connections.forget(this);
    end();
  }

  /** The socket is gone, or the monitor is. */
  void end() {
    waiters.lock();
    isClosed = true;
    Waiter granted = waiters.grantAll(null);
    waiters.unlock();
    WaitQueue.wakeAll(granted);
  }

  private ZmqClosedException closed() {
    return new ZmqClosedException(
        ZError.ENOTSOCK, "no more events: " + this + ", or the socket, is closed", null);
  }

  @Override
  public String toString() {
    return "monitor of the " + of;
  }
}

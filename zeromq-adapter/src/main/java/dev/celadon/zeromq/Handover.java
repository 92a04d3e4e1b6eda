package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import zmq.ZError;

/**
 * The way of messages from other threads into the line of those who wait to send.
 *
 * <p>Safe for use from any thread.
 */
final class Handover {

  /** So many at once, then the others of the hub have a turn. */
  private static final int TAKEN_PER_TURN = 256;

  private final Hub hub;
  private final ZmqSocket socket;
  private final Lines lines;
  private final Door door;
  private final Counters counters;
  private final int capacity;

  /** The threads that wait. Its lock guards the fields below. */
  private final WaitQueue outside;

  private final ArrayDeque<Handed> arrived = new ArrayDeque<>(1);
  private int offered;
  private boolean isScheduled;
  private boolean isEnded;

  Handover(ZmqContext context, ZmqSocket socket, Lines lines, Door door, Counters counters) {
    this.hub = context.hub();
    this.socket = socket;
    this.lines = lines;
    this.door = door;
    this.counters = counters;
    this.capacity = context.options().inboxCapacity();
    this.outside = new WaitQueue(socket);
  }

  // --- Any thread

  boolean offer(ZmqMessage message) {
    Handed handed = new Handed(message, null);
    outside.lock();
    boolean wasEnded = isEnded;
    boolean hasRoom = !wasEnded && offered < capacity;
    boolean mustWake = hasRoom && add(handed);
    if (hasRoom) {
      offered++;
    }
    outside.unlock();
    if (wasEnded) {
      throw door.closed("hand a message over");
    }
    if (mustWake) {
      wakeHub();
    }
    return hasRoom;
  }

  void send(ZmqMessage message, long nanos) {
    if (nanos <= 0) {
      throw tooLate(nanos);
    }
    Waiter party = Waiter.current();
    Handed handed = new Handed(message, party);
    outside.lock();
    boolean wasEnded = isEnded;
    boolean mustWake = !wasEnded && add(handed);
    if (!wasEnded) {
      outside.add(party);
    }
    outside.unlock();
    if (wasEnded) {
      throw door.closed("hand a message over");
    }
    boolean isSent = false;
    try {
      if (mustWake) {
        wakeHub();
      }
      isSent = party.await(nanos);
    } catch (ZmqException failure) {
      throw failure.inWaiter("send");
    } finally {
      if (!isSent) {
        outside.forget(party);
        isSent = !handed.withdraw();
        if (!isSent) {
          leaveLine(handed);
        }
      }
    }
    if (!isSent) {
      throw tooLate(nanos);
    }
  }

  private ZmqTimeoutException tooLate(long nanos) {
    return new ZmqTimeoutException(
        "could not send within "
            + Duration.ofNanos(Math.max(0, nanos))
            + " on "
            + socket
            + " from another thread: no peer has room, or the hub is busy; wait longer, or do not"
            + " wait at all (offerFromAnyThread)");
  }

  /** Under the lock; true if the hub must be woken after it. */
  private boolean add(Handed handed) {
    arrived.add(handed);
    boolean mustWake = !isScheduled;
    isScheduled = true;
    return mustWake;
  }

  private void wakeHub() {
    try {
      hub.runCallback(this::takeIn);
    } catch (HubClosedException e) {
      throw new ZmqClosedException(
          ZError.ETERM, "cannot hand a message over to " + socket + ": its hub is closed", e);
    }
  }

  /** Nobody waits for it any more. */
  private void leaveLine(Handed handed) {
    try {
      hub.runCallback(() -> lines.forget(handed));
    } catch (HubClosedException e) {
      return; // there is no line any more
    }
  }

  // --- The hub

  private void takeIn() {
    for (int taken = 0; taken < TAKEN_PER_TURN; taken++) {
      outside.lock();
      Handed next = arrived.poll();
      if (next == null) {
        isScheduled = false;
      }
      outside.unlock();
      if (next == null) {
        return;
      }
      lineUp(next);
    }
    hub.runCallback(this::takeIn);
  }

  private void lineUp(Handed handed) {
    Waiter place = new Waiter(() -> settle(handed));
    handed.place(place);
    lines.sendAsync(place, handed);
  }

  /** It was sent, or has failed. */
  private void settle(Handed handed) {
    Waiter place = handed.place();
    if (place != null && place.value() instanceof Throwable failure) {
      fail(handed, failure);
      return;
    }
    counters.handedOver++;
    Waiter party = handed.party();
    outside.lock();
    boolean isGranted = false;
    if (party == null) {
      offered--;
    } else {
      outside.remove(party);
      isGranted = party.grant(null);
    }
    outside.unlock();
    if (party != null && isGranted) {
      party.wake();
    }
  }

  private void fail(Handed handed, Throwable failure) {
    Waiter party = handed.party();
    outside.lock();
    boolean isFailed = false;
    if (party == null) {
      offered--;
    } else {
      outside.remove(party);
      isFailed = party.fail(failure);
    }
    outside.unlock();
    if (party != null) {
      if (isFailed) {
        party.wake();
      }
      return;
    }
    counters.dropped++;
    if (!(failure instanceof ZmqClosedException)) {
      hub.reportFailure("a message handed over to " + socket, failure);
    }
  }

  /** A message that was received, but not taken. Any thread. */
  void putBack(ZmqMessage message) {
    if (hub.inHub()) {
      if (!door.isClosed()) {
        lines.putBack(message);
      }
      return;
    }
    try {
      hub.runCallback(() -> putBack(message));
    } catch (HubClosedException e) {
      return; // it goes the way of all that was received but not taken
    }
  }

  /** Before everything that waits in the lines is ended: what has not arrived there never will. */
  void end() {
    outside.lock();
    isEnded = true;
    List<Handed> left = List.copyOf(arrived);
    arrived.clear();
    outside.unlock();
    for (Handed handed : left) {
      fail(handed, door.closed("send"));
    }
  }
}

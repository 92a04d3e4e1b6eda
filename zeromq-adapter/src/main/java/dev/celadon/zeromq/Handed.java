package dev.celadon.zeromq;

import dev.celadon.hub.Waiter;
import dev.celadon.loop.Parking;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A message that another thread has handed over to the hub.
 *
 * <p>Safe for use from any thread.
 */
final class Handed {
  /*
   * PENDING     at birth           nobody has sent it yet
   * SENDING     the hub            for the few microseconds of JeroMQ's send
   * SENT        the hub            the message is gone
   * WITHDRAWN   the other thread   nobody will send it
   *
   *   PENDING <-> SENDING -> SENT
   *   PENDING -> WITHDRAWN
   *
   * So whoever withdraws knows for certain whether the message was sent.
   */
  private static final int PENDING = 0;
  private static final int SENDING = 1;
  private static final int SENT = 2;
  private static final int WITHDRAWN = 3;

  private static final int SPINS_BEFORE_YIELD = 1_000;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Handed.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ZmqMessage message;
  private final @Nullable Waiter party;

  private volatile int state = PENDING;

  /** Its place in the line of those who wait to send. Confined to the hub. */
  private @Nullable Waiter place;

  /**
   * Hands a message over.
   *
   * @param party who waits until it is sent; null for nobody
   */
  Handed(ZmqMessage message, @Nullable Waiter party) {
    this.message = message;
    this.party = party;
  }

  ZmqMessage message() {
    return message;
  }

  @Nullable Waiter party() {
    return party;
  }

  @Nullable Waiter place() {
    return place;
  }

  void place(Waiter place) {
    this.place = place;
  }

  /** The hub is about to send it; false if it must not. */
  boolean begin() {
    return STATE.compareAndSet(this, PENDING, SENDING);
  }

  /** The hub has tried to send it. */
  void end(boolean sent) {
    state = sent ? SENT : PENDING;
  }

  /** The other thread wants it back; false if it was sent. */
  boolean withdraw() {
    for (int spins = 0; !STATE.compareAndSet(this, PENDING, WITHDRAWN); spins++) {
      if (state == SENT) {
        return false;
      }
      Thread.onSpinWait();
      if (spins >= SPINS_BEFORE_YIELD) {
        Parking.yieldNow();
      }
    }
    return true;
  }
}

package dev.celadon.zeromq;

import dev.celadon.hub.Waiter;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a {@link ZmqProxy}.
 *
 * <p>Confined to the proxy's greenlet, but for {@link #putBack}.
 */
final class ProxyLane {
  /*
   * A message is taken only if there is room for it, and is sent without a switch in between: so there is none in hand when a kill
   * arrives, and a full backend leaves messages where the high-water mark of the frontend bounds them.
   *
   * The room may turn out to be none for this message: a ROUTER that must not drop says that it is writable, and means some peer.
   * Then the message stands in line as everybody's does. It is in hand, and whatever ends the proxy puts it back.
   */

  /** What it needs to go on. */
  enum Needs {
    INPUT,
    ROOM,
    ROOM_TO_CAPTURE,
    THE_END_OF_A_SEND
  }

  private final ZmqSocket from;
  private final ZmqSocket to;
  private final @Nullable ZmqSocket capture;
  private final @Nullable Consumer<? super ZmqMessage> listener;

  /** Ends the proxy's poll. */
  private final Runnable onSent;

  private Needs needs = Needs.INPUT;
  private @Nullable ZmqMessage inHand;

  /** In the line of those who send, with the message in hand. */
  private @Nullable Waiter standing;

  /** The message in hand is sent, and stands in the line of the capture socket. */
  private boolean isCaptured;

  private long receivedMessages;
  private long receivedBytes;
  private long sentMessages;
  private long sentBytes;
  private long undeliverable;

  ProxyLane(ZmqSocket from, ZmqSocket to, ProxyOptions options, Runnable onSent) {
    this.from = from;
    this.to = to;
    this.capture = options.capture();
    this.listener = options.listener();
    this.onSent = onSent;
  }

  Needs needs() {
    return needs;
  }

  /**
   * Forwards what can be forwarded. Switches only if the listener does.
   *
   * @param most so many messages at most
   * @param mayGoOn is asked before each
   * @return true if there may be more
   */
  boolean forward(int most, BooleanSupplier mayGoOn) {
    settle();
    if (standing != null) {
      return false;
    }
    needs = Needs.INPUT;
    if ((from.events() & ZmqPoller.POLLIN) == 0) {
      return false;
    }
    for (int i = 0; i < most && mayGoOn.getAsBoolean(); i++) {
      if (!hasRoom()) {
        return false;
      }
      ZmqMessage message = from.tryRecvMessage();
      if (message == null || !sends(message)) {
        return false;
      }
    }
    return true;
  }

  private boolean hasRoom() {
    if (from != to && (to.events() & ZmqPoller.POLLOUT) == 0) {
      needs = Needs.ROOM;
      return false;
    }
    if (capture != null && (capture.events() & ZmqPoller.POLLOUT) == 0) {
      needs = Needs.ROOM_TO_CAPTURE;
      return false;
    }
    return true;
  }

  /** False if the message stands in line now. */
  private boolean sends(ZmqMessage message) {
    receivedMessages++;
    receivedBytes += bytes(message);
    boolean sent;
    try {
      sent = to.trySend(message);
    } catch (ZmqUnreachableException e) {
      undeliverable++;
      return true;
    } catch (Throwable failure) {
      inHand = message;
      throw failure;
    }
    if (!sent) {
      lineUp(to, message);
      return false;
    }
    return sent(message);
  }

  private void lineUp(ZmqSocket socket, ZmqMessage message) {
    needs = Needs.THE_END_OF_A_SEND;
    Waiter waiter = new Waiter(onSent);
    inHand = message;
    standing = waiter;
    socket.sendAsync(waiter, message);
  }

  /** False if it stands in the line of the capture socket now. */
  private boolean sent(ZmqMessage message) {
    sentMessages++;
    sentBytes += bytes(message);
    if (capture != null && !capture.trySend(message)) {
      isCaptured = true;
      lineUp(capture, message);
      return false;
    }
    tell(message);
    return true;
  }

  private void tell(ZmqMessage message) {
    if (listener != null) {
      listener.accept(message);
    }
  }

  /** Sees to a message that stood in line, if its wait is over. */
  private void settle() {
    Waiter waiter = standing;
    if (waiter == null || waiter.isWaiting()) {
      return;
    }
    standing = null;
    ZmqMessage message = Objects.requireNonNull(inHand, "inHand");
    boolean wasCaptured = isCaptured;
    isCaptured = false;
    if (waiter.isFailed()) {
      failed((Throwable) Objects.requireNonNull(waiter.value(), "value"), wasCaptured);
      return;
    }
    inHand = null;
    if (wasCaptured) {
      tell(message);
    } else {
      boolean _ = sent(message);
    }
  }

  private void failed(Throwable failure, boolean wasCaptured) {
    if (wasCaptured) {
      inHand = null;
    } else if (failure instanceof ZmqUnreachableException) {
      inHand = null;
      undeliverable++;
      return;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    throw new AssertionError("bug in Celadon, please report: a send failed", failure);
  }

  /** Gives the message in hand back, unless it is sent. Never switches. */
  void putBack() {
    Waiter waiter = standing;
    if (isCaptured || (waiter != null && !to.abandon(waiter) && waiter.isGranted())) {
      return; // it is sent: the next forwarding, or the end, sees to it
    }
    standing = null;
    ZmqMessage message = inHand;
    inHand = null;
    if (message != null) {
      receivedMessages--;
      receivedBytes -= bytes(message);
      from.putBack(message);
    }
  }

  /** After this nothing is forwarded any more. Never switches. */
  void end() {
    putBack();
    Waiter waiter = standing;
    ZmqMessage message = inHand;
    standing = null;
    inHand = null;
    if (waiter == null || message == null || capture == null) {
      return;
    }
    if (isCaptured) {
      boolean _ = capture.abandon(waiter); // no peer of it has room for this one
    } else {
      sentMessages++;
      sentBytes += bytes(message);
      boolean _ = !capture.isOver() && capture.trySend(message);
    }
  }

  private static long bytes(ZmqMessage message) {
    long bytes = 0;
    for (byte[] frame : message.frames()) {
      bytes += frame.length;
    }
    return bytes;
  }

  ProxyStatistics.Traffic received() {
    return new ProxyStatistics.Traffic(receivedMessages, receivedBytes);
  }

  ProxyStatistics.Traffic sent() {
    return new ProxyStatistics.Traffic(sentMessages, sentBytes);
  }

  long undeliverable() {
    return undeliverable;
  }
}

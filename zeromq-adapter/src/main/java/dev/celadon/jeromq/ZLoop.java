package dev.celadon.jeromq;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loop that calls handlers for sockets, channels and timers. JeroMQ's {@code ZLoop}; on a hub, a
 * greenlet for each is simpler.
 *
 * <p>Confined to its hub, if its sockets are of one, else to one thread.
 */
public class ZLoop {

  private static final Logger LOG = LoggerFactory.getLogger(ZLoop.class);

  private static final long LONGEST_WAIT_MILLIS = TimeUnit.HOURS.toMillis(1);

  private final List<Polled> polled = new ArrayList<>();
  private final List<Timer> timers = new ArrayList<>();
  private boolean isVerbose;

  /** What is called. */
  public interface IZLoopHandler {

    /**
     * Something is ready, or it is time.
     *
     * @param loop the loop
     * @param item what is ready; null for a timer
     * @param arg what was given with the handler
     * @return -1 to end the loop
     */
    int handle(ZLoop loop, ZMQ.@Nullable PollItem item, @Nullable Object arg);
  }

  private record Polled(ZMQ.PollItem item, IZLoopHandler handler, @Nullable Object arg) {}

  private static final class Timer {
    final long delayNanos;
    final IZLoopHandler handler;
    final @Nullable Object arg;

    /** Zero for ever. */
    int timesLeft;

    long due;
    boolean isOver;

    Timer(long delayNanos, int times, IZLoopHandler handler, @Nullable Object arg) {
      this.delayNanos = delayNanos;
      this.timesLeft = times;
      this.handler = handler;
      this.arg = arg;
    }
  }

  /**
   * Makes a loop.
   *
   * @param context whose sockets it polls
   */
  public ZLoop(ZMQ.Context context) {
    Objects.requireNonNull(context, "context");
  }

  /**
   * Makes a loop.
   *
   * @param context whose sockets it polls
   */
  public ZLoop(ZContext context) {
    this(context.getContext());
  }

  /**
   * Does nothing.
   *
   * @deprecated has no meaning
   */
  @Deprecated
  public void destroy() {
    // as in JeroMQ
  }

  /**
   * Adds something to poll.
   *
   * @param pollItem what; several times for several handlers
   * @param handler what to call when it is ready
   * @param arg what the handler gets
   * @return 0; -1 if the item has neither a socket nor a channel
   */
  public int addPoller(ZMQ.PollItem pollItem, IZLoopHandler handler, @Nullable Object arg) {
    if (pollItem.getRawSocket() == null && pollItem.getSocket() == null) {
      return -1;
    }
    polled.add(new Polled(pollItem, handler, arg));
    trace("polls", pollItem);
    return 0;
  }

  /**
   * Takes something out, wherever it stands.
   *
   * @param pollItem an item of the same socket or channel
   */
  public void removePoller(ZMQ.PollItem pollItem) {
    polled.removeIf(each -> each.item.equals(pollItem));
    trace("no longer polls", pollItem);
  }

  /**
   * Adds a timer.
   *
   * @param delay milliseconds, from now and from each call on
   * @param times how often to call; 0 for ever
   * @param handler what to call
   * @param arg what the handler gets, and what {@link #removeTimer} takes
   * @return 0
   */
  public int addTimer(int delay, int times, IZLoopHandler handler, @Nullable Object arg) {
    Timer timer = new Timer(TimeUnit.MILLISECONDS.toNanos(delay), times, handler, arg);
    timer.due = Pauses.nanoTime() + timer.delayNanos;
    timers.add(timer);
    trace("has a timer", delay);
    return 0;
  }

  /**
   * Takes the timers of an argument out.
   *
   * @param arg the very object that was given with them
   * @return 0
   */
  public int removeTimer(Object arg) {
    Objects.requireNonNull(arg, "arg");
    for (Timer timer : timers) {
      timer.isOver |= timer.arg == arg;
    }
    return 0;
  }

  /**
   * Whether to log what is added.
   *
   * @param verbose true to log
   */
  public void verbose(boolean verbose) {
    this.isVerbose = verbose;
  }

  private void trace(String what, Object about) {
    if (isVerbose) {
      LOG.info("the loop {} {}", what, about);
    }
  }

  /**
   * Runs until a handler says -1, the context ends, or the thread is interrupted. Switches.
   *
   * @return -1 if a handler has ended it, else 0
   */
  public int start() {
    long now = Pauses.nanoTime();
    for (Timer timer : timers) {
      timer.due = now + timer.delayNanos;
    }
    try (PollSet set = new PollSet(null)) {
      while (!Thread.currentThread().isInterrupted()) {
        List<Polled> all = List.copyOf(polled);
        if (wait(set, all) < 0) {
          return 0;
        }
        if (!callTimers() || !callReady(all)) {
          return -1;
        }
      }
    }
    return 0;
  }

  private int wait(PollSet set, List<Polled> all) {
    List<ZMQ.PollItem> items = new ArrayList<>(all.size());
    all.forEach(each -> items.add(each.item));
    return set.poll(items, millisToNextTimer());
  }

  private long millisToNextTimer() {
    long now = Pauses.nanoTime();
    long nanos = TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS);
    for (Timer timer : timers) {
      nanos = Math.min(nanos, timer.due - now);
    }
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
  }

  /** False if one has ended the loop. Handlers may add and take out. */
  private boolean callTimers() {
    long now = Pauses.nanoTime();
    for (Timer timer : List.copyOf(timers)) {
      if (timer.isOver || timer.due - now > 0) {
        continue;
      }
      if (timer.handler.handle(this, null, timer.arg) == -1) {
        return false;
      }
      timer.isOver |= timer.timesLeft != 0 && --timer.timesLeft == 0;
      timer.due = Pauses.nanoTime() + timer.delayNanos;
    }
    timers.removeIf(timer -> timer.isOver);
    return true;
  }

  private boolean callReady(List<Polled> all) {
    for (Polled each : all) {
      if (each.item.readyOps() != 0 && each.handler.handle(this, each.item, each.arg) == -1) {
        return false;
      }
    }
    return true;
  }
}

package dev.celadon.hub;

import dev.celadon.loop.Timer;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A timed park of the JDK, in the hub's own timer heap.
 *
 * <p>The JDK makes, cancels and runs it on the hub's thread only.
 */
final class ParkTimer implements ScheduledFuture<Void> {

  private final Hub hub;
  private final Timer timer;

  ParkTimer(Hub hub, Runnable command, long nanos) {
    this.hub = hub;
    this.timer = hub.loop().schedule(nanos, command);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    if (!hub.inHub()) { // the hub closed and a reaper runs the thread: its timer died with the loop
      return false;
    }
    return timer.cancel();
  }

  @Override
  public boolean isCancelled() {
    return !timer.isPending();
  }

  @Override
  public boolean isDone() {
    return !timer.isPending();
  }

  @Override
  public Void get() {
    throw new UnsupportedOperationException("a timer of the JDK's scheduler has no result");
  }

  @Override
  public Void get(long timeout, TimeUnit unit) {
    return get();
  }

  @Override
  public long getDelay(TimeUnit unit) {
    return unit.convert(timer.deadlineNanos() - hub.loop().nanoTime(), TimeUnit.NANOSECONDS);
  }

  @Override
  public int compareTo(Delayed other) {
    return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
  }
}

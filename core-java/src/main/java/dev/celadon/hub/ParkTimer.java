package dev.celadon.hub;

import dev.celadon.loop.Timer;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A timed park of the JDK, as the JDK's virtual threads want to see it: to be cancelled. */
abstract sealed class ParkTimer implements ScheduledFuture<Void> {

  private ParkTimer() {}

  /** On the hub's thread: the JDK makes, cancels and runs the timer there only. */
  static ParkTimer start(Hub hub, Runnable command, long nanos) {
    return hub.loop().isSimulated()
        ? new InRealTime(hub, command, nanos)
        : new InHubTime(hub, command, nanos);
  }

  /** In the hub's own timer heap. */
  private static final class InHubTime extends ParkTimer {

    private final Hub hub;
    private final Timer timer;

    InHubTime(Hub hub, Runnable command, long nanos) {
      this.hub = hub;
      this.timer = hub.loop().schedule(nanos, command);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      if (!hub
          .inHub()) { // the hub closed and a reaper runs the thread: its timer died with the loop
        return false;
      }
      return timer.cancel();
    }

    @Override
    public boolean isDone() {
      return !timer.isPending();
    }
  }

  /**
   * Beside a simulated clock: the JDK measures such waits in real time itself, so they last as
   * long, and the clock stands still meanwhile. The hub tells of it.
   */
  private static final class InRealTime extends ParkTimer {

    private final Hub hub;
    private final Runnable command;
    private final AtomicBoolean over = new AtomicBoolean();
    private final ScheduledFuture<?> alarm;

    InRealTime(Hub hub, Runnable command, long nanos) {
      this.hub = hub;
      this.command = command;
      hub.ref();
      hub.escaped();
      alarm = Reaper.schedule(this::fire, nanos, TimeUnit.NANOSECONDS);
    }

    private void fire() {
      if (over.compareAndSet(false, true)) {
        command.run();
        hub.unref();
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean first = over.compareAndSet(false, true);
      if (first) {
        boolean _ = alarm.cancel(false); // or it would stay behind until its time has come
        hub.unref();
      }
      return first;
    }

    @Override
    public boolean isDone() {
      return over.get();
    }
  }

  @Override
  public final boolean isCancelled() {
    return isDone();
  }

  @Override
  public final Void get() {
    throw new UnsupportedOperationException("a timer of the JDK's scheduler has no result");
  }

  @Override
  public final Void get(long timeout, TimeUnit unit) {
    return get();
  }

  @Override
  public final long getDelay(TimeUnit unit) {
    throw new UnsupportedOperationException("a timer of the JDK's scheduler is only cancelled");
  }

  @Override
  public final int compareTo(Delayed other) {
    throw new UnsupportedOperationException("a timer of the JDK's scheduler is only cancelled");
  }
}

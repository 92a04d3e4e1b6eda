package dev.celadon.sync;

import dev.celadon.hub.InterruptedWaitException;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

/**
 * A {@link dev.celadon.sync.Condition} with the names of {@code java.util.concurrent}.
 *
 * <p>Safe for use from any thread.
 */
final class LockCondition implements Condition {

  private final dev.celadon.sync.Condition condition;

  LockCondition(dev.celadon.sync.Condition condition) {
    this.condition = condition;
  }

  @Override
  public void await() throws InterruptedException {
    boolean _ = waitFor(Long.MAX_VALUE);
  }

  @Override
  public boolean await(long time, TimeUnit unit) throws InterruptedException {
    return waitFor(unit.toNanos(time));
  }

  @Override
  public long awaitNanos(long nanosTimeout) throws InterruptedException {
    long start = dev.celadon.sync.Condition.now();
    boolean _ = waitFor(nanosTimeout);
    return nanosTimeout - (dev.celadon.sync.Condition.now() - start);
  }

  private boolean waitFor(long nanos) throws InterruptedException {
    return Interrupts.checked(() -> condition.waitFor(nanos));
  }

  /** An interrupt looks like a spurious wake-up here: a signal may have come meanwhile. */
  @Override
  public void awaitUninterruptibly() {
    boolean interrupted = Thread.interrupted();
    try {
      condition.waitUntilSignalled();
    } catch (InterruptedWaitException e) {
      interrupted |= Thread.interrupted();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean awaitUntil(Date deadline) {
    throw new UnsupportedOperationException(
        "a hub's clock knows no date: use await(time, unit) instead of a wait until " + deadline);
  }

  @Override
  public void signal() {
    condition.signal();
  }

  @Override
  public void signalAll() {
    condition.signalAll();
  }

  @Override
  public String toString() {
    return condition.toString();
  }
}

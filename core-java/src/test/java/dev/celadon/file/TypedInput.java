package dev.celadon.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stream that blocks until a test types something. Whoever types holds the hub meanwhile: if a
 * lock parked him, simulated time would go on.
 */
public final class TypedInput extends InputStream {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private byte[] typed = new byte[0];
  private int taken;
  private boolean ended;

  public void type(String text) {
    byte[] more = text.getBytes(UTF_8);
    lockWithoutParking();
    byte[] all = new byte[typed.length - taken + more.length];
    System.arraycopy(typed, taken, all, 0, typed.length - taken);
    System.arraycopy(more, 0, all, typed.length - taken, more.length);
    typed = all;
    taken = 0;
    changed.signalAll();
    lock.unlock();
  }

  public void end() {
    lockWithoutParking();
    ended = true;
    changed.signalAll();
    lock.unlock();
  }

  private void lockWithoutParking() {
    while (!lock.tryLock()) {
      Thread.onSpinWait();
    }
  }

  /** Until everything is taken. Blocks the caller, which no reader waits for. */
  public void awaitDemand() {
    while (!isTaken()) {
      Thread.onSpinWait();
    }
  }

  private boolean isTaken() {
    lockWithoutParking();
    boolean isTaken = taken == typed.length;
    lock.unlock();
    return isTaken;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    lock.lock();
    try {
      while (taken == typed.length && !ended) {
        changed.await();
      }
      if (taken == typed.length) {
        return -1;
      }
      int count = Math.min(length, typed.length - taken);
      System.arraycopy(typed, taken, target, offset, count);
      taken += count;
      return count;
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    } finally {
      lock.unlock();
    }
  }
}

package dev.celadon.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** A stream that blocks until a test types something. */
public final class TypedInput extends InputStream {

  private byte[] typed = new byte[0];
  private int taken;
  private boolean ended;

  public synchronized void type(String text) {
    byte[] more = text.getBytes(UTF_8);
    byte[] all = new byte[typed.length - taken + more.length];
    System.arraycopy(typed, taken, all, 0, typed.length - taken);
    System.arraycopy(more, 0, all, typed.length - taken, more.length);
    typed = all;
    taken = 0;
    notifyAll();
  }

  public synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Until everything is taken. Blocks the caller, which no reader waits for. */
  public void awaitDemand() {
    while (!isTaken()) {
      Thread.onSpinWait();
    }
  }

  private synchronized boolean isTaken() {
    return taken == typed.length;
  }

  @Override
  public synchronized int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public synchronized int read(byte[] target, int offset, int length) throws IOException {
    try {
      while (taken == typed.length && !ended) {
        wait();
      }
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
    if (taken == typed.length) {
      return -1;
    }
    int count = Math.min(length, typed.length - taken);
    System.arraycopy(typed, taken, target, offset, count);
    taken += count;
    return count;
  }
}

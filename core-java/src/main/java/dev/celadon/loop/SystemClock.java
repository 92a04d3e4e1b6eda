package dev.celadon.loop;

/**
 * The real time of this machine. The one place of the project that asks the JVM for the time.
 *
 * <p>Immutable.
 */
public final class SystemClock implements Clock {

  /** The clock that hubs use unless told otherwise. */
  public static final SystemClock INSTANCE = new SystemClock();

  private SystemClock() {}

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public boolean jumpTo(long deadlineNanos) {
    return false;
  }
}

package dev.celadon.hub;

import java.util.List;

/**
 * Nothing can ever run on a hub again: everybody waits for somebody. Thrown into the program's main
 * greenlet, or into the thread that drives the hub, at the wait it is in; the hub can be used on.
 *
 * <p>It is not thrown while something may still call in: another thread, work elsewhere that was
 * counted with {@link Hub#ref}, a greenlet that waits in a call of the JDK, a watched channel. A
 * hub that was started with {@link Hub#start} is there to be called from elsewhere, so it never
 * throws.
 */
public final class LoopExit extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /** When a hub takes it for granted that nobody will call in. */
  public enum When {
    /**
     * As soon as the hub has nothing to do. For tests, and for programs without other threads that
     * use the hub's objects. In portable mode an interrupt of a waiting greenlet, and the start of
     * a thread of {@link Hub#threadFactory}, take their way through another thread: {@link Hub#ref}
     * meanwhile.
     */
    DRAINED,
    /**
     * When every other thread of the JVM waits without a time limit, so that none can call in; seen
     * a tenth of a second after the hub has run out of work, or later. Signal handlers and shutdown
     * hooks are not seen: a program that only waits for those calls {@link Hub#ref}.
     */
    PROVEN,
    /** Never. */
    NEVER
  }

  private final transient List<String> waiters;

  LoopExit(Hub hub, List<String> waiters) {
    super(
        hub
            + " would wait for ever, since nothing else can run. Still waiting: "
            + (waiters.isEmpty() ? "nobody but the caller" : String.join("; ", waiters)));
    this.waiters = waiters;
  }

  /**
   * Who was still waiting.
   *
   * @return for each greenlet its name and what it waited for
   */
  public List<String> waiters() {
    return waiters;
  }
}

package dev.celadon.hub;

import org.jspecify.annotations.Nullable;

/**
 * A virtual thread that runs on a hub although Celadon did not make it: one that a library created
 * inside a greenlet, which inherits the greenlet's scheduler. It waits and is woken like every
 * greenlet; its start and end are the library's.
 */
final class AdoptedGreenlet extends RawGreenlet {

  private static final ThreadLocal<@Nullable AdoptedGreenlet> ADOPTED = new ThreadLocal<>();

  private AdoptedGreenlet(Hub hub, Thread thread) {
    super(hub);
    adopt(new FirstTurn(this), thread);
  }

  /**
   * The greenlet of a virtual thread, which must be the calling one; null if no hub is its
   * scheduler.
   */
  static @Nullable AdoptedGreenlet of(Thread thread) {
    AdoptedGreenlet adopted = ADOPTED.get();
    if (adopted == null) {
      Hub hub = DirectCarrier.hubOf(thread);
      if (hub != null) {
        adopted = new AdoptedGreenlet(hub, thread);
        ADOPTED.set(adopted);
      }
    }
    return adopted;
  }

  @Override
  protected void main() {
    throw new AssertionError("bug in Celadon, please report: an adopted thread has its own body");
  }
}

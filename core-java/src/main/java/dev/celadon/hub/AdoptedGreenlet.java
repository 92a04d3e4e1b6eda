package dev.celadon.hub;

import org.jspecify.annotations.Nullable;

/**
 * A virtual thread that runs on a hub although Celadon did not make it: one that a library created
 * inside a greenlet, which inherits the greenlet's scheduler. It waits and is woken like every
 * greenlet; its start and end are the library's.
 */
final class AdoptedGreenlet extends RawGreenlet {

  private static final ThreadLocal<@Nullable RawGreenlet> ADOPTED = new ThreadLocal<>();

  private AdoptedGreenlet(Hub hub, Thread thread) {
    super(hub);
    adopt(new Tie(this), thread);
  }

  /**
   * The greenlet of a virtual thread that does not show it, which must be the calling one; null if
   * no hub is its scheduler. One that Celadon did make comes here if its user has changed the
   * thread's handler of uncaught exceptions.
   */
  static @Nullable RawGreenlet of(Thread thread) {
    RawGreenlet known = ADOPTED.get();
    if (known == null) {
      Hub hub = Hub.runningHubOf(thread);
      if (hub != null) {
        known = hub.liveOnes().find(other -> other == thread);
        if (known == null) {
          known = new AdoptedGreenlet(hub, thread);
        }
        ADOPTED.set(known);
      }
    }
    return known;
  }

  @Override
  protected void main() {
    throw new AssertionError("bug in Celadon, please report: an adopted thread has its own body");
  }
}

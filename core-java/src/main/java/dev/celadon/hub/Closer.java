package dev.celadon.hub;

import dev.celadon.loop.Clock;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last greenlet of a hub: runs the hooks, kills all the others and waits for them. */
final class Closer extends RawGreenlet {

  private static final Logger LOG = LoggerFactory.getLogger(Hub.class);

  Closer(Hub hub) {
    super(hub);
  }

  void start() {
    boolean _ = startSoon();
  }

  @Override
  boolean isOurs() {
    return true;
  }

  @Override
  protected void main() {
    for (Runnable hook = hub().life().nextHook(); hook != null; hook = hub().life().nextHook()) {
      try {
        hook.run();
      } catch (Throwable failure) {
        hub().report("a hook for the end of " + hub(), failure);
      }
      boolean _ = Thread.interrupted(); // a hook's interrupt ends with it
    }
    killOthers();
  }

  /** Until none is left: a greenlet may spawn another one on its way out. */
  private void killOthers() {
    long deadline = hub().loop().nanoTime() + Clock.waitNanos(hub().options().closeTimeout());
    Set<RawGreenlet> killed = new HashSet<>();
    killed.add(this);
    while (hub().liveGreenlets() > 1) {
      for (RawGreenlet greenlet : hub().live()) {
        if (killed.add(greenlet)) { // once: a second kill would cut its clean-up off
          greenlet.throwIn(new GreenletExit(hub() + " closes"));
        }
      }
      if (!hub().liveOnes().awaitOthers(Waiter.current(), deadline - hub().loop().nanoTime())) {
        LOG.warn("{} closes without {}: they survived the kill", hub(), survivors());
        return;
      }
    }
  }

  private String survivors() {
    return hub().live().stream().filter(greenlet -> greenlet != this).toList().toString();
  }

  /** Nobody kills the closer: the hooks would not run, and the others not end. */
  @Override
  void deliver(Throwable thrown, int depth) {
    if (thread() != null && !(thrown instanceof GreenletExit)) {
      super.deliver(thrown, depth);
    }
  }

  @Override
  protected void ended(@Nullable Throwable thrown) {
    hub().finish();
  }

  @Override
  public String toString() {
    return "the closer of " + hub();
  }
}

package dev.celadon.signal;

import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends a JVM that hangs in its own end, be it in the shutdown or in the JVM's hooks. Never logs,
 * because a lock of the log may be what it hangs in.
 */
final class HaltGuard implements Runnable {

  private static final AtomicBoolean STARTED = new AtomicBoolean();

  private final Shutdown shutdown;

  private HaltGuard(Shutdown shutdown) {
    this.shutdown = shutdown;
  }

  /** From now on the rest of the shutdown, and then the JVM's hooks, have their time. */
  static void start(Shutdown shutdown) {
    if (STARTED.compareAndSet(false, true)) {
      Thread.ofPlatform().name("celadon-halt").daemon().start(new HaltGuard(shutdown));
    }
  }

  @Override
  public void run() {
    ShutdownOptions options = shutdown.options();
    boolean _ = shutdown.leaving().waitFor(Clock.waitNanos(options.deadline()));
    boolean _ = Waiter.current().await(Clock.waitNanos(options.hooksDeadline()));
    Integer status = shutdown.over().value();
    Runtime.getRuntime().halt(status == null || status == 0 ? 1 : status);
  }
}

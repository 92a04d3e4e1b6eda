package dev.celadon.jeromq;

import java.util.concurrent.atomic.AtomicInteger;

/** Ports to try, each one another than the last. Safe for use from any thread. */
final class Ports {

  private static final AtomicInteger COUNT = new AtomicInteger((int) ProcessHandle.current().pid());

  private Ports() {}

  static int next(int min, int max) {
    if (min > max) {
      throw new IllegalArgumentException("the ports from " + min + " to " + max + " are none");
    }
    return min + Math.floorMod(COUNT.getAndIncrement(), max - min + 1);
  }
}

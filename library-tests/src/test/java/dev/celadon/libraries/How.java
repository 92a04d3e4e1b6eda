package dev.celadon.libraries;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.hub.CarrierMode;
import dev.celadon.hub.Hub;
import dev.celadon.monkey.Monkey;
import dev.celadon.monkey.Patch;
import dev.celadon.monkey.PatchedPart;
import dev.celadon.threadpool.ThreadPool;
import java.util.concurrent.Callable;

/** The ways in which a greenlet can call a library that blocks. */
enum How {
  /** As it is. */
  PLAINLY,
  /** As it is, after {@link Monkey#patchAll}. */
  PATCHED,
  /** On a thread beside the hub. */
  OFFLOADED;

  static boolean isDirect() {
    try {
      return Hub.run(() -> Hub.current().carrierMode().kind()) == CarrierMode.Kind.DIRECT;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Skips the test where a blocking call would hold the hub. */
  void assumePossible() {
    assumeTrue(
        this == OFFLOADED || isDirect(), "portable mode does not promise this: see whatBlocks");
  }

  /** Something to do before the calls, and to take back after them. */
  Patch prepare() {
    Hub hub = Hub.current();
    if (this != PATCHED) {
      return Monkey.patch(hub);
    }
    Patch patch = Monkey.patchAll();
    for (PatchedPart part : patch.parts()) {
      if (!part.patched()) {
        throw new AssertionError(part);
      }
    }
    return patch;
  }

  <T> T call(ThreadPool pool, Callable<T> body) throws Exception {
    return this == OFFLOADED ? pool.apply(body) : body.call();
  }
}

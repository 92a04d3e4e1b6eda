package dev.celadon.hub;

import java.util.concurrent.ConcurrentLinkedQueue;

/** A thread that has had no hub yet. */
final class FreshThread {

  private FreshThread() {}

  static void onFreshThread(Body body) throws Exception {
    ConcurrentLinkedQueue<Throwable> thrown = new ConcurrentLinkedQueue<>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    body.run();
                  } catch (Throwable e) {
                    thrown.add(e);
                  }
                });
    thread.join();
    if (!thrown.isEmpty()) {
      throw new AssertionError(thrown.peek());
    }
  }
}

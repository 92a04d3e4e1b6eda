package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import org.jspecify.annotations.Nullable;

/**
 * One of JeroMQ's threads, as a greenlet of the hub.
 *
 * <p>Confined to its hub.
 */
final class Worker implements Runnable {

  private final Runnable body;
  private final WaitQueue waiters = new WaitQueue(this);
  private @Nullable Thread thread;
  private boolean isOver;

  Worker(Runnable body) {
    this.body = body;
  }

  Thread unstartedThread(Hub hub, String name) {
    Thread made = hub.threadFactory().newThread(this);
    made.setName(name);
    thread = made;
    return made;
  }

  @Override
  public void run() {
    try {
      body.run();
    } finally {
      isOver = true;
      waiters.lock();
      Waiter granted = waiters.grantAll(null);
      waiters.unlock();
      WaitQueue.wakeAll(granted);
    }
  }

  /**
   * Waits for the end of this worker; at once if it is the caller itself. Switches if the worker
   * lives.
   */
  void waitForEnd() {
    if (isOver || Thread.currentThread() == thread) {
      return;
    }
    Waiter waiter = Waiter.current();
    waiters.lock();
    waiters.add(waiter);
    waiters.unlock();
    try {
      waiter.await();
    } finally {
      waiters.forget(waiter);
    }
  }
}

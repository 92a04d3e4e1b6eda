package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import java.nio.channels.SelectableChannel;
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
  private @Nullable HubSelector selector;
  private @Nullable SelectableChannel mailbox;
  private @Nullable Hub awaiting;
  private boolean isOver;

  Worker(Runnable body) {
    this.body = body;
  }

  /**
   * JeroMQ starts it at once. In portable mode it comes to the hub on its own, and until it has
   * come, nobody knows that there is somebody who will do something: so it counts as work
   * elsewhere.
   */
  Thread unstartedThread(Hub hub, String name) {
    hub.ref();
    awaiting = hub;
    Thread made = hub.threadFactory().newThread(this);
    made.setName(name);
    thread = made;
    return made;
  }

  /** JeroMQ's poller. */
  Runnable body() {
    return body;
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** From now on. */
  void selectsWith(HubSelector newest) {
    selector = newest;
  }

  HubSelector selector() {
    HubSelector known = selector;
    if (known == null) {
      throw new AssertionError("bug in Celadon, please report: a worker without a selector");
    }
    return known;
  }

  /** Whether this is its mailbox: the first channel that it registers with a selector. */
  boolean isMailbox(SelectableChannel channel) {
    if (mailbox == null) {
      mailbox = channel;
    }
    return mailbox == channel;
  }

  /** It has come, or never will. */
  void noMoreAwaited() {
    Hub hub = awaiting;
    if (hub != null) {
      awaiting = null;
      hub.unref();
    }
  }

  @Override
  public void run() {
    noMoreAwaited();
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
    if (isOver || isCurrent()) {
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

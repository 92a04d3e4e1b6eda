package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import dev.celadon.hub.Strand;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * JeroMQ's threads as greenlets of the hub: its I/O threads and its reaper. Built from two seams
 * that JeroMQ has: its thread factory, and the overridable {@code Ctx.createSelector}.
 *
 * <p>Confined to its hub.
 */
final class Workers {

  private final Hub hub;
  private final Consumer<HubSelector> beforeWait;
  private final boolean tellsCommands;
  private final ChannelWatches watches;

  /** By JeroMQ's numbers: the reaper is 1, the I/O threads follow. */
  private final List<@Nullable Worker> byNumber = new ArrayList<>(3);

  /** JeroMQ makes a thread, then the selector for it. */
  private @Nullable Worker newest;

  private boolean abandoned;

  /**
   * There are none before JeroMQ's first socket.
   *
   * @param beforeWait is called whenever a worker is about to wait: the moment to look at the
   *     sockets
   * @param tellsCommands whether {@link #ring} is called for every command, so that nobody needs to
   *     look at the pipes of mailboxes
   */
  Workers(Hub hub, Consumer<HubSelector> beforeWait, boolean tellsCommands) {
    this.hub = hub;
    this.beforeWait = beforeWait;
    this.tellsCommands = tellsCommands;
    this.watches = new ChannelWatches(hub.loop());
  }

  /** JeroMQ's call. */
  Thread newThread(Runnable body, String name) {
    Worker worker = new Worker(body);
    newest = worker;
    int number = Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
    while (byNumber.size() <= number) {
      byNumber.add(null);
    }
    noMoreAwaited(byNumber.set(number, worker));
    return worker.unstartedThread(hub, hub.name() + " zeromq " + name);
  }

  /** The selector of the newest worker or of the calling one; null if it is not for a worker. */
  @Nullable HubSelector newSelector() {
    Worker worker = newest;
    newest = null;
    if (worker == null) {
      worker = callingWorker();
    }
    if (worker == null) {
      return null;
    }
    HubSelector selector = new HubSelector(this, worker);
    worker.selectsWith(selector);
    selector.ring(); // the one before it may have been rung
    return selector;
  }

  private @Nullable Worker callingWorker() {
    for (Worker worker : byNumber) {
      if (worker != null && worker.isCurrent()) {
        return worker;
      }
    }
    return null;
  }

  /** Whether this is the number of a worker, and not of a socket. */
  boolean has(int number) {
    return number < byNumber.size() && byNumber.get(number) != null;
  }

  /** There are commands in the mailbox of a worker. Never switches. */
  void ring(int number) {
    selector(number).ring();
  }

  /** Perhaps there are commands in the mailboxes of the I/O side. Never switches. */
  void ringAllIo() {
    for (int number = 2; number < byNumber.size(); number++) {
      ring(number);
    }
  }

  HubSelector selector(int number) {
    Worker worker = byNumber.get(number);
    if (worker == null) {
      throw new AssertionError("bug in Celadon, please report: no worker " + number);
    }
    return worker.selector();
  }

  ChannelWatches watches() {
    return watches;
  }

  void beforeWait(HubSelector selector) {
    beforeWait.accept(selector);
  }

  boolean tellsCommands() {
    return tellsCommands;
  }

  long nanoTime() {
    return hub.loop().nanoTime();
  }

  /** Lets everything that is ready have its turn. Switches. */
  void yieldTurn() {
    Strand.current().yieldNow();
  }

  void abandon() {
    abandoned = true;
    byNumber.forEach(Workers::noMoreAwaited);
  }

  boolean isAbandoned() {
    return abandoned;
  }

  void close() {
    watches.closeAll();
    byNumber.forEach(Workers::noMoreAwaited);
    byNumber.clear();
  }

  /** One that JeroMQ has made and, since it failed, not started. */
  private static void noMoreAwaited(@Nullable Worker worker) {
    if (worker != null) {
      worker.noMoreAwaited();
    }
  }
}

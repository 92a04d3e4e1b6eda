package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.LaneTimer;
import java.io.IOException;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zmq.Ctx;

/**
 * JeroMQ in its own threads, beside the hub.
 *
 * <p>Confined to its hub, but for what JeroMQ's threads call.
 */
final class ThreadEngine implements Engine {
  /*
   * A thread of JeroMQ that has begun to send a command has completed it when it waits in its selector again. So a bell that rang
   * in vain asks whether all threads wait. If not, it leaves `unsettled` behind, and the next thread that is about to wait posts to
   * the hub. Each side writes its own flag before it reads the other's, so one of them sees the other.
   *
   * Being woken by the other thread, just before that one sleeps, costs far less than a timer on a machine that has other things to do.
   * The timer here is for a thread that is at work for long.
   */
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Hub hub;
  private final Handshakes handshakes;
  private final ChannelWatches watches;

  /** Those in which threads wait, and those of mailboxes, in which nobody does. */
  private final CopyOnWriteArrayList<ThreadSelector> selectors = new CopyOnWriteArrayList<>();

  private final ThreadCtx ctx;
  private final List<Runnable> retries = new ArrayList<>();
  private @Nullable LaneTimer timer;

  /** Written by the hub and by the thread that posts. */
  private volatile boolean unsettled;

  /**
   * Makes JeroMQ's context; its threads start with its first socket.
   *
   * @param handshakes are looked at whenever a thread is about to wait
   */
  ThreadEngine(Hub hub, Handshakes handshakes) {
    this.hub = hub;
    this.handshakes = handshakes;
    this.watches = new ChannelWatches(hub.loop());
    this.ctx = new ThreadCtx(this);
  }

  ThreadSelector newSelector() throws IOException {
    ThreadSelector selector = new ThreadSelector(this::threadWaits);
    selectors.add(selector);
    return selector;
  }

  void forget(Selector selector) {
    if (selector instanceof ThreadSelector ours) {
      selectors.remove(ours);
    }
  }

  @Override
  public Ctx ctx() {
    return ctx;
  }

  @Override
  public ChannelWatches watches() {
    return watches;
  }

  @Override
  public void ring() {
    // The byte in the mailbox's pipe wakes JeroMQ's thread.
  }

  @Override
  public boolean isSettled(Runnable retry) {
    unsettled = true; // before it asks whether they wait
    for (ThreadSelector selector : selectors) {
      if (!selector.isWaiting()) {
        retries.add(retry);
        if (timer == null) {
          timer = hub.runCallbackLater(LONGEST_PAUSE_NANOS, this::retry);
        }
        return false;
      }
    }
    return true;
  }

  /** A thread of JeroMQ is about to wait. */
  private void threadWaits(ThreadSelector selector) {
    handshakes.look(selector);
    if (unsettled) {
      unsettled = false;
      try {
        hub.runCallback(this::retry);
      } catch (HubClosedException e) {
        // Nobody is left who could have asked.
        return;
      }
    }
  }

  private void retry() {
    LaneTimer armed = timer;
    timer = null;
    if (armed != null) {
      armed.cancel();
    }
    List<Runnable> now = List.copyOf(retries);
    retries.clear();
    now.forEach(Runnable::run);
  }

  @Override
  public void runBlocking(String name, Runnable task) {
    Thread.ofPlatform().daemon().name(hub.name() + " " + name).start(task);
  }

  @Override
  public void close() {
    retries.clear();
    watches.closeAll();
  }

  @Override
  public void abandon() {
    // Daemon threads end with the program.
  }
}

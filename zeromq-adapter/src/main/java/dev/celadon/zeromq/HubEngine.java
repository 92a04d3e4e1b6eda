package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import dev.celadon.hub.Strand;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import zmq.Ctx;

/**
 * JeroMQ on the hub: its threads are greenlets, and its selectors park them. Built from two seams
 * that JeroMQ has: its thread factory, and the overridable {@code Ctx.createSelector}.
 *
 * <p>Confined to its hub.
 */
final class HubEngine implements Engine {

  private final Hub hub;
  private final Runnable beforeWait;
  private final Handshakes handshakes;
  private final ChannelWatches watches;
  private final List<HubSelector> ioSelectors = new ArrayList<>(1);
  private final HubCtx ctx;

  /** JeroMQ makes a thread, then the selector for it. */
  private @Nullable Worker newestWorker;

  private boolean newestIsIo;
  private boolean abandoned;

  /**
   * Makes JeroMQ's context; its workers start with its first socket.
   *
   * @param beforeWait is called whenever a worker is about to wait: the moment to look at the
   *     sockets
   * @param handshakes are looked at as well
   */
  HubEngine(Hub hub, Runnable beforeWait, Handshakes handshakes) {
    this.hub = hub;
    this.beforeWait = beforeWait;
    this.handshakes = handshakes;
    this.watches = new ChannelWatches(hub.loop());
    this.ctx = new HubCtx(this);
    ctx.setThreadFactory(this::newWorkerThread);
  }

  private Thread newWorkerThread(Runnable body, String name) {
    Worker worker = new Worker(body);
    newestWorker = worker;
    newestIsIo = name.startsWith("iothread");
    return worker.unstartedThread(hub, hub.name() + " zeromq " + name);
  }

  HubSelector newSelector() {
    Worker worker = newestWorker;
    newestWorker = null;
    HubSelector selector = new HubSelector(this, worker);
    if (worker != null && newestIsIo) {
      ioSelectors.add(selector);
    }
    return selector;
  }

  @Override
  public Ctx ctx() {
    return ctx;
  }

  @Override
  public ChannelWatches watches() {
    return watches;
  }

  void beforeWait(HubSelector selector) {
    handshakes.look(selector);
    beforeWait.run();
  }

  @Override
  public void ring() {
    for (int i = 0; i < ioSelectors.size(); i++) {
      ioSelectors.get(i).ring();
    }
  }

  @Override
  public boolean isSettled(Runnable retry) {
    return true;
  }

  @Override
  public void runBlocking(String name, Runnable task) {
    hub.spawnRaw(task);
  }

  @Override
  public void close() {
    watches.closeAll();
    ioSelectors.clear();
  }

  @Override
  public void abandon() {
    abandoned = true;
  }

  boolean isAbandoned() {
    return abandoned;
  }

  long nanoTime() {
    return hub.loop().nanoTime();
  }

  /** Lets everything that is ready have its turn. Switches. */
  void yieldTurn() {
    Strand.current().yieldNow();
  }
}

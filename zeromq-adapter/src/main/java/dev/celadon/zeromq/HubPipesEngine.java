package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import java.nio.channels.Selector;
import zmq.Ctx;
import zmq.SocketBase;

/**
 * JeroMQ on the hub, as it is: its commands go through pipes.
 *
 * <p>Confined to its hub.
 */
final class HubPipesEngine implements Engine {

  private final Hub hub;
  private final Runnable sweep;
  private final Workers workers;
  private final Ctx ctx;

  /**
   * Makes JeroMQ's context; its workers start with its first socket.
   *
   * @param sweep looks at the sockets for which somebody waits
   * @param handshakes are looked at whenever a worker is about to wait
   */
  HubPipesEngine(Hub hub, Runnable sweep, Handshakes handshakes) {
    this.hub = hub;
    this.sweep = sweep;
    this.workers =
        new Workers(
            hub,
            selector -> {
              handshakes.look(selector);
              sweep.run();
            },
            false);
    this.ctx = new PlainCtx(this::newSelector, PlainCtx::close);
    ctx.setThreadFactory(workers::newThread);
  }

  private Selector newSelector() {
    HubSelector known = workers.newSelector();
    return known == null ? new HubSelector(workers, null) : known;
  }

  @Override
  public Ctx ctx() {
    return ctx;
  }

  @Override
  public SocketBase createSocket(int type) {
    return ctx.createSocket(type);
  }

  @Override
  public Bell bell(SocketBase socket, Runnable onRing) {
    return new PipeBell(hub, workers.watches(), _ -> true, socket.getFD(), onRing);
  }

  @Override
  public boolean usesPipes() {
    return true;
  }

  @Override
  public void ring() {
    workers.ringAllIo();
  }

  @Override
  public void look(boolean hasInproc) {
    if (hasInproc) {
      sweep.run();
    }
  }

  @Override
  public void runBlocking(String name, Runnable task) {
    hub.spawnRaw(task);
  }

  @Override
  public void close() {
    workers.close();
  }

  @Override
  public void abandon() {
    workers.abandon();
  }
}

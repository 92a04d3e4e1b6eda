package dev.celadon.net;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.hub.Strand;
import dev.celadon.hub.SwitchPointError;
import dev.celadon.loop.Clock;
import dev.celadon.sync.Event;
import dev.celadon.sync.Semaphore;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What all servers do: take work as it comes, run a handler for each piece, and stop without losing
 * the work that has begun.
 *
 * <p>Safe for use from any thread.
 */
final class Serving {
  /*
   * The life, in one reference, so that whoever ends it has all that is to be ended:
   *
   *   Fresh   --start--> Started   --stop, the hub's end, the intake's end--> Stopped
   *   Fresh   --stop-->  Stopped
   *
   * One greenlet takes the work. It gives the turn away only where it holds none, so it can be killed there; but an executor may run a
   * handler right in it, which is not to be killed by the way: then it finds the intake closed afterwards.
   */
  private sealed interface Life {
    record Fresh() implements Life {}

    record Started(Hub hub, Intake intake, Greenlet<?> acceptor, Runnable unhook) implements Life {}

    record Stopped(@Nullable SocketAddress address) implements Life {}
  }

  /** Binds what the work comes from. May switch, to look a name up. */
  interface Opening {
    Intake open() throws IOException;
  }

  private final Object owner;
  private final ServerOptions options;
  private final Handlers handlers;
  private final Semaphore places;
  private final Backoff backoff;
  private final AtomicReference<Life> life = new AtomicReference<>(new Life.Fresh());

  /** Held by the one who opens the intake: there is only one to be had. */
  private final Semaphore starting = new Semaphore(1);

  /** Whether work may be taken. */
  private final Event accepting = new Event();

  /** Set when the one who has ended the life has done so. */
  private final Event ended = new Event();

  /** Where in the program. Written before the acceptor starts, which reads it. */
  private String startedAt = "";

  /** An executor has the acceptor's turn. Confined to the hub. */
  private boolean lent;

  Serving(Object owner, ServerOptions options) {
    this.owner = owner;
    this.options = options;
    this.handlers = new Handlers(this);
    this.places = new Semaphore(options.maxHandlers());
    this.backoff = new Backoff(options.minDelay(), options.maxDelay());
    accepting.set();
  }

  // --- The life

  void start(Hub hub, Opening opening) throws IOException {
    if (isStarted()) {
      return;
    }
    starting.acquire();
    try {
      boolean over = isStarted();
      while (!over) {
        Life now = life.get();
        if (now instanceof Life.Stopped) {
          throw new IllegalStateException(
              owner + " was stopped: make a new one, a server starts only once");
        }
        over = open(now, hub, opening.open());
      }
    } finally {
      starting.release();
    }
  }

  /** False if somebody has stopped it meanwhile. */
  private boolean open(Life fresh, Hub hub, Intake intake) throws IOException {
    boolean first = false;
    try {
      Greenlet<?> acceptor =
          Greenlet.unstarted(hub, () -> serve(hub, intake)).named("acceptor of " + owner);
      Runnable unhook = hub.onClose(this::abandon);
      Life.Started started = new Life.Started(hub, intake, acceptor, unhook);
      first = life.compareAndSet(fresh, started);
      if (first) {
        startedAt = acceptor.spawnSite();
        acceptor.start();
      } else {
        unhook.run();
      }
      return first;
    } finally {
      if (!first) {
        intake.close();
      }
    }
  }

  /** The end without a drain: of the hub, or of the intake. */
  private void abandon() {
    if (end()) {
      ended.set();
    }
  }

  /** Ends the life: nothing more is taken. False if that was done before. Never switches. */
  private boolean end() {
    Life before = life.get();
    while (!(before instanceof Life.Stopped)) {
      SocketAddress address =
          before instanceof Life.Started started ? started.intake().localAddress() : null;
      if (life.compareAndSet(before, new Life.Stopped(address))) {
        if (before instanceof Life.Started started) {
          close(started);
        }
        return true;
      }
      before = life.get();
    }
    return false;
  }

  private void close(Life.Started started) {
    started.unhook().run();
    try {
      started.intake().close();
    } catch (IOException e) {
      started.hub().reportFailure("closing " + owner, e);
    }
    boolean _ =
        started
            .hub()
            .submit(
                () -> {
                  if (!lent) {
                    started.acceptor().throwIn(new GreenletExit());
                  }
                });
  }

  boolean stop(long nanos) {
    Life before = life.get();
    boolean mine = end();
    try {
      return isInLane() ? handlers.areOver() : drain(before, nanos);
    } finally {
      if (mine) {
        ended.set();
      }
    }
  }

  private static boolean isInLane() {
    Hub hub = Hub.currentOrNull();
    return hub != null && hub.inLane();
  }

  private boolean drain(Life before, long nanos) {
    Handling caller = handlers.excuseCaller();
    try {
      boolean drained = false;
      try {
        drained = waitForAcceptor(before, nanos) && handlers.join(nanos);
      } finally {
        if (!drained) {
          handlers.kill();
        }
      }
      if (!drained) {
        boolean _ = handlers.join(Clock.waitNanos(options.stopTimeout()));
      }
      return drained;
    } finally {
      handlers.expect(caller);
    }
  }

  /** It may be launching a handler on its own thread at this moment. */
  private static boolean waitForAcceptor(Life before, long nanos) {
    return !(before instanceof Life.Started started)
        || RawGreenlet.currentOrNull() == started.acceptor()
        || started.acceptor().isReady()
        || started.acceptor().join(Duration.ofNanos(Math.max(nanos, 0)));
  }

  void serveForever() {
    try {
      ended.waitUntilSet();
    } finally {
      boolean _ = stop(Clock.waitNanos(options.stopTimeout()));
    }
  }

  /** If the caller is a handler of this, no {@link #stop} waits for it any more, or kills it. */
  void excuseForGood() {
    Handling _ = handlers.excuseCaller();
  }

  void stopAccepting() {
    accepting.clear();
  }

  void startAccepting() {
    accepting.set();
  }

  boolean isStarted() {
    return life.get() instanceof Life.Started;
  }

  boolean isStopped() {
    return life.get() instanceof Life.Stopped;
  }

  boolean isAccepting() {
    return isStarted() && accepting.isSet();
  }

  /** Where work comes from, or came from; null before the start. */
  @Nullable SocketAddress address() {
    return switch (life.get()) {
      case Life.Fresh _ -> null;
      case Life.Started started -> started.intake().localAddress();
      case Life.Stopped(SocketAddress last) -> last;
    };
  }

  // --- The acceptor

  private void serve(Hub hub, Intake intake) throws IOException {
    try {
      while (isStarted()) {
        if (isReady()) {
          takeSome(hub, intake);
        } else {
          waitUntilReady();
        }
      }
    } catch (ClosedChannelException e) {
      if (isStarted()) {
        hub.reportFailure(owner + " was closed by somebody else and has ended", e);
      }
    } finally {
      abandon();
    }
  }

  /** Whether a piece of work can be taken and launched without a wait in between. */
  private boolean isReady() {
    return accepting.isSet()
        && places.isReady()
        && !(options.spawn() instanceof HandlerSpawn.Members members && members.pool().isFull());
  }

  private void waitUntilReady() {
    accepting.waitUntilSet();
    places.waitUntilFree();
    if (options.spawn() instanceof HandlerSpawn.Members members) {
      members.pool().waitUntilFree();
    }
  }

  private void takeSome(Hub hub, Intake intake) throws ClosedChannelException {
    for (int taken = 0; taken < options.maxAccept(); taken++) {
      if (!isReady()) {
        return;
      }
      try {
        Work work = intake.tryTake();
        if (work == null) {
          intake.awaitMore();
          return;
        }
        backoff.succeeded();
        launch(hub, work);
      } catch (ClosedChannelException e) {
        throw e;
      } catch (IOException e) {
        hub.reportFailure(owner + " could not accept", e);
        Strand.current().sleepNanos(Clock.waitNanos(backoff.failed()));
        return;
      }
    }
    Strand.current().yieldNow();
  }

  private void launch(Hub hub, Work work) {
    boolean _ = places.tryAcquire(); // nobody else takes one
    Handling handling = new Handling(this, hub, work);
    handlers.enter(handling);
    try {
      spawn(hub, handling);
    } catch (SwitchPointError thrown) {
      handling.abandon();
      throw thrown;
    } catch (Throwable failure) {
      handling.abandon();
      hub.reportFailure("spawning the " + handling, failure);
      Strand.current().sleepNanos(Clock.waitNanos(options.minDelay()));
    }
  }

  private void spawn(Hub hub, Handling handling) {
    switch (options.spawn()) {
      case HandlerSpawn.Greenlets _ -> handling.greenlet(startedAt).start();
      case HandlerSpawn.Members members -> members.pool().start(handling.greenlet(startedAt));
      case HandlerSpawn.Callbacks _ -> hub.runCallback(handling);
      case HandlerSpawn.Tasks tasks -> {
        lent = true;
        try {
          tasks.executor().execute(handling);
        } finally {
          lent = false;
        }
      }
    }
  }

  // --- The handlers

  Handlers handlers() {
    return handlers;
  }

  /** A handler is over; false if that was said before. */
  boolean left(Handling handling) {
    boolean was = handlers.leave(handling);
    if (was) {
      places.release();
    }
    return was;
  }

  @Override
  public String toString() {
    return owner.toString();
  }
}

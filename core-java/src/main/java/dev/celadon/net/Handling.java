package dev.celadon.net;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.Strand;
import dev.celadon.hub.Waiter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One handler and what it works on. Whatever happens to it, the connection is closed, its place is
 * free again, and its failure is told: by the end of {@link #call} if it runs, else by {@link
 * #abandon}.
 */
final class Handling implements Runnable {

  /** A greenlet that tells whose handler it is. */
  private static final class Handler extends Greenlet<@Nullable Void> {

    private final Handling handling;

    Handler(Hub hub, Handling handling, String spawnSite) {
      super(hub, spawnSite);
      this.handling = handling;
    }

    @Override
    protected @Nullable Void run() throws Exception {
      handling.call();
      return null;
    }

    @Override
    public String toString() {
      return handling.toString();
    }
  }

  private final Serving serving;
  private final Hub hub;
  private final Work work;

  /** Null if somebody else runs this. Written before anybody else can see it. */
  private @Nullable Greenlet<?> greenlet;

  /** Guarded by the lock of {@link Handlers}, as is all that follows. */
  boolean present;

  /** Who runs it, while it does. */
  @Nullable Strand runner;

  /** Was told to die, which nobody is told twice. */
  boolean doomed;

  /** In how many stops of its own server it is. */
  int stops;

  @Nullable Handling before;
  @Nullable Handling behind;

  Handling(Serving serving, Hub hub, Work work) {
    this.serving = serving;
    this.hub = hub;
    this.work = work;
  }

  /** The greenlet that runs this, for whoever is at {@code spawnSite}. */
  Greenlet<?> greenlet(String spawnSite) {
    Handler made = new Handler(hub, this, spawnSite);
    greenlet = made;
    boolean _ = made.register(new Waiter(this::abandon)); // it may be killed before it runs
    return made;
  }

  /** The task of an executor or of the lane. */
  @Override
  public void run() {
    try {
      call();
    } catch (GreenletExit exit) {
      throw exit;
    } catch (Throwable failure) {
      hub.reportFailure(toString(), failure);
    }
  }

  private void call() throws Exception {
    if (serving.handlers().begin(this, Strand.current())) {
      try (Ending _ = this::end) {
        work.run();
      }
    }
  }

  private interface Ending extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  private void end() throws IOException {
    try {
      work.close();
    } finally {
      serving.left(this);
    }
  }

  /** It will not run, or has run. Any thread; never switches. */
  void abandon() {
    if (serving.left(this)) {
      abort();
    }
  }

  /** Any thread; never switches. */
  void kill() {
    Greenlet<?> mine = greenlet;
    if (mine != null) {
      mine.killAsync();
    } else {
      abort();
    }
  }

  private void abort() {
    try {
      work.abort();
    } catch (IOException e) {
      hub.reportFailure("closing the connection of " + this, e);
    }
  }

  @Override
  public String toString() {
    return "handler of " + work.peer() + " in " + serving;
  }
}

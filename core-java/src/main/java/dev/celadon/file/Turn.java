package dev.celadon.file;

import dev.celadon.threadpool.ThreadPool;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One call on a file: from its turn in the {@link Line} until nothing of it is under way. */
final class Turn implements AutoCloseable {
  /*
   * The caller and a thread of the pool have the turn together while the thread works; the one that leaves last passes it on. So
   * what a killed caller has begun is over before the next call starts, and what it has read is in the buffer for that one.
   *
   * HELD      the caller is alone         -> WAITING by offload; the caller's close passes the turn on
   * WAITING   the pool has the work       -> WORKING by the thread; LEFT by close, which passes the turn on: it never runs
   * WORKING   a thread works              -> HELD by the thread's end; LEFT by close
   * LEFT      the caller has gone         the thread's end, if it worked, passes the turn on
   */
  private static final int HELD = 0;
  private static final int WAITING = 1;
  private static final int WORKING = 2;
  private static final int LEFT = 3;

  /** Work that blocks. */
  interface Blocking<T extends @Nullable Object> {
    T call() throws IOException;
  }

  /** Work that blocks and has no result. */
  interface BlockingAction {
    void run() throws IOException;
  }

  private final Line line;
  private final AtomicInteger state = new AtomicInteger(HELD);

  Turn(Line line) {
    this.line = line;
  }

  /** Runs work on a thread of the pool and waits for its result. Switches. */
  <T extends @Nullable Object> T offload(Blocking<T> work) throws IOException {
    state.set(WAITING);
    return call(line.pool(), () -> work(work));
  }

  /** Runs work on a thread of the pool and waits for its end. Switches. */
  void run(BlockingAction work) throws IOException {
    boolean _ =
        this.<Boolean>offload(
            () -> {
              work.run();
              return true;
            });
  }

  @SuppressWarnings("NullAway") // the null is for nobody
  private <T extends @Nullable Object> T work(Blocking<T> work) throws IOException {
    if (!state.compareAndSet(WAITING, WORKING)) {
      return null;
    }
    try {
      return work.call();
    } finally {
      if (!state.compareAndSet(WORKING, HELD)) {
        line.pass();
      }
    }
  }

  /** A call of a pool that throws nothing checked but this. */
  static <T extends @Nullable Object> T call(ThreadPool pool, Blocking<T> work) throws IOException {
    try {
      return pool.<T>apply(work::call);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("bug in Celadon, please report: a checked exception", e);
    }
  }

  @Override
  public void close() {
    boolean waiting = state.compareAndSet(WAITING, LEFT);
    if (waiting || !state.compareAndSet(WORKING, LEFT)) {
      line.pass();
    }
  }
}

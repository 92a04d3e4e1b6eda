package dev.celadon.file;

import dev.celadon.hub.Hub;
import dev.celadon.sync.Semaphore;
import dev.celadon.threadpool.ThreadPool;
import dev.celadon.threadpool.ThreadPoolOptions;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Where the calls on a file stand, first come, first served.
 *
 * <p>Safe for use from any thread.
 */
final class Line {

  /**
   * For callers without a hub, since an interrupt of their own thread would close the channel; and
   * for closing, whose caller need not survive.
   */
  static final ThreadPool ASIDE =
      new ThreadPool(ThreadPoolOptions.defaults().withName("celadon-file"));

  private final Semaphore turn = new Semaphore(1);
  private final @Nullable ThreadPool own;
  private final Runnable passed;
  private volatile boolean closed;

  /**
   * Makes a line.
   *
   * @param own where its work runs; null for the pool of the hub that calls
   * @param passed is told after each call once the line is closed
   */
  Line(@Nullable ThreadPool own, Runnable passed) {
    this.own = own;
    this.passed = passed;
  }

  /** Waits for the turn. Switches unless it is free. */
  Turn enter() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
    turn.acquire();
    if (closed) {
      pass();
      throw new AsynchronousCloseException();
    }
    return new Turn(this);
  }

  /** From now on, who waits or comes is refused. */
  void close() {
    closed = true;
  }

  /** Takes the turn if nobody has it. */
  boolean tryEnter() {
    return turn.tryAcquire();
  }

  /** Gives the turn to the next. */
  void pass() {
    turn.release();
    if (closed) {
      passed.run();
    }
  }

  ThreadPool pool() {
    if (own != null) {
      return own;
    }
    return Hub.currentOrNull() == null ? ASIDE : ThreadPool.current();
  }
}

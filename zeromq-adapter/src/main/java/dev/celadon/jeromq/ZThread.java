package dev.celadon.jeromq;

import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZMQException;
import zmq.ZError;

/**
 * JeroMQ's {@code ZThread}: on a hub it spawns greenlets, elsewhere it starts threads.
 *
 * <p>Safe for use from any thread.
 */
public final class ZThread {

  private static final AtomicLong PIPES = new AtomicLong();

  private ZThread() {}

  /** What {@link #fork} runs. */
  public interface IAttachedRunnable {

    /**
     * Runs until it is done, or its pipe ends.
     *
     * @param args what was given to {@link #fork}
     * @param ctx a shadow context of its own, closed behind it
     * @param pipe its end of the pair
     */
    void run(Object[] args, ZContext ctx, ZMQ.Socket pipe);
  }

  /** What {@link #start} runs. */
  public interface IDetachedRunnable {

    /**
     * Runs until it is done.
     *
     * @param args what was given to {@link #start}
     */
    void run(Object[] args);
  }

  /**
   * Spawns a greenlet of the calling greenlet's hub, which gets nothing but its arguments; outside
   * of a hub, starts a daemon thread.
   *
   * @param runnable what it does
   * @param args what it gets
   */
  public static void start(IDetachedRunnable runnable, Object... args) {
    launch(() -> runnable.run(args));
  }

  /**
   * Spawns a greenlet of the calling greenlet's hub, with a pair of sockets between it and the
   * caller; outside of a hub, starts a thread.
   *
   * <p>It ends quietly when its context ends. What else it throws goes to the uncaught exception
   * handler of the context, or to the hub.
   *
   * @param ctx the context of the pair
   * @param runnable what it does
   * @param args what it gets
   * @return the caller's end of the pair
   */
  public static ZMQ.Socket fork(ZContext ctx, IAttachedRunnable runnable, Object... args) {
    String address = "inproc://zctx-pipe-" + PIPES.incrementAndGet();
    ZMQ.Socket pipe = ctx.createSocket(SocketType.PAIR);
    boolean _ = pipe.bind(address);
    ZContext shadow = ctx.isMain() ? ctx.shadow() : ctx;
    ZMQ.Socket childPipe = shadow.createSocket(SocketType.PAIR);
    boolean _ = childPipe.connect(address);
    launch(
        () ->
            runAttached(
                shadow,
                ctx.getUncaughtExceptionHandler(),
                () -> runnable.run(args, shadow, childPipe)));
    return pipe;
  }

  private static void runAttached(
      ZContext shadow, @Nullable UncaughtExceptionHandler handler, Runnable body) {
    try {
      body.run();
    } catch (Throwable failure) {
      boolean isOver = failure instanceof ZMQException e && e.getErrorCode() == ZError.ETERM;
      if (isOver) {
        return;
      }
      if (handler == null || failure instanceof GreenletExit) {
        throw failure;
      }
      handler.uncaughtException(Thread.currentThread(), failure);
    } finally {
      shadow.close();
    }
  }

  private static void launch(Runnable body) {
    Hub hub = Hub.currentOrNull();
    if (hub == null) {
      Thread.ofPlatform().daemon().start(body);
    } else {
      hub.spawnRaw(body);
    }
  }
}

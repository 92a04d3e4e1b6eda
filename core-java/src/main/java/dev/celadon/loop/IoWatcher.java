package dev.celadon.loop;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A loop's eye on one channel: tells once that it has become ready for something.
 *
 * <p>Try an operation first; start the watcher only when the channel would block.
 *
 * <p>Confined to its loop's thread.
 */
public final class IoWatcher {
  /*
   * Changing a key's interest costs a system call at the next select. So interest is taken back lazily: a readiness that
   * somebody waits for leaves the key armed, since whoever asks and answers waits for the same thing again soon; only a readiness
   * that nobody waits for disarms it. A request/response connection pays no system call for interest at all.
   *
   * While work is ready, whoever has been woken may not have had its turn when the poller is asked again: then it takes more than
   * one such report. A poll that waits comes when nothing is ready, and must not return at once for nothing: then one is enough.
   *
   * A connection is made once, so the interest in that ends with the wait. JDK fact (25): the kernel is asked for writability then, and the
   * selector keeps its reports to itself as soon as the channel is connected; nobody would hear of them, and no poll would wait.
   */
  private static final int PATIENCE = 16;

  private final SelectorPoller poller;
  private final SelectionKey key;

  /** What is waited for; a subset of the key's interest. */
  private int waitingFor;

  /** What was reported though nobody waited for it, and how often; since somebody did. */
  private int unheard;

  private int unheardReports;

  private @Nullable IntConsumer onReady;

  private @Nullable Object attachment;

  /** The links of the poller's list. */
  @Nullable IoWatcher before;

  @Nullable IoWatcher behind;

  IoWatcher(SelectorPoller poller, SelectionKey key) {
    this.poller = poller;
    this.key = key;
  }

  /**
   * Waits for readiness, once: when the channel is ready for any of {@code ops}, {@code onReady}
   * gets the ready operations and this watcher stops. Replaces what was waited for before. If the
   * channel or the loop is closed meanwhile, {@code onReady} gets 0.
   *
   * @param ops a set of {@link SelectionKey}'s OP constants, not empty
   * @param onReady runs on the loop's thread, outside every greenlet: it must neither block nor run
   *     user code
   * @throws CancelledKeyException if the channel or this watcher is closed
   */
  public void start(int ops, IntConsumer onReady) {
    int armed = key.interestOps();
    int needed = (armed & ~SelectionKey.OP_CONNECT) | ops;
    if (needed != armed) {
      key.interestOps(needed);
    }
    if (waitingFor == 0) {
      poller.waitBegins();
    }
    if ((ops & unheard) != 0) {
      unheard = 0;
      unheardReports = 0;
    }
    waitingFor = ops;
    this.onReady = onReady;
  }

  /** What the kernel is asked for: more than is waited for. */
  int armed() {
    return key.interestOps();
  }

  /** Stops waiting; the callback will not be called. */
  public void stop() {
    if (waitingFor != 0) {
      poller.waitEnds();
    }
    if ((waitingFor & SelectionKey.OP_CONNECT) != 0) {
      disarmConnect();
    }
    waitingFor = 0;
    onReady = null;
  }

  private void disarmConnect() {
    try {
      key.interestOps(key.interestOps() & ~SelectionKey.OP_CONNECT);
    } catch (CancelledKeyException e) {
      return; // closed: nothing is armed any more
    }
  }

  /**
   * Gives this watcher something to carry for its user.
   *
   * @param attachment what {@link #attachment} returns
   */
  public void attach(Object attachment) {
    this.attachment = attachment;
  }

  /**
   * What was attached.
   *
   * @return what was given to {@link #attach}, or null
   */
  public @Nullable Object attachment() {
    return attachment;
  }

  /**
   * Whether the channel is still open and watched.
   *
   * @return false after {@link #close} and once the channel is closed
   */
  public boolean isValid() {
    return key.isValid();
  }

  /**
   * Stops waiting and ends the watch; the channel may then be watched anew. Closing twice does
   * nothing.
   */
  public void close() {
    stop();
    poller.unwatch(this, key);
  }

  /** The poller's call: the channel has been closed by somebody else, or the loop is over. */
  void gone() {
    IntConsumer callback = onReady;
    close();
    if (callback != null) {
      callback.accept(0);
    }
  }

  /** The poller's call: the channel is ready for these operations. */
  void ready(int readyOps) {
    int wanted = readyOps & waitingFor;
    IntConsumer callback = onReady;
    if (wanted == 0 || callback == null) {
      unheard |= readyOps;
      if (++unheardReports >= PATIENCE || poller.isWaiting()) {
        key.interestOps((key.interestOps() & ~readyOps) | waitingFor);
      }
      return;
    }
    stop();
    callback.accept(wanted);
  }
}

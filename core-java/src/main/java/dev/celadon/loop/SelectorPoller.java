package dev.celadon.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The poller of real channels. The one place of the project that touches a {@link Selector}.
 *
 * <p>Facts of the JDK (25, Linux) that this class leans on: a select with a timeout has a grain of
 * one millisecond and rounds up; {@code wakeup} is remembered by the next select; a channel that is
 * closed cancels its keys by itself, and a cancelled key keeps its descriptor in the kernel's set
 * until the next select, which takes note before it waits.
 *
 * <p>Confined to its loop's thread, but for {@link #wakeUp}.
 */
public final class SelectorPoller implements Poller {

  private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /** So many watchers are looked at in less time than a system call takes. */
  private static final int FEW = 64;

  private final Consumer<SelectionKey> dispatch = SelectorPoller::dispatch;

  /** Opened with the first channel: most programs of sleeps and queues never need it. */
  private volatile @Nullable Selector selector;

  /** All watchers, in no order. */
  private @Nullable IoWatcher first;

  private int watchers;

  /** How many of them are waited for. */
  private int waits;

  /** Whether a descriptor waits for the next select to be given back. */
  private boolean cancelled;

  /** Whether the present poll waits, or did until something became ready. */
  private boolean waiting;

  /** Makes a poller that opens its selector when the first channel is watched. */
  public SelectorPoller() {}

  @Override
  public IoWatcher watch(SelectableChannel channel) {
    Selector open = openSelector();
    SelectionKey known = channel.keyFor(open);
    try {
      if (known != null) {
        if (known.isValid()) {
          throw new IllegalStateException(
              "this hub watches " + channel + " already: close its watcher first");
        }
        open.selectNow(dispatch); // a cancelled key makes room only now
      }
      SelectionKey key = channel.register(open, 0);
      IoWatcher watcher = new IoWatcher(this, key);
      key.attach(watcher);
      add(watcher);
      return watcher;
    } catch (IllegalBlockingModeException e) {
      throw new IllegalStateException(
          channel + " is in blocking mode: call configureBlocking(false) first", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot watch " + channel, e);
    }
  }

  private void add(IoWatcher watcher) {
    watcher.behind = first;
    if (first != null) {
      first.before = watcher;
    }
    first = watcher;
    watchers++;
  }

  void unwatch(IoWatcher watcher, SelectionKey key) {
    if (key.attachment() != watcher) {
      return; // closed before
    }
    key.cancel();
    key.attach(null);
    cancelled = true;
    IoWatcher before = watcher.before;
    IoWatcher behind = watcher.behind;
    if (before == null) {
      first = behind;
    } else {
      before.behind = behind;
    }
    if (behind != null) {
      behind.before = before;
    }
    watcher.before = null;
    watcher.behind = null;
    watchers--;
  }

  boolean isWaiting() {
    return waiting;
  }

  void waitBegins() {
    waits++;
  }

  void waitEnds() {
    waits--;
  }

  @Override
  public @Nullable IoWatcher watcherOf(SelectableChannel channel) {
    Selector open = selector;
    SelectionKey key = open == null ? null : channel.keyFor(open);
    return key == null ? null : (IoWatcher) key.attachment();
  }

  @Override
  public boolean hasWatchers() {
    Selector open = selector;
    return open != null && !open.keys().isEmpty();
  }

  @Override
  public boolean hasWaits() {
    return waits > 0;
  }

  @Override
  public void poll(long nanos) {
    Selector open = openSelector();
    waiting = nanos >= NANOS_PER_MILLI;
    cancelled = false;
    try {
      if (!waiting) {
        int _ = open.selectNow(dispatch);
      } else {
        // Rounded down: the loop waits for the rest in a finer way.
        int _ = open.select(dispatch, nanos == Long.MAX_VALUE ? 0 : nanos / NANOS_PER_MILLI);
      }
      if (open.keys().size() < watchers) {
        endTheGone();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the hub's selector failed", e);
    }
  }

  @Override
  public void lookForClosed() {
    if (watchers <= FEW && !cancelled) {
      endTheGone();
    } else {
      poll(0); // whoever has many seldom sleeps
    }
  }

  /** Somebody may have closed a channel without closing its watcher. */
  private void endTheGone() {
    IoWatcher behind;
    for (IoWatcher watcher = first; watcher != null; watcher = behind) {
      behind = watcher.behind;
      if (!watcher.isValid()) {
        watcher.gone();
      }
    }
  }

  @Override
  public void wakeUp() {
    Selector open = selector;
    if (open != null) {
      try {
        open.wakeup();
      } catch (ClosedSelectorException e) {
        // Closed meanwhile: nobody sleeps in it any more.
        return;
      }
    }
  }

  @Override
  public void close() {
    Selector open = selector;
    if (open == null) {
      return;
    }
    while (first != null) {
      first.gone(); // nobody waits for ever
    }
    try {
      open.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the hub's selector did not close", e);
    }
  }

  private Selector openSelector() {
    Selector open = selector;
    if (open == null) {
      try {
        open = Selector.open();
      } catch (IOException e) {
        throw new UncheckedIOException(
            "the hub cannot wait for its first channel: "
                + e.getMessage()
                + "; it needs some descriptors of its own, so raise the limit (ulimit -n), or open"
                + " fewer",
            e);
      }
      selector = open;
    }
    return open;
  }

  private static void dispatch(SelectionKey key) {
    IoWatcher watcher = (IoWatcher) key.attachment();
    if (watcher == null) {
      return;
    }
    try {
      watcher.ready(key.readyOps());
    } catch (CancelledKeyException e) {
      // Closed by another thread since the kernel reported it.
      watcher.gone();
    }
  }
}

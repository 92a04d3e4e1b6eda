package dev.celadon.select;

import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/**
 * What a party that waits again and again wants to hear of one channel.
 *
 * <p>Confined to its hub.
 */
final class Interest extends Listed {

  private final Interests all;
  private final SelectableChannel channel;
  private final ChannelWaits waits;
  private int operations;
  private int heard;
  private boolean listed;
  private boolean removed;

  /** What its party keeps here. */
  @Nullable Object attachment;

  /** Stands among the ready ones, and the next one there. */
  boolean isAmongReady;

  @Nullable Interest nextReady;

  Interest(Interests all, SelectableChannel channel, ChannelWaits waits) {
    this.all = all;
    this.channel = channel;
    this.waits = waits;
  }

  SelectableChannel channel() {
    return channel;
  }

  /** What is ready; nothing if the channel is closed. */
  int heard() {
    return heard;
  }

  /** Whether there is something to tell: another greenlet may have changed what is wanted since. */
  boolean isReady() {
    return !removed && operations != 0 && (heard != 0 || !isAlive());
  }

  private boolean isAlive() {
    return channel.isOpen() && waits.isValid();
  }

  @Override
  int operations() {
    return operations;
  }

  @Override
  void ready(int ready) {
    listed = false;
    heard = ready;
    all.ready(this);
  }

  /** Wants to hear of something else from now on. */
  void change(int wanted) {
    operations = wanted;
    heard &= wanted;
    if (listed && wanted == 0) {
      unlist();
    } else if (listed) {
      waits.changed();
    } else {
      list();
    }
  }

  /** Wants to hear again. Does nothing while it is listed, or wants nothing. */
  void list() {
    if (listed || removed || operations == 0) {
      return;
    }
    heard = 0;
    if (isAlive()) {
      listed = true;
      waits.addOrTell(this);
    } else {
      all.ready(this);
    }
  }

  private void unlist() {
    listed = false;
    waits.remove(this);
  }

  /** Wants to hear nothing any more, and gives up the watch. */
  void remove() {
    if (!removed) {
      removed = true;
      if (listed) {
        unlist();
      }
      waits.release();
    }
  }
}

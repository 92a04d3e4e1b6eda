package dev.celadon.jeromq;

import dev.celadon.zeromq.ZmqClosedException;
import dev.celadon.zeromq.ZmqPoller;
import dev.celadon.zeromq.ZmqSocket;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import zmq.ZError;

/**
 * Polls items, on a hub or outside.
 *
 * <p>Confined to one greenlet or thread at a time.
 */
final class PollSet implements AutoCloseable {

  /** JeroMQ's, for polls outside of a hub; made when there is one. */
  private @Nullable Selector selector;

  private boolean ownsSelector;
  private @Nullable ZmqPoller poller;

  /** What stands in the poller. */
  private final IdentityHashMap<ZMQ.PollItem, ZmqPoller.Item> places = new IdentityHashMap<>();

  PollSet(@Nullable Selector selector) {
    this.selector = selector instanceof NoSelector ? null : selector;
  }

  /**
   * Waits until something is ready.
   *
   * @param millis -1 for ever
   * @return how many are; -1 if a socket is closed or its context ends
   */
  int poll(List<? extends ZMQ.PollItem> items, long millis) {
    if (items.isEmpty()) {
      if (millis > 0) {
        Pauses.sleep(TimeUnit.MILLISECONDS.toNanos(millis));
      }
      return 0;
    }
    return isOnHub(items) ? pollOnHub(items, millis) : pollBlocking(items, millis);
  }

  private static boolean isOnHub(List<? extends ZMQ.PollItem> items) {
    for (ZMQ.PollItem item : items) {
      ZMQ.Socket socket = item.getSocket();
      if (socket != null) {
        return socket.green() != null;
      }
    }
    return Pauses.isOnHub();
  }

  // --- On a hub

  private int pollOnHub(List<? extends ZMQ.PollItem> items, long millis) {
    ZmqPoller poller = placed(items);
    boolean hasRest = false;
    for (ZMQ.PollItem item : items) {
      hasRest |= rest(item) != 0;
    }
    try {
      List<ZmqPoller.Item> _ =
          hasRest || millis >= 0
              ? poller.poll(hasRest ? Duration.ZERO : Duration.ofMillis(millis))
              : poller.poll();
    } catch (ZmqClosedException e) {
      Failures.errno(ZError.ETERM); // this was closed meanwhile
      return -1;
    } catch (RuntimeException e) {
      throw Failures.inJeroMqsWords(e);
    }
    return report(items);
  }

  private ZmqPoller placed(List<? extends ZMQ.PollItem> items) {
    ZmqPoller open = poller;
    if (open == null) {
      open = ZmqPoller.open();
      poller = open;
    }
    for (ZMQ.PollItem item : items) {
      if (!places.containsKey(item)) {
        places.put(item, place(open, item));
      }
    }
    if (places.size() > items.size()) {
      IdentityHashMap<ZMQ.PollItem, Boolean> wanted = new IdentityHashMap<>();
      items.forEach(item -> wanted.put(item, true));
      places.entrySet().removeIf(place -> removed(place, wanted));
    }
    return open;
  }

  private static boolean removed(
      Map.Entry<ZMQ.PollItem, ZmqPoller.Item> place,
      IdentityHashMap<ZMQ.PollItem, Boolean> wanted) {
    if (wanted.containsKey(place.getKey())) {
      return false;
    }
    place.getValue().remove();
    return true;
  }

  /** The end of a socket or channel is reported, and no exception. */
  private static ZmqPoller.Item place(ZmqPoller poller, ZMQ.PollItem item) {
    int events = item.interestOps() | ZmqPoller.POLLERR;
    ZMQ.Socket socket = item.getSocket();
    if (socket == null) {
      return poller.add(Objects.requireNonNull(item.getRawSocket(), "channel"), events);
    }
    ZmqSocket green = socket.green();
    if (green == null) {
      throw new IllegalArgumentException(
          socket + " was made outside of a hub: do not poll it together with sockets of one");
    }
    return poller.add(green, events);
  }

  private int report(List<? extends ZMQ.PollItem> items) {
    int count = 0;
    for (ZMQ.PollItem item : items) {
      int events = Objects.requireNonNull(places.get(item), "place").events() | rest(item);
      if (item.getSocket() != null && (events & ZmqPoller.POLLERR) != 0) {
        Failures.errno(ZError.ETERM);
        return -1;
      }
      item.ready(events);
      if (item.readyOps() != 0) {
        count++;
      }
    }
    return count;
  }

  /** The frames that the calling greenlet has not taken yet of a message that it has begun. */
  private static int rest(ZMQ.PollItem item) {
    ZMQ.Socket socket = item.getSocket();
    return socket != null && socket.hasRest() ? item.interestOps() & ZmqPoller.POLLIN : 0;
  }

  // --- Outside

  private int pollBlocking(List<? extends ZMQ.PollItem> items, long millis) {
    zmq.poll.PollItem[] polled = new zmq.poll.PollItem[items.size()];
    for (int i = 0; i < polled.length; i++) {
      polled[i] = jeroMqs(items.get(i));
    }
    int count = zmq.ZMQ.poll(openSelector(), polled, polled.length, millis);
    for (int i = 0; i < polled.length; i++) {
      items.get(i).ready(polled[i].readyOps());
    }
    return count;
  }

  private static zmq.poll.PollItem jeroMqs(ZMQ.PollItem item) {
    ZMQ.Socket socket = item.getSocket();
    SelectableChannel channel = item.getRawSocket();
    return socket == null
        ? new zmq.poll.PollItem(Objects.requireNonNull(channel, "channel"), item.interestOps())
        : new zmq.poll.PollItem(socket.base(), item.interestOps());
  }

  private Selector openSelector() {
    Selector open = selector;
    if (open == null) {
      try {
        open = Selector.open();
      } catch (IOException e) {
        throw new ZError.IOException(e);
      }
      selector = open;
      ownsSelector = true;
    }
    return open;
  }

  /** Leaves the sockets and channels. */
  @Override
  public void close() {
    ZmqPoller open = poller;
    if (open != null) {
      open.close();
      poller = null;
      places.clear();
    }
    Selector owned = selector;
    if (ownsSelector && owned != null) {
      try {
        owned.close();
      } catch (IOException e) {
        throw new ZError.IOException(e);
      }
    }
  }
}

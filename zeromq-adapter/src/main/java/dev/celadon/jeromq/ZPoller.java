package dev.celadon.jeromq;

import java.io.Closeable;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import zmq.util.function.BiFunction;

/**
 * Polls sockets and channels, and calls handlers for what is ready. JeroMQ's {@code ZPoller}.
 *
 * <p>Confined to its hub, if its sockets are of one; one greenlet or thread polls at a time.
 */
public class ZPoller extends PollResults implements Closeable {

  private static final int ALL = IN | OUT | ERR;

  private final ItemCreator creator;
  private final PollSet set;
  private final Map<Object, Set<ItemHolder>> holders = new LinkedHashMap<>();
  private @Nullable EventsHandler globalHandler;

  /** What is called when something is ready. */
  public interface EventsHandler {

    /**
     * A socket is ready.
     *
     * @param socket which
     * @param events what for: a sum of {@link #POLLIN}, {@link #POLLOUT} and {@link #POLLERR}
     * @return false to end the dispatch with an error
     */
    boolean events(ZMQ.Socket socket, int events);

    /**
     * A channel is ready.
     *
     * @param channel which
     * @param events what for: a sum of {@link #POLLIN}, {@link #POLLOUT} and {@link #POLLERR}
     * @return false to end the dispatch with an error
     */
    boolean events(SelectableChannel channel, int events);
  }

  /**
   * A handler made of two functions.
   *
   * <p>Immutable.
   */
  public static class ComposeEventsHandler implements EventsHandler {

    private final @Nullable BiFunction<ZMQ.Socket, Integer, Boolean> sockets;
    private final @Nullable BiFunction<SelectableChannel, Integer, Boolean> channels;

    /**
     * Makes a handler.
     *
     * @param sockets is called for sockets; null if there are none
     * @param channels is called for channels; null if there are none
     */
    public ComposeEventsHandler(
        @Nullable BiFunction<ZMQ.Socket, Integer, Boolean> sockets,
        @Nullable BiFunction<SelectableChannel, Integer, Boolean> channels) {
      this.sockets = sockets;
      this.channels = channels;
    }

    @Override
    public boolean events(ZMQ.Socket socket, int events) {
      return Objects.requireNonNull(sockets, "no handler for sockets").apply(socket, events);
    }

    @Override
    public boolean events(SelectableChannel channel, int events) {
      return Objects.requireNonNull(channels, "no handler for channels").apply(channel, events);
    }
  }

  /** A registered item and its handler. */
  public interface ItemHolder {

    /**
     * What is polled.
     *
     * @return the item
     */
    ZMQ.PollItem item();

    /**
     * The socket.
     *
     * @return null if a channel is polled
     */
    ZMQ.@Nullable Socket socket();

    /**
     * What is called.
     *
     * @return null for the global handler
     */
    @Nullable EventsHandler handler();
  }

  /** Makes items. */
  public interface ItemCreator {

    /**
     * Makes an item for a socket.
     *
     * @param socket what to poll
     * @param handler what to call, or null
     * @param events what to poll for
     * @return the item
     */
    ItemHolder create(ZMQ.Socket socket, @Nullable EventsHandler handler, int events);

    /**
     * Makes an item for a channel.
     *
     * @param channel what to poll
     * @param handler what to call, or null
     * @param events what to poll for
     * @return the item
     */
    ItemHolder create(SelectableChannel channel, @Nullable EventsHandler handler, int events);
  }

  /**
   * Makes plain items.
   *
   * <p>Immutable.
   */
  public static class SimpleCreator implements ItemCreator {

    /** Makes a creator. */
    public SimpleCreator() {}

    @Override
    public ItemHolder create(ZMQ.Socket socket, @Nullable EventsHandler handler, int events) {
      return new ZPollItem(socket, handler, events);
    }

    @Override
    public ItemHolder create(
        SelectableChannel channel, @Nullable EventsHandler handler, int events) {
      return new ZPollItem(channel, handler, events);
    }
  }

  /**
   * An item and its handler. Equal to another of the same socket or channel and handler.
   *
   * <p>Confined to one greenlet or thread at a time.
   */
  public static class ZPollItem extends ZMQ.PollItem implements ItemHolder {

    private final @Nullable EventsHandler handler;

    /**
     * Makes an item for a socket.
     *
     * @param socket what to poll
     * @param handler what to call, or null
     * @param ops what to poll for
     */
    public ZPollItem(ZMQ.Socket socket, @Nullable EventsHandler handler, int ops) {
      super(socket, ops);
      this.handler = handler;
    }

    /**
     * Makes an item for a channel.
     *
     * @param channel what to poll
     * @param handler what to call, or null
     * @param ops what to poll for
     */
    public ZPollItem(SelectableChannel channel, @Nullable EventsHandler handler, int ops) {
      super(channel, ops);
      this.handler = handler;
    }

    @Override
    public ZMQ.PollItem item() {
      return this;
    }

    @Override
    public ZMQ.@Nullable Socket socket() {
      return getSocket();
    }

    @Override
    public @Nullable EventsHandler handler() {
      return handler;
    }

    @Override
    public int hashCode() {
      return 31 * super.hashCode() + Objects.hashCode(handler);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ItemHolder that
          && super.equals(that.item())
          && Objects.equals(that.handler(), handler);
    }
  }

  /**
   * Makes a poller that makes its items as another one does.
   *
   * @param poller the other one
   */
  public ZPoller(ZPoller poller) {
    this(poller.creator, new PollSet(null));
  }

  /**
   * Makes a poller.
   *
   * @param selector {@link ZMQ.Context#selector}'s
   */
  public ZPoller(Selector selector) {
    this(new SimpleCreator(), new PollSet(selector));
  }

  /**
   * Makes a poller.
   *
   * @param context whose sockets it polls
   */
  public ZPoller(ZContext context) {
    this(new SimpleCreator(), context);
  }

  /**
   * Makes a poller with items of its own kind.
   *
   * @param creator makes the items
   * @param poller has no meaning
   */
  public ZPoller(ItemCreator creator, ZPoller poller) {
    this(creator, new PollSet(null));
    Objects.requireNonNull(poller, "poller");
  }

  /**
   * Makes a poller with items of its own kind.
   *
   * @param creator makes the items
   * @param context whose sockets it polls
   */
  public ZPoller(ItemCreator creator, ZContext context) {
    this(creator, new PollSet(null));
    Objects.requireNonNull(context, "context");
  }

  private ZPoller(ItemCreator creator, PollSet set) {
    this.creator = Objects.requireNonNull(creator, "creator");
    this.set = set;
  }

  // --- What to wait for

  /**
   * Makes the item for a socket.
   *
   * @param socket what to poll
   * @param handler what to call, or null
   * @param events what to poll for
   * @return the item
   */
  protected ItemHolder create(ZMQ.Socket socket, @Nullable EventsHandler handler, int events) {
    return creator.create(Objects.requireNonNull(socket, "socket"), handler, events);
  }

  /**
   * Makes the item for a channel.
   *
   * @param channel what to poll
   * @param handler what to call, or null
   * @param events what to poll for
   * @return the item
   */
  protected ItemHolder create(
      SelectableChannel channel, @Nullable EventsHandler handler, int events) {
    return creator.create(Objects.requireNonNull(channel, "channel"), handler, events);
  }

  /**
   * Sets what is called for items without a handler of their own.
   *
   * @param globalHandler what to call, or null
   */
  public void setGlobalHandler(@Nullable EventsHandler globalHandler) {
    this.globalHandler = globalHandler;
  }

  /**
   * What is called for items without a handler of their own.
   *
   * @return what was set, or null
   */
  public @Nullable EventsHandler getGlobalHandler() {
    return globalHandler;
  }

  /**
   * Adds a socket.
   *
   * @param socket what to poll
   * @param handler what to call
   * @param events what to poll for
   * @return false if it was there with this handler
   */
  public final boolean register(
      ZMQ.Socket socket, BiFunction<ZMQ.Socket, Integer, Boolean> handler, int events) {
    return register(socket, new ComposeEventsHandler(handler, null), events);
  }

  /**
   * Adds a socket.
   *
   * @param socket what to poll; null does nothing
   * @param handler what to call, or null
   * @param events what to poll for
   * @return false if it was there with this handler, or is null
   */
  public final boolean register(
      ZMQ.@Nullable Socket socket, @Nullable EventsHandler handler, int events) {
    return socket != null && add(socket, create(socket, handler, events));
  }

  /**
   * Adds a socket, for all events.
   *
   * @param socket what to poll
   * @param handler what to call, or null
   * @return false if it was there with this handler
   */
  public final boolean register(ZMQ.Socket socket, @Nullable EventsHandler handler) {
    return register(socket, handler, ALL);
  }

  /**
   * Adds a socket with the global handler.
   *
   * @param socket what to poll
   * @param events what to poll for
   * @return false if it was there with this handler
   */
  public final boolean register(ZMQ.Socket socket, int events) {
    return register(socket, globalHandler, events);
  }

  /**
   * Adds a channel.
   *
   * @param channel what to poll
   * @param handler what to call
   * @param events what to poll for
   * @return false if it was there with this handler
   */
  public final boolean register(
      SelectableChannel channel,
      BiFunction<SelectableChannel, Integer, Boolean> handler,
      int events) {
    return register(channel, new ComposeEventsHandler(null, handler), events);
  }

  /**
   * Adds a channel.
   *
   * @param channel what to poll; null does nothing
   * @param handler what to call, or null
   * @param events what to poll for
   * @return false if it was there with this handler, or is null
   */
  public final boolean register(
      @Nullable SelectableChannel channel, @Nullable EventsHandler handler, int events) {
    return channel != null && add(channel, create(channel, handler, events));
  }

  /**
   * Adds a channel, for all events.
   *
   * @param channel what to poll
   * @param handler what to call, or null
   * @return false if it was there with this handler
   */
  public final boolean register(SelectableChannel channel, @Nullable EventsHandler handler) {
    return register(channel, handler, ALL);
  }

  /**
   * Adds a channel with the global handler.
   *
   * @param channel what to poll
   * @param events what to poll for
   * @return false if it was there with this handler
   */
  public final boolean register(SelectableChannel channel, int events) {
    return register(channel, globalHandler, events);
  }

  /**
   * Adds an item.
   *
   * @param item what to poll
   * @return false if it was there
   */
  public final boolean register(ItemHolder item) {
    return add(null, item);
  }

  /**
   * Adds an item.
   *
   * @param socketOrChannel what is polled; null to ask the item
   * @param holder the item
   * @return false if it was there
   */
  protected boolean add(@Nullable Object socketOrChannel, ItemHolder holder) {
    Object key = socketOrChannel == null ? keyOf(holder) : socketOrChannel;
    return holders.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(holder);
  }

  private static Object keyOf(ItemHolder holder) {
    ZMQ.Socket socket = holder.socket();
    Object key = socket == null ? holder.item().getRawSocket() : socket;
    if (key == null) {
      throw new IllegalArgumentException("an item needs a socket or a channel: " + holder);
    }
    return key;
  }

  /**
   * Takes a socket or a channel out.
   *
   * @param socketOrChannel what to poll no more
   * @return false if it was not there
   */
  public final boolean unregister(@Nullable Object socketOrChannel) {
    return socketOrChannel != null && holders.remove(socketOrChannel) != null;
  }

  /**
   * How many sockets and channels there are.
   *
   * @return zero or more
   */
  public int registered() {
    return holders.size();
  }

  /**
   * The items of a socket or channel.
   *
   * @param socketOrChannel which
   * @return its items
   */
  protected Iterable<ItemHolder> items(@Nullable Object socketOrChannel) {
    Set<ItemHolder> found = socketOrChannel == null ? null : holders.get(socketOrChannel);
    return found == null ? List.of() : List.copyOf(found);
  }

  /**
   * All items.
   *
   * @return a snapshot
   */
  protected Collection<ItemHolder> items() {
    List<ItemHolder> all = new ArrayList<>();
    holders.values().forEach(all::addAll);
    return all;
  }

  // --- Polls

  /**
   * Waits until something is ready, for a limited time, and calls the handlers of what is. Switches
   * unless something is ready.
   *
   * @param timeout milliseconds; -1 for ever, 0 only looks
   * @return how many sockets and channels are ready; -1 if a handler said false, the context ends
   *     or a socket is closed
   */
  public int poll(long timeout) {
    return poll(timeout, true);
  }

  /**
   * Waits until something is ready, for a limited time. Switches unless something is ready.
   *
   * @param timeout milliseconds; -1 for ever, 0 only looks
   * @param dispatchEvents whether to call the handlers
   * @return as {@link #poll(long)}
   */
  protected int poll(long timeout, boolean dispatchEvents) {
    Collection<ItemHolder> polled = items();
    List<ZMQ.PollItem> items = new ArrayList<>(polled.size());
    polled.forEach(holder -> items.add(holder.item()));
    if (set.poll(items, timeout) < 0) {
      return -1;
    }
    int ready = 0;
    for (Object key : holders.keySet()) {
      if (readyOps(key) != 0) {
        ready++;
      }
    }
    return !dispatchEvents || dispatch(polled) ? ready : -1;
  }

  /**
   * Calls the handlers of what the last poll has found.
   *
   * @return false if a handler said so
   */
  public boolean dispatch() {
    return dispatch(items());
  }

  /**
   * Calls the handlers of those items that are ready.
   *
   * @param all the items
   * @return false if a handler said so
   */
  protected boolean dispatch(Collection<? extends ItemHolder> all) {
    for (ItemHolder holder : all) {
      int events = holder.item().readyOps();
      if (events != 0 && !called(holder, events)) {
        return false;
      }
    }
    return true;
  }

  private boolean called(ItemHolder holder, int events) {
    EventsHandler own = holder.handler();
    EventsHandler handler = own == null ? globalHandler : own;
    if (handler == null) {
      return true;
    }
    ZMQ.Socket socket = holder.socket();
    if (socket != null) {
      return handler.events(socket, events);
    }
    SelectableChannel channel = holder.item().getRawSocket();
    return channel == null || handler.events(channel, events);
  }

  @Override
  int readyOps(@Nullable Object socketOrChannel) {
    int ready = 0;
    for (ItemHolder holder : items(socketOrChannel)) {
      ready |= holder.item().readyOps();
    }
    return ready;
  }

  /** Closes this poller; see {@link #close}. */
  public void destroy() {
    set.close();
  }

  /** Leaves the sockets and channels, which stay open. */
  @Override
  public void close() {
    destroy();
  }
}

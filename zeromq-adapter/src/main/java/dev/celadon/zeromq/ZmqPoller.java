package dev.celadon.zeromq;

import dev.celadon.hub.Awaited;
import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Hub;
import dev.celadon.hub.Strand;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import zmq.ZError;
import zmq.ZMQ;

/**
 * Waits for the first of several ZeroMQ sockets, channels, and things of the hub such as events and
 * queues. {@code zmq.green.Poller}, and JeroMQ's.
 *
 * <pre>{@code
 * try (ZmqPoller poller = ZmqPoller.open()) {
 *   ZmqPoller.Item tasks = poller.add(receiver, ZmqPoller.POLLIN);
 *   ZmqPoller.Item weather = poller.add(subscriber, ZmqPoller.POLLIN);
 *   ZmqPoller.Item enough = poller.add(stop);
 *   while (!enough.isReadable()) {
 *     poller.poll();
 *     if (tasks.isReadable()) {
 *       work(receiver.recv());
 *     }
 *     if (weather.isReadable()) {
 *       update(subscriber.recv());
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p><b>What is ready.</b> A poll tells what is so now, not what has changed: a socket with a
 * message is reported by each poll until somebody takes it. A poller takes nothing itself.
 * Greenlets that wait in a receive or a send of the same socket come first: a socket is readable if
 * there is a message that nobody waits for, and writable if there is room that nobody waits for.
 *
 * <p><b>The end of a socket.</b> A socket that is closed, or whose context ends, and a channel that
 * is closed, end every poll until they are taken out: with a {@link ZmqClosedException} if it was
 * added without {@link #POLLERR}, else it is reported, see {@link Item#isClosed}. So no poll sleeps
 * over it.
 *
 * <p><b>Costs.</b> A poll costs work for what is ready or was so the last time, not for all. What
 * is always ready lets the others of the hub have a turn after {@value #POLLS_PER_TURN} polls.
 *
 * <p>What is added may stand in several pollers, and several times in one. One party at a time may
 * wait in a poller; others may add, change and take out meanwhile. An end of a poll by a kill, a
 * timeout or an interrupt leaves nothing behind with the sockets; {@link #close} neither.
 *
 * <p>Confined to its hub.
 */
public final class ZmqPoller implements Awaited, AutoCloseable {
  /*
   * Each item stands with its source, as a waiter for one event, until it is told. Then it is a candidate: the next collection
   * asks the source again, and reports the item if it is ready, or lets it stand with the source once more. What was reported
   * stays a candidate. So nothing is asked but candidates, and a source that was told about in vain, because another greenlet was
   * faster, costs one question.
   *
   * Between a collection that found nothing and the wait there is no switch, and whatever becomes a candidate during the wait ends
   * it. Things of the hub may be told about on any thread; that is handed to the hub first, so all state here is the hub's.
   */

  /** Something can be received, accepted or connected to; or an event is there. */
  public static final int POLLIN = ZMQ.ZMQ_POLLIN;

  /** There is room to send something. */
  public static final int POLLOUT = ZMQ.ZMQ_POLLOUT;

  /** The end of a socket or channel is reported, and is no exception. */
  public static final int POLLERR = ZMQ.ZMQ_POLLERR;

  private static final int ALL = POLLIN | POLLOUT | POLLERR;

  /** So many polls in a row that find something at once, then the others of the hub have a turn. */
  private static final int POLLS_PER_TURN = 100;

  private final Hub hub;
  private final Set<Item> items = new LinkedHashSet<>();
  private final ArrayDeque<Item> candidates = new ArrayDeque<>();

  /** What the last poll has found. */
  private List<Item> found = List.of();

  private @Nullable Waiter parked;
  private int polls;
  private boolean isBusy;
  private boolean isClosed;

  private ZmqPoller(Hub hub) {
    this.hub = hub;
  }

  /**
   * Makes a poller of the calling greenlet's or thread's hub. Never switches.
   *
   * @return a poller that has nothing to wait for yet
   */
  public static ZmqPoller open() {
    return new ZmqPoller(Hub.current());
  }

  // --- What to wait for

  /**
   * Adds a socket. Never switches.
   *
   * @param socket of this hub
   * @param events any of {@link #POLLIN}, {@link #POLLOUT} and {@link #POLLERR}; none of the first
   *     two waits for its end alone
   * @return its place here
   * @throws IllegalArgumentException if the socket is of another hub, or there are no such events
   * @throws ZmqClosedException if the poller is closed
   */
  public Item add(ZmqSocket socket, int events) {
    enter("add a socket");
    if (socket.context().hub() != hub) {
      throw new IllegalArgumentException(
          socket + " belongs to " + socket.context().hub() + ": use a poller of that hub");
    }
    return added(new Item(this, new SocketSource(socket), events));
  }

  /**
   * Adds a channel. Never switches.
   *
   * @param channel in non-blocking mode
   * @param events any of {@link #POLLIN}, which includes that it accepts or has reached its end,
   *     {@link #POLLOUT}, which includes that its connection stands, and {@link #POLLERR}
   * @return its place here
   * @throws IllegalArgumentException if such a channel is never read from, or never written to, or
   *     there are no such events
   * @throws ZmqClosedException if the poller is closed
   */
  public Item add(SelectableChannel channel, int events) {
    enter("add a channel");
    return added(new Item(this, new ChannelSource(channel), events));
  }

  /**
   * Adds something of the hub: an event, a queue, a greenlet, a result. It is reported as readable
   * while it is ready. Never switches.
   *
   * @param thing what may become ready; its answers must not switch
   * @return its place here
   * @throws ZmqClosedException if the poller is closed
   */
  public Item add(Waitable thing) {
    enter("add something");
    return added(new Item(this, new ThingSource(thing), POLLIN));
  }

  private Item added(Item item) {
    items.add(item);
    candidate(item);
    return item;
  }

  /**
   * What is waited for here, in the order in which it was added.
   *
   * @return a snapshot
   */
  public List<Item> items() {
    return List.copyOf(items);
  }

  /**
   * Something to wait for, and what the last poll has found out about it.
   *
   * <p>Confined to its hub.
   */
  public static final class Item {

    private final ZmqPoller poller;
    private final PollSource source;
    private final List<PollTrigger> triggers = new ArrayList<>(2);
    private int interest;
    private int events;
    private boolean isRemoved;
    private boolean isCandidate;

    private Item(ZmqPoller poller, PollSource source, int events) {
      this.poller = poller;
      this.source = source;
      setInterest(events);
    }

    /**
     * What was added.
     *
     * @return a {@link ZmqSocket}, a {@link SelectableChannel}, or a {@link Waitable}
     */
    public Object subject() {
      return source.subject();
    }

    /**
     * The events that are waited for.
     *
     * @return any of {@link #POLLIN}, {@link #POLLOUT} and {@link #POLLERR}
     */
    public int interest() {
      return interest;
    }

    /**
     * Waits for other events from the next poll on, and from now on if a poll waits. Never
     * switches.
     *
     * @param events as they were given when this was added; a thing of the hub has {@link #POLLIN},
     *     or nothing
     * @throws IllegalArgumentException if there are no such events
     */
    public void interest(int events) {
      poller.requireHub();
      if (events != interest) {
        setInterest(events);
        this.events &= events | POLLERR;
        if (!isRemoved) {
          poller.candidate(this);
        }
      }
    }

    private void setInterest(int wanted) {
      if ((wanted & ~ALL) != 0) {
        throw new IllegalArgumentException(
            "events are " + wanted + ": give a sum of POLLIN, POLLOUT and POLLERR");
      }
      List<PollTrigger> fresh = source.triggers(this, wanted);
      disarm();
      triggers.clear();
      triggers.addAll(fresh);
      interest = wanted;
    }

    /**
     * What the last poll has found here.
     *
     * @return any of {@link #POLLIN} and {@link #POLLOUT}; {@link #POLLERR} alone if it is closed;
     *     0 if nothing
     */
    public int events() {
      return events;
    }

    /**
     * Whether the last poll has found something to receive, or the event.
     *
     * @return true if {@link #events} has {@link #POLLIN}
     */
    public boolean isReadable() {
      return (events & POLLIN) != 0;
    }

    /**
     * Whether the last poll has found room to send.
     *
     * @return true if {@link #events} has {@link #POLLOUT}
     */
    public boolean isWritable() {
      return (events & POLLOUT) != 0;
    }

    /**
     * Whether the last poll has found it closed, or about to be.
     *
     * @return true if {@link #events} is {@link #POLLERR}
     */
    public boolean isClosed() {
      return (events & POLLERR) != 0;
    }

    /** Takes it out of its poller. Does nothing the second time. Never switches. */
    public void remove() {
      poller.requireHub();
      if (!isRemoved) {
        isRemoved = true;
        events = 0;
        disarm();
        poller.items.remove(this);
      }
    }

    /** Looks, and lets those triggers stand with their sources that are not ready. */
    private void look() {
      if (source.isOver()) {
        events = POLLERR;
        return;
      }
      int now = (interest & POLLIN) != 0 && source.hasRest() ? POLLIN : 0;
      for (PollTrigger trigger : triggers) {
        now |= trigger.look();
      }
      events = now;
    }

    private void disarm() {
      triggers.forEach(PollTrigger::disarm);
    }

    private boolean isUnexpectedlyClosed() {
      return isClosed() && (interest & POLLERR) == 0;
    }

    /** A trigger's call, on any thread: something has happened. */
    void told() {
      if (poller.hub.inHub()) {
        poller.candidate(this);
      } else {
        boolean _ = poller.hub.submit(() -> poller.candidate(this)); // else nobody polls any more
      }
    }

    @Override
    public String toString() {
      return source.subject() + (events == 0 ? "" : ", events " + events);
    }
  }

  // --- Polls

  /**
   * Waits until something is ready. Switches unless it is so already.
   *
   * @return what is ready: one item at least, first come, first; another greenlet may have changed
   *     that already when you come to it, unless there was no switch in between
   * @throws ZmqClosedException if one that was added without {@link #POLLERR} is closed, or the
   *     poller is, before or meanwhile
   * @throws IllegalStateException if somebody polls here already
   * @throws BlockingSwitchOut in a callback of the hub
   */
  public List<Item> poll() {
    return poll(Long.MAX_VALUE);
  }

  /**
   * Waits until something is ready, for a limited time. Switches unless it is so already.
   *
   * @param timeout how long to wait at most; zero or negative looks, and if nothing is ready, gives
   *     everybody else a turn and looks again
   * @return what is ready, as {@link #poll()} has it; nothing if time was over first
   * @throws ZmqClosedException if one that was added without {@link #POLLERR} is closed, or the
   *     poller is, before or meanwhile
   * @throws IllegalStateException if somebody polls here already
   * @throws BlockingSwitchOut in a callback of the hub
   */
  public List<Item> poll(Duration timeout) {
    return poll(Clock.waitNanos(timeout));
  }

  private List<Item> poll(long nanos) {
    enter("poll");
    if (hub.inLane()) {
      throw new BlockingSwitchOut(
          "a callback or coroutine of " + hub + " must not poll: spawn a greenlet for what waits");
    }
    if (isBusy) {
      throw new IllegalStateException(
          "a greenlet waits in this ZmqPoller already: give each its own, which may have the same"
              + " sockets");
    }
    isBusy = true;
    boolean ended = false;
    try {
      List<Item> ready = pollAlone(nanos);
      ended = true;
      return ready;
    } finally {
      isBusy = false;
      if (!ended) {
        leaveNothingBehind();
      }
    }
  }

  private List<Item> pollAlone(long nanos) {
    yieldIfDue();
    forgetFound();
    List<Item> ready = collect();
    if (!ready.isEmpty()) {
      polls++;
      return ready;
    }
    polls = 0;
    if (nanos <= 0) {
      Strand.current().yieldNow();
      return collect();
    }
    long begin = hub.loop().nanoTime();
    long left = nanos;
    while (ready.isEmpty() && left > 0) {
      park(left);
      ready = collect();
      left = nanos == Long.MAX_VALUE ? nanos : nanos - (hub.loop().nanoTime() - begin);
    }
    return ready;
  }

  private void yieldIfDue() {
    if (polls >= POLLS_PER_TURN) {
      polls = 0;
      Strand.current().yieldNow();
    }
  }

  private void park(long nanos) {
    Waiter waiter = Waiter.current();
    waiter.carry(this);
    parked = waiter;
    try {
      boolean _ = waiter.await(nanos);
    } finally {
      parked = null;
    }
  }

  /** What the last poll has found is to be asked again, behind what has come since. */
  private void forgetFound() {
    List<Item> last = found;
    found = List.of();
    for (int i = 0; i < last.size(); i++) {
      Item item = last.get(i);
      item.events = 0;
      candidate(item);
    }
  }

  private List<Item> collect() {
    if (isClosed) {
      throw closed("poll");
    }
    if (candidates.isEmpty()) {
      return List.of();
    }
    List<Item> ready = new ArrayList<>();
    Item gone = null;
    for (Item item = candidates.poll(); item != null; item = candidates.poll()) {
      item.isCandidate = false;
      if (item.isRemoved) {
        continue;
      }
      item.look();
      if (item.events != 0) {
        ready.add(item);
        gone = gone == null && item.isUnexpectedlyClosed() ? item : gone;
      }
    }
    found = ready;
    if (gone != null) {
      throw new ZmqClosedException(
          ZError.ENOTSOCK,
          "cannot poll: "
              + gone.subject()
              + " is closed; take it out first, or add it with POLLERR to have that reported",
          null);
    }
    return ready.isEmpty() ? List.of() : List.copyOf(ready);
  }

  /** The next collection asks this item; a poll that waits makes one. */
  private void candidate(Item item) {
    if (item.isCandidate || item.isRemoved) {
      return;
    }
    item.isCandidate = true;
    candidates.add(item);
    wake();
  }

  private void wake() {
    Waiter waiter = parked;
    if (waiter != null && waiter.grant(null)) {
      parked = null;
      waiter.wake();
    }
  }

  /** A poll was ended from outside, and perhaps there is no other. */
  private void leaveNothingBehind() {
    for (Item item : items) {
      item.disarm();
      candidate(item);
    }
  }

  // --- Doors

  private void enter(String operation) {
    requireHub();
    if (isClosed) {
      throw closed(operation);
    }
  }

  private static ZmqClosedException closed(String operation) {
    return new ZmqClosedException(
        ZError.ENOTSOCK, "cannot " + operation + ": this ZmqPoller is closed", null);
  }

  private void requireHub() {
    if (!hub.inHub()) {
      throw new WrongThreadException(
          "this ZmqPoller belongs to "
              + hub
              + ", and "
              + Thread.currentThread()
              + " is not one of its greenlets: open another one there");
    }
  }

  /**
   * Takes everything out; whoever polls gets a {@link ZmqClosedException}. The sockets and channels
   * stay open. Does nothing the second time. Never switches.
   */
  @Override
  public void close() {
    requireHub();
    isClosed = true;
    for (Item item : items()) {
      item.remove();
    }
    candidates.clear();
    found = List.of();
    wake();
  }

  @Override
  public String toString() {
    return "one of " + items.size() + " things of a ZmqPoller";
  }
}

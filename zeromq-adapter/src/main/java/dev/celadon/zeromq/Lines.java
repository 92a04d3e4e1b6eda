package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import dev.celadon.hub.Strand;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import zmq.ZError;
import zmq.ZMQ;

/**
 * Those who wait to receive from a socket and to send to it, first come, first served, and who
 * serves them.
 *
 * <p>Confined to its hub.
 */
final class Lines {
  /*
   * What JeroMQ offers is non-blocking operations, and a bell that rings when a command has come: a message, room for one, a new peer.
   * The bell says "look again", not "readable"; and every operation consumes it, whatever it found. From this follow the rules:
   *
   *   1. Try first, and ask the bell only when there is nothing to do.
   *   2. A wait ends by a successful operation, done on behalf of the waiter at the head of the line by whoever notices: the bell, a
   *      worker of JeroMQ on this hub, or another greenlet whose operation has consumed the bell.
   *   3. So every operation that may have processed commands looks after those who wait, in both directions.
   *   4. Nobody believes in POLLIN or POLLOUT: a ROUTER is always writable, and still a full peer may make it wait.
   *   5. The operation comes before the grant, both without a switch in between. A message that finds nobody to take it goes to
   *      `putBack`, and is the next to be received.
   *   6. Who only looks is told after the others are served: a message that is gone already is not worth a look.
   *
   * All waiters end on the hub, except callback waiters, which may be cancelled anywhere; so the queues are confined to the hub and
   * need no lock here.
   */

  /** So many operations in a row, then the others of the hub have a turn. */
  static final int OPERATIONS_PER_TURN = 100;

  /** So many waiters are served at once, then the others of the hub have a turn. */
  private static final int SERVED_PER_TURN = 256;

  private final ZmqContext context;
  private final Hub hub;
  private final Engine engine;
  private final ZmqSocket socket;
  private final RawSocket raw;
  private final Traffic traffic;
  private final Attachments attachments;
  private final Door door;
  private final Counters counters;
  private final WaitQueue receivers;
  private final WaitQueue senders;
  private final Lookers lookers;
  private final Bell bell;

  private int operations;

  /** In {@link #serveWaiters}; whoever is served cannot start it anew. */
  private boolean isServing;

  /** In {@link #tellLookers}. */
  private boolean isTelling;

  /** The heads of the lines at the last {@link #catchUp}. */
  private List<Waiter> heads = List.of();

  /** Stands in the context's list of sockets for which somebody waits. */
  private boolean isWaiting;

  Lines(
      ZmqContext context,
      ZmqSocket socket,
      RawSocket raw,
      Attachments attachments,
      Door door,
      Counters counters) {
    this.context = context;
    this.hub = context.hub();
    this.engine = context.engine();
    this.traffic = new Traffic(engine, raw, counters);
    this.socket = socket;
    this.raw = raw;
    this.attachments = attachments;
    this.door = door;
    this.counters = counters;
    this.receivers = new WaitQueue(new Wish(socket, "for a message"));
    this.senders = new WaitQueue(new Wish(socket, "to send"));
    this.lookers = new Lookers(socket);
    this.bell = engine.bell(raw.base(), this::rung);
  }

  // --- Greenlets

  /** Sends; true, or an exception. */
  boolean send(ZmqMessage message, long nanos) {
    if (trySend(message)) {
      return true;
    }
    Waiter waiter = Waiter.current();
    waiter.carry(message);
    boolean sent = lineUp(senders, waiter, nanos, "send");
    if (!sent) {
      door.enter("send"); // it may have been closed since time was over
    }
    if (!sent && !trySend(message)) {
      throw new ZmqTimeoutException(
          "could not send within "
              + Duration.ofNanos(nanos)
              + " on "
              + socket
              + ": no peer has room; connect one, wait longer, or raise the high-water marks");
    }
    return true;
  }

  /** False if there is no room now, or others wait for it. */
  boolean trySend(ZmqMessage message) {
    if (areAhead(senders)) {
      return false;
    }
    boolean sent = traffic.put(message);
    if (sent) {
      operations++;
    }
    afterCommands();
    return sent;
  }

  boolean sendOrDrop(ZmqMessage message) {
    boolean sent = trySend(message);
    if (!sent) {
      counters.dropped++;
    }
    return sent;
  }

  ZmqMessage receive(long nanos) {
    ZmqMessage message = receiveOrNull(nanos);
    if (message == null) {
      throw new ZmqTimeoutException(
          "nothing to receive within " + Duration.ofNanos(nanos) + " on " + socket);
    }
    return message;
  }

  /** Null if there is nothing in time. */
  @Nullable ZmqMessage receiveOrNull(long nanos) {
    yieldIfDue("receive");
    ZmqMessage message = tryReceive();
    if (message != null) {
      return message;
    }
    Waiter waiter = Waiter.current();
    if (lineUp(receivers, waiter, nanos, "receive")) {
      return granted(waiter);
    }
    door.enter("receive"); // it may have been closed since time was over
    return tryReceive();
  }

  private static ZmqMessage granted(Waiter waiter) {
    if (waiter.value() instanceof ZmqMessage message) {
      return message;
    }
    throw new AssertionError("bug in Celadon, please report: granted without a message");
  }

  /**
   * Whether others come first. They may all be served by this very look; then nobody has seen yet
   * that nothing is left, and who comes now must look for himself before he waits.
   */
  private boolean areAhead(WaitQueue line) {
    if (line.first() == null) {
      return false;
    }
    boolean _ = serve();
    return line.first() != null;
  }

  /** Null if there is nothing now, or others wait for it. */
  @Nullable ZmqMessage tryReceive() {
    if (areAhead(receivers)) {
      return null;
    }
    ZmqMessage message = traffic.take();
    if (message != null) {
      operations++;
    }
    afterCommands();
    return message;
  }

  /** A message that was received, and those that are there behind it. */
  List<ZmqMessage> withFollowers(ZmqMessage first, int max) {
    List<ZmqMessage> all = new ArrayList<>();
    all.add(first);
    if (door.isClosed()) {
      return all; // since the first one was granted
    }
    try {
      int _ = drainTo(all, max - 1);
    } catch (ZmqException e) {
      return all; // what was received belongs to the caller, and the next receive throws
    }
    return all;
  }

  int drainTo(Collection<? super ZmqMessage> into, int max) {
    if (areAhead(receivers)) {
      return 0;
    }
    int count = 0;
    try {
      while (count < max) {
        ZmqMessage message = traffic.take();
        if (message == null) {
          break;
        }
        addTo(into, message);
        count++;
      }
    } finally {
      operations += count;
      afterCommands();
    }
    return count;
  }

  private void addTo(Collection<? super ZmqMessage> into, ZmqMessage message) {
    boolean isTaken = false;
    try {
      boolean _ = into.add(message);
      isTaken = true;
    } finally {
      if (!isTaken) {
        traffic.putBack(message);
      }
    }
  }

  /** Waits until one of {@code ZMQ_POLLIN} and {@code ZMQ_POLLOUT} is there; false if it is not. */
  boolean look(int event, long nanos) {
    yieldIfDue("poll");
    if (isThere(event)) {
      operations++;
      return true;
    }
    if (lineUp(lookers.line(event), Waiter.current(), nanos, "poll")) {
      return true;
    }
    door.enter("poll"); // it may have been closed since time was over
    return isThere(event);
  }

  private boolean isThere(int event) {
    boolean isThere = (events() & event) != 0;
    afterCommands();
    return isThere;
  }

  /**
   * Waits at the end of the line; false if time was over first.
   *
   * <p>It looks once more, in line and with the bell armed: since the caller's own look others may
   * have been served, and have consumed the command that was for him.
   */
  private boolean lineUp(WaitQueue line, Waiter waiter, long nanos, String operation) {
    if (nanos <= 0) {
      return false;
    }
    operations = 0;
    counters.parks++;
    line.add(waiter);
    startWaiting();
    try {
      boolean _ = serve();
      return waiter.await(nanos);
    } catch (ZmqException failure) {
      throw failure.inWaiter(operation);
    } finally {
      line.forget(waiter);
    }
  }

  /**
   * After many operations in a row; before the next one, so that an exception that arrives here
   * loses no message.
   */
  void yieldIfDue(String operation) {
    if (operations < OPERATIONS_PER_TURN) {
      return;
    }
    operations = 0;
    Strand.current().yieldNow();
    door.enter(operation);
  }

  // --- Callbacks

  void receiveAsync(Waiter waiter) {
    receivers.add(waiter);
    serveOrWait();
  }

  /** Lines up a {@link ZmqMessage} or a {@link Handed} one. */
  void sendAsync(Waiter waiter, Object message) {
    waiter.carry(message);
    senders.add(waiter);
    serveOrWait();
  }

  private void serveOrWait() {
    counters.parks++;
    startWaiting();
    boolean _ = serve();
  }

  void forget(Handed handed) {
    Waiter place = handed.place();
    if (place != null && place.cancel()) {
      senders.forget(place);
    }
  }

  void forget(Waiter waiter) {
    receivers.forget(waiter);
    senders.forget(waiter);
    lookers.forget(waiter);
  }

  /** Tells a waiter once of an event, of which there is none now; or with 0, of the end. */
  void look(Waiter waiter, int event) {
    lookers.line(event).add(waiter);
    if (event != 0) {
      startWaiting();
      boolean _ = serve(); // as in lineUp
    }
  }

  /** How many only look. */
  int looking() {
    return lookers.waiting();
  }

  void putBack(ZmqMessage message) {
    traffic.putBack(message);
    boolean _ = serve();
  }

  /** See {@link ZmqSocket#listen}. */
  Runnable listen(int interest, Runnable call) {
    Runnable end = lookers.listen(interest, call);
    startWaiting();
    return end;
  }

  // --- The bell

  private void startWaiting() {
    if (!isWaiting) {
      isWaiting = true;
      context.waiting().add(socket);
    }
    bell.arm();
  }

  private void rung() {
    if (isServing || isTelling) {
      hub.runCallback(this::rung); // by what a callback has done: nobody can be served here and now
      return;
    }
    boolean served = serveWaiters();
    boolean progress = tellLookers() || served;
    counters.wakes++;
    if (!progress) {
      counters.spuriousWakes++;
    }
    if (!door.isClosed() && isWanted()) {
      bell.armAgain(progress);
    }
  }

  private boolean isWanted() {
    return receivers.first() != null || senders.first() != null || !lookers.isEmpty();
  }

  /** The context's question, after a look at this socket: whether to look again. */
  boolean staysWaiting() {
    isWaiting = !door.isClosed() && isWanted();
    return isWaiting;
  }

  /**
   * The context's call, now and then: looks for somebody who waits since the last call, or longer.
   *
   * @return true if there was something for them that they should have been told of
   */
  boolean catchUp() {
    List<Waiter> now = new ArrayList<>();
    addFirst(receivers, now);
    addFirst(senders, now);
    addFirst(lookers.line(ZMQ.ZMQ_POLLIN), now);
    addFirst(lookers.line(ZMQ.ZMQ_POLLOUT), now);
    List<Waiter> waitedLong = new ArrayList<>(now);
    waitedLong.retainAll(heads);
    heads = now;
    if (waitedLong.isEmpty() && !lookers.hasListeners()) {
      return false;
    }
    boolean _ = serve();
    return waitedLong.stream().anyMatch(waiter -> !waiter.isWaiting());
  }

  private static void addFirst(WaitQueue line, List<Waiter> heads) {
    Waiter first = line.first();
    if (first != null) {
      heads.add(first);
    }
  }

  // --- Serving

  /** An operation may have consumed the bell: whoever waits must not miss what it announced. */
  void afterCommands() {
    if (!receivers.isEmpty() || !senders.isEmpty() || !lookers.isEmpty()) {
      boolean _ = serve();
    }
    engine.look(attachments.hasInproc());
  }

  /**
   * Does what can be done for those who wait, and tells those who look; false if it did nothing.
   * Never switches.
   */
  boolean serve() {
    boolean progress = serveWaiters();
    boolean _ = tellLookers();
    return progress;
  }

  private boolean serveWaiters() {
    if (isServing || door.isClosed()) {
      return false;
    }
    isServing = true;
    int served = 0;
    try {
      boolean progress = true;
      while (progress && served < SERVED_PER_TURN) {
        boolean received = serveReceiver();
        progress = serveSender() || received;
        if (progress) {
          served++;
        }
      }
    } finally {
      isServing = false;
    }
    if (served >= SERVED_PER_TURN) {
      hub.runCallback(this::rung);
    }
    return served > 0;
  }

  private boolean serveReceiver() {
    Waiter waiter = receivers.first();
    if (waiter == null) {
      return false;
    }
    ZmqMessage message;
    try {
      message = traffic.take();
    } catch (ZmqException e) {
      return !isOutOfTurn(e) && fail(receivers, waiter, e);
    }
    if (message == null) {
      return false;
    }
    Waiter granted = receivers.grantFirst(message);
    if (granted == null) {
      traffic.putBack(message);
      return false;
    }
    granted.wake();
    return true;
  }

  /** A REQ or REP whose turn it is not: another greenlet's operation will change that. */
  private static boolean isOutOfTurn(ZmqException e) {
    return e.errno() == ZError.EFSM;
  }

  private boolean serveSender() {
    Waiter waiter = senders.first();
    if (waiter == null) {
      return false;
    }
    try {
      if (!traffic.putFor(waiter)) {
        return false;
      }
    } catch (ZmqException e) {
      return !isOutOfTurn(e) && fail(senders, waiter, e);
    }
    senders.remove(waiter);
    if (waiter.grant(null)) {
      waiter.wake();
    }
    return true;
  }

  /** False if there was nothing to tell anybody. */
  private boolean tellLookers() {
    if (lookers.isEmpty() || isTelling || isServing || door.isClosed()) {
      return false; // whoever is at it tells them at its end
    }
    isTelling = true;
    try {
      return lookers.tell(events());
    } catch (ZmqException e) {
      lookers.end(() -> e);
      return true;
    } finally {
      isTelling = false;
    }
  }

  /**
   * What can be done by somebody who comes now: any of {@code ZMQ_POLLIN} and {@code ZMQ_POLLOUT}.
   */
  int events() {
    int events = raw.events();
    while (isAwaited(events) && serveWaiters()) {
      events = raw.events();
    }
    if (traffic.hasPutBack()) {
      events |= ZMQ.ZMQ_POLLIN;
    }
    if (receivers.first() != null) {
      events &= ~ZMQ.ZMQ_POLLIN;
    }
    if (senders.first() != null) {
      events &= ~ZMQ.ZMQ_POLLOUT;
    }
    return events;
  }

  private boolean isAwaited(int events) {
    return ((events & ZMQ.ZMQ_POLLIN) != 0 && receivers.first() != null)
        || ((events & ZMQ.ZMQ_POLLOUT) != 0 && senders.first() != null);
  }

  ZmqSocketMetrics metrics() {
    return counters.snapshot(receivers.size(), senders.size(), lookers.waiting());
  }

  // --- The end

  /** Ends every wait. */
  void end(Supplier<? extends Throwable> receiving, Supplier<? extends Throwable> sending) {
    failAll(receivers, receiving);
    failAll(senders, sending);
    lookers.end(receiving);
  }

  /** After {@link #end}, and before the socket itself is closed. */
  void close() {
    traffic.clear();
    bell.close();
  }

  /** Whether JeroMQ has let go of the socket after {@link #close}. */
  boolean isGone() {
    return bell.isGone();
  }

  private static boolean fail(WaitQueue line, Waiter waiter, Throwable failure) {
    line.remove(waiter);
    if (waiter.fail(failure)) {
      waiter.wake();
    }
    return true;
  }

  static void failAll(WaitQueue line, Supplier<? extends Throwable> failure) {
    for (Waiter waiter = line.first(); waiter != null; waiter = line.first()) {
      boolean _ = fail(line, waiter, failure.get());
    }
  }
}

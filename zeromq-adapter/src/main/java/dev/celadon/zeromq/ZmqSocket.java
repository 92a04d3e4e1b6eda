package dev.celadon.zeromq;

import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import zmq.SocketBase;
import zmq.ZMQ;

/**
 * A ZeroMQ socket for greenlets. {@code zmq.green.Socket}, under the names of JeroMQ's. How it
 * sends is told in {@link ZmqSender}, how it receives in {@link ZmqReceiver}, whom it talks to in
 * {@link ZmqEndpoints} and {@link ZmqSubscriber}.
 *
 * <p><b>Waiting.</b> Any number of greenlets may wait to receive, and any number to send; each
 * direction serves them first come, first served, and nobody who comes later gets a message before
 * somebody who waits. Whole messages are sent and taken in one piece, also those of several frames.
 * A socket that always has something to do lets the others have a turn after {@value
 * Lines#OPERATIONS_PER_TURN} operations.
 *
 * <p><b>Ends of waits.</b> A kill, a timeout, an interrupt, or a cancelled coroutine takes its
 * party out of the line before a message is sent or taken for it; a message that was taken already
 * is delivered. So no message is lost or doubled. {@link #close} ends every wait with a {@link
 * ZmqClosedException}.
 *
 * <p><b>Frame by frame.</b> {@link #sendMore} keeps frames, for the calling greenlet, until its
 * next {@code send} adds the last one and sends them all. {@link #recv} of a message with several
 * frames returns the first and keeps the others for the calling greenlet's next receives, see
 * {@link #hasReceiveMore}. What a greenlet that ends leaves unfinished goes with it.
 *
 * <p>Confined to its hub: a call from elsewhere throws {@link WrongThreadException}, unless it says
 * otherwise.
 */
public final class ZmqSocket
    implements ZmqEndpoints, ZmqSubscriber, ZmqSender, ZmqReceiver, AutoCloseable {
  private final ZmqContext context;
  private final SocketType type;
  private final SocketOptions options = new SocketOptions(this);
  private final String madeAt;
  private final RawSocket raw;
  private final Connections connections;
  private final Attachments attachments;
  private final Door door;
  private final Counters counters = new Counters();
  private final Lines lines;
  private final Company company;
  private final Handover handover;
  private final FrameByFrame frames = new FrameByFrame();

  private long receiveTimeoutNanos = Long.MAX_VALUE;
  private long sendTimeoutNanos = Long.MAX_VALUE;

  ZmqSocket(ZmqContext context, SocketBase base, SocketType type) {
    this.context = context;
    this.type = type;
    this.raw = new RawSocket(base, this);
    this.connections = new Connections(base, this, context.handshakes());
    this.attachments = new Attachments(context, this, raw, connections);
    this.door = new Door(context, this);
    this.lines = new Lines(context, this, raw, attachments, door, counters);
    this.company = new Company(this, door, lines, connections);
    this.handover = new Handover(context, this, lines, door, counters);
    this.madeAt = Origin.of(ZmqSocket.class, ZmqContext.class);
  }

  // --- Endpoints

  @Override
  public String bind(String endpoint) {
    door.enter("bind");
    String bound = attachments.bind(endpoint);
    lines.afterCommands();
    return bound;
  }

  @Override
  public void connect(String endpoint) {
    door.enter("connect");
    attachments.connect(endpoint);
    lines.afterCommands();
  }

  @Override
  public int connectPeer(String endpoint) {
    door.enter("connect");
    int routingId = attachments.connectPeer(endpoint);
    lines.afterCommands();
    return routingId;
  }

  @Override
  public void unbind(String endpoint) {
    door.enter("unbind");
    attachments.unbind(endpoint);
    lines.afterCommands();
  }

  @Override
  public void disconnect(String endpoint) {
    door.enter("disconnect");
    attachments.disconnect(endpoint);
    lines.afterCommands();
  }

  @Override
  public String lastEndpoint() {
    door.enter("ask for the last endpoint");
    return attachments.last();
  }

  // --- Connections

  @Override
  public ZmqMonitor monitor(int capacity) {
    door.enter("monitor");
    return connections.monitor(capacity);
  }

  @Override
  public boolean awaitConnected(int peers, Duration timeout) {
    return company.awaitConnected(peers, nanos(timeout));
  }

  @Override
  public boolean awaitDisconnected(Duration timeout) {
    return company.awaitDisconnected(nanos(timeout));
  }

  @Override
  public List<ZmqPeer> peers() {
    door.enter("ask for the peers");
    return connections.peers();
  }

  @Override
  public ConnectionCounts connectionCounts() {
    door.enter("ask for the connections");
    return connections.counts();
  }

  @Override
  public void setEventHook(ZMQ.@Nullable EventConsummer listener, int events) {
    door.enter("listen to events");
    connections.install();
    connections.listen(listener, events);
  }

  // --- Facts and options

  /**
   * JeroMQ's socket behind this one, for reading and setting options that have no method here.
   * Whatever sends, receives or waits belongs to this class: called on the raw socket it passes by
   * those who wait, and may block the hub.
   *
   * @return the raw socket
   */
  public SocketBase base() {
    return raw.base();
  }

  /**
   * The context that made this socket.
   *
   * @return the context
   */
  public ZmqContext context() {
    return context;
  }

  /**
   * The messaging pattern of this socket.
   *
   * @return its type
   */
  public SocketType type() {
    return type;
  }

  /**
   * The options of this socket.
   *
   * @return a view
   */
  public SocketOptions options() {
    return options;
  }

  /**
   * Whether this socket is closed.
   *
   * @return true after {@link #close}
   */
  public boolean isClosed() {
    return door.isClosed();
  }

  /**
   * What this socket has done, and who waits for it. Still to be asked for when it is closed. Never
   * switches.
   *
   * @return a snapshot
   */
  public ZmqSocketMetrics metrics() {
    door.requireHub();
    return lines.metrics();
  }

  // --- Subscriptions

  @Override
  public ZmqSocket subscribe(byte[] prefix) {
    setOption(ZMQ.ZMQ_SUBSCRIBE, prefix);
    return this;
  }

  @Override
  public ZmqSocket unsubscribe(byte[] prefix) {
    setOption(ZMQ.ZMQ_UNSUBSCRIBE, prefix);
    return this;
  }

  @Override
  public ZmqSocket join(String group) {
    door.enter("join");
    raw.join(group);
    lines.afterCommands();
    return this;
  }

  @Override
  public ZmqSocket leave(String group) {
    door.enter("leave");
    raw.leave(group);
    lines.afterCommands();
    return this;
  }

  // --- Options

  @Nullable Object getOption(int option) {
    door.enter("get option " + option);
    return raw.option(option);
  }

  void setOption(int option, Object value) {
    door.enter("set option " + option);
    raw.option(option, value);
    lines.afterCommands();
  }

  void receiveTimeoutNanos(long nanos) {
    receiveTimeoutNanos = nanos;
  }

  void sendTimeoutNanos(long nanos) {
    sendTimeoutNanos = nanos;
  }

  // --- Sending

  @Override
  public void send(ZmqMessage message) {
    send(message, sendTimeoutNanos);
  }

  @Override
  public void send(ZmqMessage message, Duration timeout) {
    send(message, nanos(timeout));
  }

  private void send(ZmqMessage message, long nanos) {
    door.enterBlocking("send");
    lines.yieldIfDue("send");
    if (frames.hasUnsent()) {
      boolean _ = frames.finish(message, whole -> lines.send(whole, nanos));
    } else {
      boolean _ = lines.send(message, nanos);
    }
  }

  @Override
  public void sendMore(ZmqMessage begin) {
    door.enterBlocking("send");
    frames.keep(begin);
  }

  @Override
  public boolean trySend(ZmqMessage message) {
    door.enter("send");
    return frames.hasUnsent() ? frames.finish(message, lines::trySend) : lines.trySend(message);
  }

  @Override
  public boolean sendOrDrop(ZmqMessage message) {
    door.enter("send");
    return lines.sendOrDrop(frames.hasUnsent() ? frames.finished(message) : message);
  }

  @Override
  public boolean offerFromAnyThread(ZmqMessage message) {
    return handover.offer(message);
  }

  @Override
  public void sendFromAnyThread(ZmqMessage message, Duration timeout) {
    handover.send(message, nanos(timeout));
  }

  // --- Receiving

  @Override
  public ZmqMessage recvMessage() {
    return receive(receiveTimeoutNanos);
  }

  @Override
  public ZmqMessage recvMessage(Duration timeout) {
    return receive(nanos(timeout));
  }

  @Override
  public @Nullable ZmqMessage recvMessageOrNull(Duration timeout) {
    door.enterBlocking("receive");
    ZmqMessage rest = frames.rest();
    return rest != null ? rest : lines.receiveOrNull(nanos(timeout));
  }

  private ZmqMessage receive(long nanos) {
    door.enterBlocking("receive");
    ZmqMessage rest = frames.rest();
    return rest != null ? rest : lines.receive(nanos);
  }

  @Override
  public @Nullable ZmqMessage tryRecvMessage() {
    door.enter("receive");
    ZmqMessage rest = frames.rest();
    return rest != null ? rest : lines.tryReceive();
  }

  @Override
  public List<ZmqMessage> recvMany(int max) {
    return receiveMany(max, receiveTimeoutNanos);
  }

  @Override
  public List<ZmqMessage> recvMany(int max, Duration timeout) {
    return receiveMany(max, nanos(timeout));
  }

  private List<ZmqMessage> receiveMany(int max, long nanos) {
    if (max < 1) {
      throw new IllegalArgumentException("max must be at least 1: " + max);
    }
    return lines.withFollowers(receive(nanos), max);
  }

  @Override
  public int drainTo(Collection<? super ZmqMessage> into, int max) {
    door.enter("receive");
    return lines.drainTo(into, max);
  }

  @Override
  public ZmqMessage recvFrame() {
    return receiveFrame(receiveTimeoutNanos);
  }

  @Override
  public ZmqMessage recvFrame(Duration timeout) {
    return receiveFrame(nanos(timeout));
  }

  @Override
  public @Nullable ZmqMessage recvFrameOrNull(Duration timeout) {
    door.enterBlocking("receive");
    ZmqMessage next = frames.next();
    return next != null ? next : frames.firstOrNull(lines.receiveOrNull(nanos(timeout)));
  }

  private ZmqMessage receiveFrame(long nanos) {
    door.enterBlocking("receive");
    ZmqMessage next = frames.next();
    return next != null ? next : frames.first(lines.receive(nanos));
  }

  @Override
  public @Nullable ZmqMessage tryRecvFrame() {
    door.enter("receive");
    ZmqMessage next = frames.next();
    return next != null ? next : frames.firstOrNull(lines.tryReceive());
  }

  @Override
  public boolean hasReceiveMore() {
    door.requireHub();
    return frames.hasRest();
  }

  // --- Looking

  /**
   * What somebody who comes now could do at once. Never switches.
   *
   * @return any of {@link ZMQ#ZMQ_POLLIN} and {@link ZMQ#ZMQ_POLLOUT}; neither, where others wait
   * @throws ZmqClosedException if the socket is closed
   */
  public int events() {
    door.enter("poll");
    int events = lines.events();
    lines.afterCommands();
    return frames.hasRest() ? events | ZMQ.ZMQ_POLLIN : events;
  }

  @Override
  public boolean waitReadable(Duration timeout) {
    door.enterBlocking("poll");
    return frames.hasRest() || lines.look(ZMQ.ZMQ_POLLIN, nanos(timeout));
  }

  @Override
  public boolean waitWritable(Duration timeout) {
    door.enterBlocking("poll");
    return lines.look(ZMQ.ZMQ_POLLOUT, nanos(timeout));
  }

  /**
   * Calls back, on the hub, whenever the socket has been looked at and an event of interest is
   * there, again and again; and when it is closed. Ask {@link #events} then; it may be gone. What
   * is left after the call is told of at the next look, which may be far.
   *
   * <p>This looks at nothing by itself: ask {@link #events} after it, too.
   *
   * @param interest any of {@link ZMQ#ZMQ_POLLIN} and {@link ZMQ#ZMQ_POLLOUT}
   * @param call must neither switch nor throw
   * @return what ends it
   */
  Runnable listen(int interest, Runnable call) {
    door.enter("poll");
    return lines.listen(interest, call);
  }

  @Override
  public Waitable readable() {
    return new SocketReadiness(this, lines, ZMQ.ZMQ_POLLIN);
  }

  @Override
  public Waitable writable() {
    return new SocketReadiness(this, lines, ZMQ.ZMQ_POLLOUT);
  }

  /** For those who only want to know when it is of no use any more. */
  Waitable ended() {
    return new SocketReadiness(this, lines, 0);
  }

  /** Whether no operation is possible any more. */
  boolean isOver() {
    return door.isClosed() || context.isTerminating();
  }

  /** How many look at this socket, in pollers and other waits for several things. */
  int looking() {
    return lines.looking();
  }

  // --- Lining up

  @Override
  public void receiveAsync(Waiter waiter) {
    door.enter("receive");
    lines.receiveAsync(waiter);
  }

  @Override
  public void sendAsync(Waiter waiter, ZmqMessage message) {
    door.enter("send");
    lines.sendAsync(waiter, message);
  }

  /**
   * Takes a callback out of the line. Any thread; never switches.
   *
   * <p>On the hub this is exact. From another thread, a send that is withdrawn while it is being
   * done may have been done.
   *
   * @param waiter lined up by {@link #receiveAsync} or {@link #sendAsync}
   * @return true if it still waited: nothing was sent or taken for it, and its callback will not be
   *     called
   */
  public boolean abandon(Waiter waiter) {
    boolean waited = waiter.cancel();
    if (waited && context.hub().inHub()) {
      lines.forget(waiter);
    }
    return waited; // elsewhere, the line forgets it when it is at its head
  }

  @Override
  public void putBack(ZmqMessage message) {
    handover.putBack(message);
  }

  private static long nanos(Duration timeout) {
    return timeout.equals(SocketOptions.FOREVER) ? Long.MAX_VALUE : Clock.waitNanos(timeout);
  }

  // --- The end

  /**
   * Closes this socket. Whoever waits for it gets a {@link ZmqClosedException}; what is queued to
   * be sent is sent within the linger, in the background; what was received but not taken is
   * dropped. Does nothing the second time. Never switches.
   */
  @Override
  public void close() {
    door.requireHub();
    if (door.isClosed()) {
      return;
    }
    door.close();
    try {
      attachments.close();
      endWaits();
      frames.close();
    } finally {
      context.closed(this);
      lines.close();
      raw.close();
      context.engine().ring();
    }
  }

  /** The context's call: it ends, and this socket is of no use any more, but for closing. */
  void contextTerminates() {
    endWaits();
  }

  private void endWaits() {
    handover.end();
    lines.end(() -> door.closed("receive"), () -> door.closed("send"));
    connections.endWaits(() -> door.closed("wait for peers"));
  }

  /** The context's call: the hub ends, which kills everybody who waits. */
  void hubCloses() {
    handover.end();
    Supplier<GreenletExit> exit = () -> new GreenletExit(context.hub() + " closes");
    lines.end(exit, exit);
    connections.endWaits(exit);
  }

  // --- The context's looks

  /** See {@link Lines#serve}. */
  boolean serve() {
    return lines.serve();
  }

  /** See {@link Lines#catchUp}. */
  boolean catchUp() {
    return lines.catchUp();
  }

  /** See {@link Lines#staysWaiting}. */
  boolean staysWaiting() {
    return lines.staysWaiting();
  }

  /** See {@link Attachments#hasInproc}. */
  boolean hasInproc() {
    return attachments.hasInproc();
  }

  /** Whether JeroMQ has let go of this socket, too. */
  boolean isGone() {
    return lines.isGone();
  }

  /** For those who must close it. */
  String describe() {
    return this + (isClosed() ? " (closed, still sending)" : "") + ", made at " + madeAt;
  }

  @Override
  public String toString() {
    return type + " socket " + attachments;
  }
}

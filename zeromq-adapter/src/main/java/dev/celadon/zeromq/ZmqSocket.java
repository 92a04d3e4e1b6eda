package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import zmq.SocketBase;
import zmq.ZMQ;

/**
 * A ZeroMQ socket for greenlets. {@code zmq.green.Socket}, under the names of JeroMQ's.
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
 * <p><b>Suspending callers.</b> A coroutine must not block, so it lines up a callback {@link
 * Waiter} among the greenlets:
 *
 * <pre>{@code
 * suspend fun ZmqSocket.receive(): ZmqMessage =
 *   tryRecvMessage() ?: suspendCancellableCoroutine { continuation ->
 *     lateinit var waiter: Waiter
 *     waiter = Waiter {
 *       if (waiter.isGranted)
 *         continuation.resume(waiter.value() as ZmqMessage) { _, message, _ -> putBack(message) }
 *       else
 *         continuation.resumeWithException(waiter.value() as Throwable)
 *     }
 *     continuation.invokeOnCancellation { abandon(waiter) }
 *     receiveAsync(waiter)
 *   }
 * }</pre>
 *
 * <p>Confined to its hub: a call from elsewhere throws {@link WrongThreadException}, unless it says
 * otherwise.
 */
public final class ZmqSocket implements AutoCloseable {
  private static final StackWalker STACK = StackWalker.getInstance();

  private final ZmqContext context;
  private final SocketType type;
  private final SocketOptions options = new SocketOptions(this);
  private final String madeAt;
  private final RawSocket raw;
  private final Attachments attachments;
  private final Door door;
  private final Lines lines;
  private final FrameByFrame frames = new FrameByFrame();

  private long receiveTimeoutNanos = Long.MAX_VALUE;
  private long sendTimeoutNanos = Long.MAX_VALUE;

  ZmqSocket(ZmqContext context, SocketBase base, SocketType type) {
    this.context = context;
    this.type = type;
    this.raw = new RawSocket(base, this);
    this.attachments = new Attachments(context, this, raw);
    this.door = new Door(context, this);
    this.lines = new Lines(context, this, raw, attachments, door);
    this.madeAt =
        STACK.walk(
            frames ->
                frames
                    .filter(frame -> !frame.getClassName().equals(ZmqSocket.class.getName()))
                    .filter(frame -> !frame.getClassName().equals(ZmqContext.class.getName()))
                    .findFirst()
                    .map(frame -> frame.toStackTraceElement().toString())
                    .orElse("an unknown place"));
  }

  static boolean isSupported(SocketType type) {
    return switch (type) {
      case PAIR, PUB, SUB, REQ, REP, DEALER, ROUTER, PULL, PUSH, XPUB, XSUB, STREAM -> true;
      default -> false;
    };
  }

  // --- Endpoints

  /**
   * Waits for peers at an endpoint. Never switches, except to resolve a host name.
   *
   * @param endpoint such as {@code tcp://127.0.0.1:5555}, {@code tcp://*:*} or {@code
   *     inproc://name}
   * @return the endpoint with wildcards filled in: what peers connect to
   * @throws ZmqAddressException if it is in use, malformed, or of an unknown transport
   */
  public String bind(String endpoint) {
    door.enter("bind");
    String bound = attachments.bind(endpoint);
    lines.afterCommands();
    return bound;
  }

  /**
   * Binds to a free port. Never switches.
   *
   * @param address without a port, such as {@code tcp://127.0.0.1}
   * @return the port
   * @throws ZmqAddressException if the address is malformed, or not of this host
   */
  public int bindToRandomPort(String address) {
    String bound = bind(address + ":*");
    return Integer.parseInt(bound.substring(bound.lastIndexOf(':') + 1));
  }

  /**
   * Connects to an endpoint, which need not be there yet: JeroMQ tries again until it is. Never
   * switches, except to resolve a host name.
   *
   * @param endpoint such as {@code tcp://127.0.0.1:5555} or {@code inproc://name}
   * @throws ZmqAddressException if it is malformed, or of an unknown transport
   */
  public void connect(String endpoint) {
    door.enter("connect");
    attachments.connect(endpoint);
    lines.afterCommands();
  }

  /**
   * Takes a {@link #bind} back. Never switches.
   *
   * @param endpoint what bind has returned
   * @throws ZmqAddressException if this socket is not bound to it
   */
  public void unbind(String endpoint) {
    door.enter("unbind");
    attachments.unbind(endpoint);
    lines.afterCommands();
  }

  /**
   * Takes a {@link #connect} back. Never switches.
   *
   * @param endpoint what connect was called with
   * @throws ZmqAddressException if this socket is not connected to it
   */
  public void disconnect(String endpoint) {
    door.enter("disconnect");
    attachments.disconnect(endpoint);
    lines.afterCommands();
  }

  /**
   * The endpoint of the last {@link #bind} or {@link #connect}, wildcards filled in.
   *
   * @return the endpoint, empty if there is none
   */
  public String lastEndpoint() {
    door.enter("ask for the last endpoint");
    return attachments.last();
  }

  // --- Facts and options

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
   * Lets a SUB receive messages that start with this. Never switches.
   *
   * @param prefix empty for all messages
   * @return this socket
   */
  public ZmqSocket subscribe(String prefix) {
    return subscribe(prefix.getBytes(UTF_8));
  }

  /**
   * Lets a SUB receive messages that start with this. Never switches.
   *
   * @param prefix empty for all messages
   * @return this socket
   */
  public ZmqSocket subscribe(byte[] prefix) {
    setOption(ZMQ.ZMQ_SUBSCRIBE, prefix);
    return this;
  }

  /**
   * Takes a {@link #subscribe(String)} back. Never switches.
   *
   * @param prefix what was subscribed to
   * @return this socket
   */
  public ZmqSocket unsubscribe(String prefix) {
    return unsubscribe(prefix.getBytes(UTF_8));
  }

  /**
   * Takes a {@link #subscribe(byte[])} back. Never switches.
   *
   * @param prefix what was subscribed to
   * @return this socket
   */
  public ZmqSocket unsubscribe(byte[] prefix) {
    setOption(ZMQ.ZMQ_UNSUBSCRIBE, prefix);
    return this;
  }

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

  /**
   * Sends one frame; after {@link #sendMore}, the last one. Switches if there is no room for it or
   * others wait to send.
   *
   * @param frame is not copied: do not change it any more
   * @throws ZmqTimeoutException after {@link SocketOptions#sendTimeout(Duration)}
   * @throws ZmqClosedException if the socket is closed, before or meanwhile
   * @throws ZmqStateException if it is not this socket's turn to send, or it never sends
   */
  public void send(byte[] frame) {
    sendWithin(ZmqMessage.of(frame), sendTimeoutNanos);
  }

  /**
   * Sends one frame, giving up after a while; see {@link #send(byte[])}.
   *
   * @param frame is not copied: do not change it any more
   * @param timeout how long to wait at most
   * @throws ZmqTimeoutException if there was no room in time; nothing was sent
   */
  public void send(byte[] frame, Duration timeout) {
    sendWithin(ZmqMessage.of(frame), nanos(timeout));
  }

  /**
   * Sends one frame with JeroMQ's flags. Switches as {@link #send(byte[])} does, unless told not
   * to.
   *
   * @param frame is not copied: do not change it any more
   * @param flags any of {@link ZMQ#ZMQ_DONTWAIT} and {@link ZMQ#ZMQ_SNDMORE}
   * @return false if it was told not to wait, and there is no room now; nothing was sent, and the
   *     frames of {@link #sendMore} are kept
   */
  public boolean send(byte[] frame, int flags) {
    if ((flags & ZMQ.ZMQ_SNDMORE) != 0) {
      sendMore(frame);
      return true;
    }
    if ((flags & ZMQ.ZMQ_DONTWAIT) != 0) {
      return trySend(frame);
    }
    send(frame);
    return true;
  }

  /**
   * Sends a text as one frame of UTF-8; see {@link #send(byte[])}.
   *
   * @param text the frame
   */
  public void send(String text) {
    send(text.getBytes(UTF_8));
  }

  /**
   * Sends a text as one frame of UTF-8, giving up after a while; see {@link #send(byte[],
   * Duration)}.
   *
   * @param text the frame
   * @param timeout how long to wait at most
   */
  public void send(String text, Duration timeout) {
    send(text.getBytes(UTF_8), timeout);
  }

  /**
   * Sends a message, all its frames or none; see {@link #send(byte[])}.
   *
   * @param message what to send
   */
  public void send(ZmqMessage message) {
    sendWithin(message, sendTimeoutNanos);
  }

  /**
   * Sends a message, all its frames or none, giving up after a while; see {@link #send(byte[],
   * Duration)}.
   *
   * @param message what to send
   * @param timeout how long to wait at most
   */
  public void send(ZmqMessage message, Duration timeout) {
    sendWithin(message, nanos(timeout));
  }

  /**
   * Sends frames as one message; see {@link #send(ZmqMessage)}.
   *
   * @param frames at least one
   */
  public void sendMultipart(List<byte[]> frames) {
    send(ZmqMessage.of(frames));
  }

  /**
   * Keeps a frame of the calling greenlet's next message, which its next send finishes. ZeroMQ's
   * SNDMORE. Never switches.
   *
   * @param frame is not copied: do not change it any more
   */
  public void sendMore(byte[] frame) {
    door.enterBlocking("send");
    frames.keep(frame);
  }

  /**
   * Keeps a text as a frame of the calling greenlet's next message; see {@link #sendMore(byte[])}.
   *
   * @param text the frame
   */
  public void sendMore(String text) {
    sendMore(text.getBytes(UTF_8));
  }

  /**
   * Sends one frame if that is possible at once; after {@link #sendMore}, the last one. Never
   * switches.
   *
   * @param frame is not copied: do not change it any more
   * @return false if there is no room or others wait to send; nothing was sent, and the frames of
   *     {@code sendMore} are kept
   */
  public boolean trySend(byte[] frame) {
    return trySend(ZmqMessage.of(frame));
  }

  /**
   * Sends a text as one frame of UTF-8 if that is possible at once; see {@link #trySend(byte[])}.
   *
   * @param text the frame
   * @return false if nothing was sent
   */
  public boolean trySend(String text) {
    return trySend(text.getBytes(UTF_8));
  }

  /**
   * Sends a message, all its frames or none, if that is possible at once. Never switches.
   *
   * @param message what to send
   * @return false if there is no room or others wait to send; nothing was sent
   */
  public boolean trySend(ZmqMessage message) {
    door.enter("send");
    return frames.hasUnsent() ? frames.finish(message, lines::trySend) : lines.trySend(message);
  }

  private void sendWithin(ZmqMessage message, long nanos) {
    door.enterBlocking("send");
    lines.yieldIfDue("send");
    if (frames.hasUnsent()) {
      boolean _ = frames.finish(message, whole -> lines.send(whole, nanos));
    } else {
      boolean _ = lines.send(message, nanos);
    }
  }

  // --- Receiving

  /**
   * Receives one frame: the next one of the message that the calling greenlet has begun, else the
   * first one of the next message. Switches if there is no message or others wait to receive.
   *
   * @return the frame
   * @throws ZmqTimeoutException after {@link SocketOptions#receiveTimeout(Duration)}
   * @throws ZmqClosedException if the socket is closed, before or meanwhile
   * @throws ZmqStateException if it is not this socket's turn to receive, or it never receives
   */
  public byte[] recv() {
    return frames.first(recvWithin(receiveTimeoutNanos));
  }

  /**
   * Receives one frame, giving up after a while; see {@link #recv()}.
   *
   * @param timeout how long to wait at most
   * @return the frame
   * @throws ZmqTimeoutException if there was none in time
   */
  public byte[] recv(Duration timeout) {
    return frames.first(recvWithin(nanos(timeout)));
  }

  /**
   * Receives one frame with JeroMQ's flags. Switches as {@link #recv()} does, unless told not to.
   *
   * @param flags 0 or {@link ZMQ#ZMQ_DONTWAIT}
   * @return the frame, or null if it was told not to wait and there is none
   */
  public byte @Nullable [] recv(int flags) {
    return (flags & ZMQ.ZMQ_DONTWAIT) != 0 ? tryRecv() : recv();
  }

  /**
   * Receives one frame as text; see {@link #recv()}.
   *
   * @return the frame, read as UTF-8
   */
  public String recvString() {
    return new String(recv(), UTF_8);
  }

  /**
   * Receives one frame as text, giving up after a while; see {@link #recv(Duration)}.
   *
   * @param timeout how long to wait at most
   * @return the frame, read as UTF-8
   */
  public String recvString(Duration timeout) {
    return new String(recv(timeout), UTF_8);
  }

  /**
   * Receives a whole message, or the rest of the one that the calling greenlet has begun; see
   * {@link #recv()}.
   *
   * @return the message
   */
  public ZmqMessage recvMessage() {
    return recvWithin(receiveTimeoutNanos);
  }

  /**
   * Receives a whole message, giving up after a while; see {@link #recv(Duration)}.
   *
   * @param timeout how long to wait at most
   * @return the message
   */
  public ZmqMessage recvMessage(Duration timeout) {
    return recvWithin(nanos(timeout));
  }

  /**
   * Receives the frames of a whole message; see {@link #recvMessage()}.
   *
   * @return all frames
   */
  public List<byte[]> recvMultipart() {
    return recvMessage().frames();
  }

  /**
   * Receives the frames of a whole message, giving up after a while; see {@link
   * #recvMessage(Duration)}.
   *
   * @param timeout how long to wait at most
   * @return all frames
   */
  public List<byte[]> recvMultipart(Duration timeout) {
    return recvMessage(timeout).frames();
  }

  /**
   * Receives one frame if there is one at once. Never switches.
   *
   * @return the frame, or null if there is none, or others wait to receive
   */
  public byte @Nullable [] tryRecv() {
    ZmqMessage message = tryRecvMessage();
    return message == null ? null : frames.first(message);
  }

  /**
   * Receives one frame as text if there is one at once. Never switches.
   *
   * @return the frame, or null if there is none, or others wait to receive
   */
  public @Nullable String tryRecvString() {
    byte[] frame = tryRecv();
    return frame == null ? null : new String(frame, UTF_8);
  }

  /**
   * Receives a whole message if there is one at once. Never switches.
   *
   * @return the message, or null if there is none, or others wait to receive
   */
  public @Nullable ZmqMessage tryRecvMessage() {
    door.enter("receive");
    ZmqMessage rest = frames.rest();
    return rest != null ? rest : lines.tryReceive();
  }

  /**
   * Whether the message of which the calling greenlet received a frame has more of them. ZeroMQ's
   * RCVMORE. Never switches.
   *
   * @return true if the next receive continues that message
   */
  public boolean hasReceiveMore() {
    door.requireHub();
    return frames.hasRest();
  }

  private ZmqMessage recvWithin(long nanos) {
    door.enterBlocking("receive");
    ZmqMessage rest = frames.rest();
    return rest != null ? rest : lines.receive(nanos);
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
    return events;
  }

  /**
   * Calls back, on the hub, whenever the socket has been looked at and an event of interest is
   * there, again and again; and when it is closed. Ask {@link #events} then; it may be gone.
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

  /**
   * The receiving side as something to wait for, beside events, queues and greenlets: {@code
   * Greenlets.waitAll(List.of(socket.readable(), stop), 1)}. It is ready when somebody who comes
   * now would find a message, or the socket is closed. Who waits takes nothing, and is told after
   * those who wait to receive. Confined to the hub, as the socket is. Never switches.
   *
   * @return what becomes ready, as often as the socket does
   */
  public Waitable readable() {
    return new SocketReadiness(this, lines, ZMQ.ZMQ_POLLIN);
  }

  /**
   * The sending side as something to wait for, as {@link #readable} is the receiving one: ready
   * when somebody who comes now would find room for a message, or the socket is closed. Never
   * switches.
   *
   * @return what becomes ready, as often as the socket does
   */
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

  /**
   * Lines up a callback that wants the next message, behind everybody who waits to receive. Its
   * waiter is granted a {@link ZmqMessage}, at once if there is one; or it fails, with what {@link
   * #recv()} would throw. Never switches.
   *
   * <p>The message belongs to the waiter from the grant on. If it cannot take it, {@link #putBack}
   * is for it.
   *
   * @param waiter a callback waiter, see {@link Waiter#Waiter(Runnable)}; withdraw it with {@link
   *     #abandon}
   * @throws ZmqClosedException if the socket is closed
   */
  public void receiveAsync(Waiter waiter) {
    door.enter("receive");
    lines.receiveAsync(waiter);
  }

  /**
   * Lines up a callback that wants to send a message, behind everybody who waits to send. Its
   * waiter is granted once the message is sent, at once if there is room; or it fails, with what
   * {@link #send(ZmqMessage)} would throw. Never switches.
   *
   * @param waiter a callback waiter, see {@link Waiter#Waiter(Runnable)}; withdraw it with {@link
   *     #abandon}
   * @param message what to send
   * @throws ZmqClosedException if the socket is closed
   */
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

  /**
   * Gives a message back that was received but cannot be delivered: it is the next one to be
   * received. Any thread; never switches.
   *
   * @param message as it was received
   */
  public void putBack(ZmqMessage message) {
    Hub hub = context.hub();
    if (!hub.inHub()) {
      hub.runCallback(() -> putBack(message));
    } else if (!door.isClosed()) {
      lines.putBack(message);
    }
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
    context.closed(this);
    endWaits();
    frames.close();
    lines.close();
    raw.close();
    context.engine().ring();
  }

  /** The context's call: it ends, and this socket is of no use any more, but for closing. */
  void contextTerminates() {
    endWaits();
  }

  private void endWaits() {
    lines.end(() -> door.closed("receive"), () -> door.closed("send"));
  }

  /** The context's call: the hub ends, which kills everybody who waits. */
  void hubCloses() {
    Supplier<GreenletExit> exit = () -> new GreenletExit(context.hub() + " closes");
    lines.end(exit, exit);
  }

  /** The context's call, before it closes this socket with its hub. */
  void capLinger(Duration longest) {
    if (context.isTerminating()) {
      return; // JeroMQ takes no options any more
    }
    Duration linger = options.linger();
    if (linger.isNegative() || linger.compareTo(longest) > 0) {
      options.linger(longest);
    }
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
    return raw.isGone();
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

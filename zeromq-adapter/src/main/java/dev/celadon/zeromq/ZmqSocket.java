package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.Strand;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZMQException;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZError;
import zmq.ZMQ;
import zmq.util.Errno;

/**
 * A ZeroMQ socket for greenlets. {@code zmq.green.Socket}, under the names of JeroMQ's.
 *
 * <p><b>Waiting.</b> Any number of greenlets may wait to receive, and any number to send; each
 * direction serves them first come, first served, and nobody who comes later gets a message before
 * somebody who waits. Whole messages are sent and taken in one piece, also those of several frames.
 * A socket that always has something to do lets the others have a turn after {@value
 * #OPERATIONS_PER_TURN} operations.
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
   *
   * JeroMQ hands over whole messages: if the first frame was there, the others are, and if the first one found room, so do the others.
   *
   * JeroMQ (0.6.0) answers EINTR if the thread is interrupted, forgets the interrupt, and remembers the EINTR in a thread-local that
   * spoils later calls. So the interrupt status is put aside for each operation, and the errno is reset.
   *
   * All waiters end on the hub, except callback waiters, which may be cancelled anywhere; so the queues are confined to the hub and
   * need no lock here.
   */

  /** So many operations in a row, then the others of the hub have a turn. */
  private static final int OPERATIONS_PER_TURN = 100;

  /** So many waiters are served at once, then the others of the hub have a turn. */
  private static final int SERVED_PER_TURN = 256;

  private static final Errno ERRNO = new Errno();

  private static final StackWalker STACK = StackWalker.getInstance();

  private final ZmqContext context;
  private final Hub hub;
  private final Engine engine;
  private final SocketBase base;
  private final SocketType type;
  private final SocketOptions options = new SocketOptions(this);
  private final String madeAt;
  private final Set<String> endpoints = new LinkedHashSet<>();
  private final WaitQueue receivers = new WaitQueue(this);
  private final WaitQueue senders = new WaitQueue(this);
  private final ArrayDeque<ZmqMessage> putBack = new ArrayDeque<>(1);
  private final Frames unsent = new Frames();
  private final Frames unread = new Frames();

  private @Nullable Bell bell;
  private long receiveTimeoutNanos = Long.MAX_VALUE;
  private long sendTimeoutNanos = Long.MAX_VALUE;
  private int operations;
  private boolean hasInproc;
  private boolean isClosed;

  /** In {@link #serve}; whoever is served cannot start it anew. */
  private boolean isServing;

  /** The heads of the lines at the last {@link #catchUp}. */
  private @Nullable Waiter firstReceiver;

  private @Nullable Waiter firstSender;

  /** Stands in the context's list of sockets for which somebody waits. */
  private boolean isWaiting;

  ZmqSocket(ZmqContext context, SocketBase base, SocketType type) {
    this.context = context;
    this.hub = context.hub();
    this.engine = context.engine();
    this.base = base;
    this.type = type;
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
    enter("bind");
    Endpoints.check("bind", endpoint);
    if (Endpoints.isInproc(endpoint)) {
      // JeroMQ notices, but lets the second one have the name all the same.
      ZmqSocket owner = context.binderOf(endpoint);
      if (owner != null) {
        throw Endpoints.inUse(endpoint, owner);
      }
    }
    operateOn(endpoint, "bind", base::bind);
    String bound = lastEndpoint();
    endpoints.add(bound);
    if (Endpoints.isInproc(endpoint)) {
      hasInproc = true;
      context.bound(endpoint, this);
    }
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
    enter("connect");
    Endpoints.check("connect", endpoint);
    operateOn(endpoint, "connect", base::connect);
    endpoints.add(endpoint);
    hasInproc |= Endpoints.isInproc(endpoint);
  }

  /**
   * Takes a {@link #bind} back. Never switches.
   *
   * @param endpoint what bind has returned
   * @throws ZmqAddressException if this socket is not bound to it
   */
  public void unbind(String endpoint) {
    leave(endpoint, "unbind");
    context.unbound(endpoint, this);
  }

  /**
   * Takes a {@link #connect} back. Never switches.
   *
   * @param endpoint what connect was called with
   * @throws ZmqAddressException if this socket is not connected to it
   */
  public void disconnect(String endpoint) {
    leave(endpoint, "disconnect");
  }

  private void leave(String endpoint, String verb) {
    enter(verb);
    Endpoints.check(verb, endpoint);
    operateOn(endpoint, verb, base::termEndpoint);
    endpoints.remove(endpoint);
  }

  private interface EndpointOperation {
    boolean on(String endpoint);
  }

  private void operateOn(String endpoint, String verb, EndpointOperation operation) {
    boolean interrupted = Thread.interrupted();
    try {
      while (!operation.on(endpoint)) {
        int errno = base.errno();
        if (errno != ZError.EINTR) {
          throw errno == ZError.ETERM
              ? context.closed(verb + " " + endpoint)
              : Endpoints.failed(this, verb, endpoint, errno, null);
        }
        ERRNO.set(0);
        interrupted |= Thread.interrupted();
      }
    } catch (ZMQException e) {
      throw Endpoints.failed(this, verb, endpoint, e.getErrorCode(), e);
    } catch (IllegalArgumentException e) {
      throw Endpoints.malformed(verb, endpoint, e);
    } finally {
      restore(interrupted);
    }
    afterCommands();
  }

  /**
   * The endpoint of the last {@link #bind} or {@link #connect}, wildcards filled in.
   *
   * @return the endpoint, empty if there is none
   */
  public String lastEndpoint() {
    enter("ask for the last endpoint");
    return base.getSocketOptx(ZMQ.ZMQ_LAST_ENDPOINT) instanceof String last ? last : "";
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
    return isClosed;
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
    enter("get option " + option);
    boolean interrupted = Thread.interrupted();
    try {
      return base.getSocketOptx(option);
    } finally {
      restore(interrupted);
    }
  }

  void setOption(int option, Object value) {
    enter("set option " + option);
    boolean interrupted = Thread.interrupted();
    boolean set;
    try {
      ERRNO.set(0);
      set = base.setSocketOpt(option, value);
    } catch (RuntimeException e) {
      throw new ZmqException(
          ZError.EINVAL, "cannot set option " + option + " of " + this + " to " + value, e);
    } finally {
      restore(interrupted);
    }
    if (!set) {
      throw new ZmqException(
          ZError.EINVAL,
          "cannot set option "
              + option
              + " of "
              + this
              + " to "
              + value
              + ": a "
              + type
              + " has no such option, or not such a value",
          null);
    }
    afterCommands();
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
    enterBlocking("send");
    unsent.of(Strand.current()).add(frame);
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
    enter("send");
    if (unsent.isEmpty()) {
      return sendNow(message);
    }
    return finishing(message, this::sendNow);
  }

  private void sendWithin(ZmqMessage message, long nanos) {
    enterBlocking("send");
    yieldIfDue("send");
    if (unsent.isEmpty()) {
      boolean _ = sendOrWait(message, nanos);
    } else {
      boolean _ = finishing(message, whole -> sendOrWait(whole, nanos));
    }
  }

  /**
   * Sends the frames that the calling greenlet has kept, and these; if that fails, they are kept
   * on.
   */
  private boolean finishing(ZmqMessage rest, Predicate<ZmqMessage> send) {
    Strand strand = Strand.current();
    List<byte[]> begun = unsent.take(strand);
    if (begun == null) {
      return send.test(rest);
    }
    List<byte[]> all = new ArrayList<>(begun);
    all.addAll(rest.frames());
    boolean sent = false;
    try {
      sent = send.test(ZmqMessage.of(all));
    } finally {
      if (!sent && !isClosed) {
        unsent.of(strand).addAll(begun);
      }
    }
    return sent;
  }

  /** True, or an exception. */
  private boolean sendOrWait(ZmqMessage message, long nanos) {
    if (sendNow(message)) {
      return true;
    }
    Waiter waiter = Waiter.current();
    waiter.carry(message);
    boolean sent = lineUp(senders, waiter, nanos, "send");
    if (!sent && !sendNow(message)) {
      throw new ZmqTimeoutException(
          "could not send within "
              + Duration.ofNanos(nanos)
              + " on "
              + this
              + ": no peer has room; connect one, wait longer, or raise the high-water marks");
    }
    return true;
  }

  /** False if there is no room now, or others wait for it. */
  private boolean sendNow(ZmqMessage message) {
    if (senders.first() != null) {
      boolean _ = serve();
      return false;
    }
    boolean sent = put(message);
    if (sent) {
      operations++;
      engine.ring();
    }
    afterCommands();
    return sent;
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
    return recvFrame(receiveTimeoutNanos);
  }

  /**
   * Receives one frame, giving up after a while; see {@link #recv()}.
   *
   * @param timeout how long to wait at most
   * @return the frame
   * @throws ZmqTimeoutException if there was none in time
   */
  public byte[] recv(Duration timeout) {
    return recvFrame(nanos(timeout));
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
    return message == null ? null : firstFrame(message);
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
    enter("receive");
    ZmqMessage rest = restOfMessage();
    return rest != null ? rest : receiveNow();
  }

  /**
   * Whether the message of which the calling greenlet received a frame has more of them. ZeroMQ's
   * RCVMORE. Never switches.
   *
   * @return true if the next receive continues that message
   */
  public boolean hasReceiveMore() {
    context.requireHub();
    return !unread.isEmpty() && unread.has(Strand.current());
  }

  private byte[] recvFrame(long nanos) {
    return firstFrame(recvWithin(nanos));
  }

  private byte[] firstFrame(ZmqMessage message) {
    List<byte[]> frames = message.frames();
    if (frames.size() > 1) {
      unread.of(Strand.current()).addAll(frames.subList(1, frames.size()));
    }
    return frames.getFirst();
  }

  private @Nullable ZmqMessage restOfMessage() {
    if (unread.isEmpty()) {
      return null;
    }
    List<byte[]> rest = unread.take(Strand.current());
    return rest == null ? null : ZmqMessage.of(rest);
  }

  private ZmqMessage recvWithin(long nanos) {
    enterBlocking("receive");
    ZmqMessage rest = restOfMessage();
    if (rest != null) {
      return rest;
    }
    yieldIfDue("receive");
    ZmqMessage message = receiveNow();
    if (message != null) {
      return message;
    }
    Waiter waiter = Waiter.current();
    if (lineUp(receivers, waiter, nanos, "receive")) {
      return granted(waiter);
    }
    message = receiveNow();
    if (message == null) {
      throw new ZmqTimeoutException(
          "nothing to receive within " + Duration.ofNanos(nanos) + " on " + this);
    }
    return message;
  }

  private static ZmqMessage granted(Waiter waiter) {
    if (waiter.value() instanceof ZmqMessage message) {
      return message;
    }
    throw new AssertionError("bug in Celadon, please report: granted without a message");
  }

  /** Null if there is nothing now, or others wait for it. */
  private @Nullable ZmqMessage receiveNow() {
    if (receivers.first() != null) {
      boolean _ = serve();
      return null;
    }
    ZmqMessage message = take();
    if (message != null) {
      operations++;
    }
    afterCommands();
    return message;
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
    enter("receive");
    receivers.add(waiter);
    look();
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
    enter("send");
    waiter.carry(message);
    senders.add(waiter);
    look();
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
    if (waited && hub.inHub()) {
      receivers.forget(waiter);
      senders.forget(waiter);
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
    if (!hub.inHub()) {
      hub.runCallback(() -> putBack(message));
    } else if (!isClosed) {
      putBack.addFirst(message);
      boolean _ = serve();
    }
  }

  /** Waits at the end of the line; false if time was over first. */
  private boolean lineUp(WaitQueue line, Waiter waiter, long nanos, String operation) {
    if (nanos <= 0) {
      return false;
    }
    operations = 0;
    line.add(waiter);
    startWaiting();
    try {
      return waiter.await(nanos);
    } catch (ZmqException failure) {
      throw inWaiter(failure, operation);
    } finally {
      line.forget(waiter);
    }
  }

  /**
   * What ended the wait was thrown elsewhere; its caller wants to see the place of the wait, too.
   */
  private static ZmqException inWaiter(ZmqException failure, String operation) {
    StackTraceElement[] here = new Throwable().getStackTrace();
    Throwable place = new Throwable("the " + operation + " that waited");
    place.setStackTrace(here);
    failure.addSuppressed(place);
    return failure;
  }

  private void look() {
    boolean _ = serve();
    if (hasWaiters()) {
      startWaiting();
    }
  }

  private void startWaiting() {
    if (!isWaiting) {
      isWaiting = true;
      context.waits(this);
    }
    bell().arm();
  }

  private Bell bell() {
    Bell known = bell;
    if (known == null) {
      known = new Bell(hub, engine, base.getFD(), this::rung);
      bell = known;
    }
    return known;
  }

  private void rung() {
    boolean progress = serve();
    if (hasWaiters()) {
      bell().armAgain(progress);
    }
  }

  /**
   * The context's call, now and then: looks for somebody who waits since the last call, or longer.
   *
   * @return true if there was something for them that they should have been told of
   */
  boolean catchUp() {
    Waiter receiver = receivers.first();
    Waiter sender = senders.first();
    boolean waitedLong =
        (receiver != null && receiver == firstReceiver)
            || (sender != null && sender == firstSender);
    firstReceiver = receiver;
    firstSender = sender;
    return waitedLong && serve();
  }

  private boolean hasWaiters() {
    return receivers.first() != null || senders.first() != null;
  }

  /** Whether other sockets of this program, on this hub perhaps, get its messages without I/O. */
  boolean hasInproc() {
    return hasInproc;
  }

  /** The context's question, after a look at this socket: whether to look again. */
  boolean staysWaiting() {
    isWaiting = !isClosed && hasWaiters();
    return isWaiting;
  }

  /** An operation may have consumed the bell: whoever waits must not miss what it announced. */
  private void afterCommands() {
    if (!receivers.isEmpty() || !senders.isEmpty()) {
      boolean _ = serve();
    }
    if (hasInproc) {
      context.sweep();
    }
  }

  /** Does what can be done for those who wait; false if that was nothing. Never switches. */
  boolean serve() {
    if (isServing || isClosed) {
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
      message = take();
    } catch (ZmqStateException e) {
      return false; // a REQ or REP whose turn it is not: another greenlet's send will change that
    } catch (ZmqException e) {
      return fail(receivers, waiter, e);
    }
    if (message == null) {
      return false;
    }
    Waiter granted = receivers.grantFirst(message);
    if (granted == null) {
      putBack.addFirst(message);
      return false;
    }
    granted.wake();
    return true;
  }

  private boolean serveSender() {
    Waiter waiter = senders.first();
    if (waiter == null || !(waiter.payload() instanceof ZmqMessage message)) {
      return false;
    }
    try {
      if (!put(message)) {
        return false;
      }
    } catch (ZmqStateException e) {
      return false;
    } catch (ZmqException e) {
      return fail(senders, waiter, e);
    }
    engine.ring();
    senders.remove(waiter);
    if (waiter.grant(null)) {
      waiter.wake();
    }
    return true;
  }

  private static boolean fail(WaitQueue line, Waiter waiter, Throwable failure) {
    line.remove(waiter);
    if (waiter.fail(failure)) {
      waiter.wake();
    }
    return true;
  }

  private void failAll(WaitQueue line, Supplier<? extends Throwable> failure) {
    for (Waiter waiter = line.first(); waiter != null; waiter = line.first()) {
      boolean _ = fail(line, waiter, failure.get());
    }
  }

  // --- JeroMQ's operations

  /** The next message, if there is one. */
  private @Nullable ZmqMessage take() {
    ZmqMessage returned = putBack.poll();
    if (returned != null) {
      return returned;
    }
    boolean interrupted = Thread.interrupted();
    try {
      Msg first = receiveFrame();
      if (first == null) {
        return null;
      }
      if (!first.hasMore()) {
        return ZmqMessage.of(first.data());
      }
      List<byte[]> frames = new ArrayList<>();
      frames.add(first.data());
      boolean more = true;
      while (more) {
        Msg next = receiveFrame();
        if (next == null) {
          throw new AssertionError(
              "bug in Celadon, please report: a message without its last frame");
        }
        frames.add(next.data());
        more = next.hasMore();
      }
      return ZmqMessage.of(frames);
    } finally {
      restore(interrupted);
    }
  }

  private @Nullable Msg receiveFrame() {
    while (true) {
      Msg frame;
      try {
        frame = base.recv(ZMQ.ZMQ_DONTWAIT);
      } catch (UnsupportedOperationException e) {
        throw ZmqException.of(ZError.ENOTSUP, this, "receive", e);
      } catch (ZMQException e) {
        throw ZmqException.of(e.getErrorCode(), this, "receive", e);
      }
      if (frame != null) {
        return frame;
      }
      int errno = base.errno();
      if (errno == ZError.EAGAIN) {
        return null;
      }
      if (errno != ZError.EINTR) {
        throw ZmqException.of(errno, this, "receive", null);
      }
      ERRNO.set(0);
      pendingInterrupt |= Thread.interrupted();
    }
  }

  /** Sends a message if there is room. */
  private boolean put(ZmqMessage message) {
    boolean interrupted = Thread.interrupted();
    try {
      List<byte[]> frames = message.frames();
      int last = frames.size() - 1;
      for (int i = 0; i < last; i++) {
        if (!sendFrame(frames.get(i), ZMQ.ZMQ_DONTWAIT | ZMQ.ZMQ_SNDMORE, i == 0)) {
          return false;
        }
      }
      return sendFrame(frames.get(last), ZMQ.ZMQ_DONTWAIT, last == 0);
    } finally {
      restore(interrupted);
    }
  }

  private boolean sendFrame(byte[] frame, int flags, boolean isFirst) {
    Msg message = new Msg(frame);
    while (true) {
      boolean sent;
      try {
        sent = base.send(message, flags);
      } catch (UnsupportedOperationException e) {
        throw ZmqException.of(ZError.ENOTSUP, this, "send", e);
      } catch (ZMQException e) {
        throw ZmqException.of(e.getErrorCode(), this, "send", e);
      }
      if (sent) {
        return true;
      }
      int errno = base.errno();
      if (errno == ZError.EAGAIN) {
        if (!isFirst) {
          throw new AssertionError(
              "bug in Celadon, please report: no room for the rest of a message");
        }
        return false;
      }
      if (errno != ZError.EINTR) {
        throw ZmqException.of(errno, this, "send", null);
      }
      ERRNO.set(0);
      pendingInterrupt |= Thread.interrupted();
    }
  }

  /** Somebody interrupted the thread during an operation, which has gone on. */
  private boolean pendingInterrupt;

  private void restore(boolean interrupted) {
    if (interrupted || pendingInterrupt) {
      pendingInterrupt = false;
      Thread.currentThread().interrupt();
    }
  }

  // --- Doors

  private void enter(String operation) {
    context.requireHub();
    if (isClosed || context.isTerminating()) {
      throw closed(operation);
    }
  }

  private void enterBlocking(String operation) {
    enter(operation);
    if (hub.inLane()) {
      throw new IllegalStateException(
          "a callback or coroutine of " + hub + " must not block in " + operation);
    }
  }

  private ZmqClosedException closed(String operation) {
    if (!isClosed && context.isTerminating()) {
      return context.closed(operation + " on " + this);
    }
    return new ZmqClosedException(
        ZError.ENOTSOCK, "cannot " + operation + ": " + this + " is closed", null);
  }

  /**
   * After many operations in a row; before the next one, so that an exception that arrives here
   * loses no message.
   */
  private void yieldIfDue(String operation) {
    if (operations < OPERATIONS_PER_TURN) {
      return;
    }
    operations = 0;
    Strand.current().yieldNow();
    enter(operation);
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
    context.requireHub();
    if (isClosed) {
      return;
    }
    isClosed = true;
    context.closed(this);
    failAll(receivers, () -> closed("receive"));
    failAll(senders, () -> closed("send"));
    putBack.clear();
    unsent.clear();
    unread.clear();
    Bell known = bell;
    if (known != null) {
      known.close();
    }
    boolean interrupted = Thread.interrupted();
    try {
      base.close();
    } finally {
      restore(interrupted);
    }
    engine.ring();
  }

  /** The context's call: it ends, and this socket is of no use any more, but for closing. */
  void contextTerminates() {
    failAll(receivers, () -> closed("receive"));
    failAll(senders, () -> closed("send"));
  }

  /** The context's call: the hub ends, which kills everybody who waits. */
  void hubCloses() {
    failAll(receivers, () -> new GreenletExit(hub + " closes"));
    failAll(senders, () -> new GreenletExit(hub + " closes"));
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

  /** Whether JeroMQ has let go of this socket, too. */
  boolean isGone() {
    return !base.getFD().isOpen();
  }

  /** For those who must close it. */
  String describe() {
    return this + (isClosed ? " (closed, still sending)" : "") + ", made at " + madeAt;
  }

  @Override
  public String toString() {
    return type
        + " socket "
        + (endpoints.isEmpty() ? "without an endpoint" : String.join(" ", endpoints));
  }
}

package dev.celadon.jeromq;

import static dev.celadon.jeromq.ZMQ.DONTWAIT;
import static dev.celadon.jeromq.ZMQ.SNDMORE;

import dev.celadon.hub.Waiter;
import dev.celadon.zeromq.SocketOptions;
import dev.celadon.zeromq.ZmqException;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZEvent;
import org.zeromq.ZMQException;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZError;

/** What {@link ZMQ.Socket} does. */
class DropInSocket extends org.zeromq.ZMQ.Socket {
  /*
   * Whatever sends, receives, waits, or makes JeroMQ process its commands is overridden here, and goes through the socket of the hub;
   * what only reads or writes an option is inherited. A test holds the two lists against JeroMQ's class.
   *
   * JeroMQ hands frames over one by one and says "no" at the first one. The socket of the hub takes whole messages. So frames with
   * SNDMORE are kept for their greenlet, and "no" comes at the last one; then none of them was sent, and the message is to be begun
   * anew. Two greenlets cannot mix their frames.
   *
   * Outside of a hub there is no socket of the hub, and everything is JeroMQ's own.
   */

  /** IANA's range of dynamic ports. */
  private static final int FIRST_DYNAMIC_PORT = 0xc000;

  private static final int LAST_PORT = 0xffff;

  private final @Nullable ZmqSocket green;
  private final Consumer<DropInSocket> forget;
  private final Unfinished unfinished = new Unfinished();

  /** A socket of a hub. */
  DropInSocket(ZmqSocket green, Consumer<DropInSocket> forget) {
    super(green.base());
    this.green = green;
    this.forget = forget;
  }

  /** A socket that blocks its thread. */
  DropInSocket(SocketBase base, Consumer<DropInSocket> forget) {
    super(base);
    this.green = null;
    this.forget = forget;
  }

  /**
   * The same socket in Celadon's own words, for what JeroMQ has no words for.
   *
   * @return the socket; null outside of a hub
   */
  public @Nullable ZmqSocket green() {
    return green;
  }

  /**
   * JeroMQ's raw socket, outside of a hub.
   *
   * @throws UnsupportedOperationException on a hub: what is done on the raw socket would pass by
   *     the greenlets that wait, and block the hub
   */
  @Override
  public SocketBase base() {
    ZmqSocket socket = green;
    if (socket != null) {
      throw new UnsupportedOperationException(
          "the raw socket of "
              + socket
              + " is not given away, since its calls would block the hub: use dev.celadon.jeromq's"
              + " ZFrame, ZMsg, ZPoller and ZMQ.Event instead of org.zeromq's");
    }
    return super.base();
  }

  /**
   * Closes this socket; who waits for it gets {@code ETERM}. Does nothing the second time. Never
   * switches.
   */
  @Override
  public void close() {
    forget.accept(this);
    ZmqSocket socket = green;
    if (socket == null) {
      super.close();
    } else if (!socket.isClosed()) {
      socket.close();
      unfinished.clear();
    }
  }

  // --- Endpoints

  /**
   * Waits for peers at an endpoint. Never switches, except to resolve a host name.
   *
   * @return true
   * @throws ZMQException if that is not possible, with the errno
   */
  @Override
  public boolean bind(String addr) {
    ZmqSocket socket = green;
    if (socket == null) {
      return super.bind(addr);
    }
    try {
      return !socket.bind(addr).isEmpty();
    } catch (ZmqException e) {
      throw Failures.inJeroMqsWords(e);
    }
  }

  /**
   * Binds to a free port of IANA's dynamic ones. Never switches.
   *
   * @return the port
   * @throws ZMQException if there is none
   */
  @Override
  public int bindToRandomPort(String addr) {
    return bindToRandomPort(addr, FIRST_DYNAMIC_PORT, LAST_PORT);
  }

  /**
   * Binds to a free port of a range: one after the other, not by chance. Never switches.
   *
   * @return the port
   * @throws ZMQException if there is none
   */
  @Override
  public int bindToRandomPort(String addr, int min, int max) {
    ZmqSocket socket = green;
    if (socket == null) {
      return super.bindToRandomPort(addr, min, max);
    }
    for (int tries = max - min; tries >= 0; tries--) {
      int port = Ports.next(min, max);
      try {
        String _ = socket.bind(addr + ":" + port);
        Failures.errno(0);
        return port;
      } catch (ZmqException e) {
        if (e.errno() != ZError.EADDRINUSE) {
          throw Failures.inJeroMqsWords(e);
        }
      }
    }
    throw new ZMQException(
        "no free port from " + min + " to " + max + " at " + addr, ZError.EADDRINUSE);
  }

  /**
   * Connects to an endpoint, which need not be there yet. Never switches, except to resolve a host
   * name.
   *
   * @return true
   * @throws ZMQException if that is not possible, with the errno
   */
  @Override
  public boolean connect(String addr) {
    ZmqSocket socket = green;
    if (socket == null) {
      return super.connect(addr);
    }
    return Failures.orFalse(
        () -> {
          socket.connect(addr);
          return true;
        });
  }

  /**
   * Connects a PEER to an endpoint. Never switches.
   *
   * @return the routing id of the other side; 0 if that failed, see {@link #errno}
   */
  @Override
  public int connectPeer(String addr) {
    ZmqSocket socket = green;
    if (socket == null) {
      return super.connectPeer(addr);
    }
    int[] routingId = new int[1];
    boolean _ = Failures.toldByErrno(() -> routingId[0] = socket.connectPeer(addr));
    return routingId[0];
  }

  @Override
  public boolean disconnect(String addr) {
    ZmqSocket socket = green;
    if (socket == null) {
      return super.disconnect(addr);
    }
    return Failures.toldByErrno(() -> socket.disconnect(addr));
  }

  @Override
  public boolean unbind(String addr) {
    ZmqSocket socket = green;
    if (socket == null) {
      return super.unbind(addr);
    }
    return Failures.toldByErrno(() -> socket.unbind(addr));
  }

  // --- Sending

  /**
   * Sends a frame. Switches if there is no room or others wait to send, unless told not to.
   *
   * @return false if there was no room in time; no frame of the message was sent
   * @throws ZMQException with the errno; no frame of the message was sent
   */
  @Override
  public boolean send(byte[] data, int flags) {
    return green == null ? super.send(data, flags) : sendGreen(new Msg(data), flags, null);
  }

  @Override
  public boolean send(byte[] data, int flags, org.zeromq.ZMQ.CancellationToken cancellationToken) {
    return green == null
        ? super.send(data, flags, cancellationToken)
        : sendGreen(new Msg(data), flags, CancellationWaits.of(cancellationToken));
  }

  @Override
  public boolean send(byte[] data, int off, int length, int flags) {
    byte[] copy = new byte[length];
    System.arraycopy(data, off, copy, 0, length);
    return send(copy, flags);
  }

  @Override
  public int sendByteBuffer(ByteBuffer data, int flags) {
    if (green == null) {
      return super.sendByteBuffer(data, flags);
    }
    Msg message = new Msg(data);
    return sendGreen(message, flags, null) ? message.size() : -1;
  }

  @Override
  public boolean sendMsg(@Nullable Msg msg, int flags) {
    if (msg == null) {
      Failures.errno(ZError.EFAULT);
      throw new ZMQException("cannot send null: give a message", ZError.EFAULT);
    }
    return green == null ? super.sendMsg(msg, flags) : sendGreen(msg, flags, null);
  }

  @Override
  public boolean sendPicture(String picture, Object... args) {
    return green == null
        ? super.sendPicture(picture, args)
        : Pictures.text(picture, args).send(this, false);
  }

  @Override
  public boolean sendBinaryPicture(String picture, Object... args) {
    return green == null
        ? super.sendBinaryPicture(picture, args)
        : Pictures.binary(picture, args).send(this, false);
  }

  private boolean sendGreen(Msg frame, int flags, @Nullable CancellationWaits cancellation) {
    ZmqSocket socket = onHub();
    boolean mayWait = (flags & DONTWAIT) == 0;
    if (cancellation != null && cancellation.isCancelled()) {
      List<Msg> _ = unfinished.finish(frame); // the message is to be begun anew
      cancellation.check();
    }
    if ((flags & SNDMORE) != 0) {
      requireMultipart(socket);
      if (!unfinished.hasBegun() && !mayBegin(mayWait)) {
        return false;
      }
      unfinished.keep(frame);
      return true;
    }
    ZmqMessage message = ZmqMessage.ofMsgs(unfinished.finish(frame));
    if (!mayWait) {
      return Failures.orFalse(() -> socket.trySend(message));
    }
    if (cancellation != null) {
      return Failures.orFalse(() -> sendUnlessCancelled(socket, message, cancellation));
    }
    return Failures.orFalse(
        () -> {
          socket.send(message);
          return true;
        });
  }

  private static void requireMultipart(ZmqSocket socket) {
    switch (socket.type()) {
      case CLIENT, SERVER, RADIO, DISH, SCATTER, GATHER, PEER, CHANNEL -> {
        Failures.errno(ZError.EINVAL);
        throw new ZMQException(
            "cannot send more than one frame: a " + socket.type() + " knows no others",
            ZError.EINVAL);
      }
      default -> {}
    }
  }

  /** JeroMQ's answer to a first frame that must not wait. */
  private boolean mayBegin(boolean mayWait) {
    int events = getEvents();
    if (events < 0) {
      throw new ZMQException(ZError.ETERM);
    }
    if (mayWait || (events & ZMQ.Poller.POLLOUT) != 0) {
      return true;
    }
    Failures.errno(ZError.EAGAIN);
    return false;
  }

  private boolean sendUnlessCancelled(
      ZmqSocket socket, ZmqMessage message, CancellationWaits cancellation) {
    if (socket.trySend(message)) {
      return true;
    }
    Waiter waiter = Waiter.current();
    socket.sendAsync(waiter, message);
    return cancellation.waitFor(waiter, socket, getSendTimeOut());
  }

  // --- Receiving

  /**
   * Receives a frame: the next one of the message that the calling greenlet has begun, else the
   * first one of the next message. Switches if there is none or others wait to receive, unless told
   * not to.
   *
   * @return the frame; null if there is none in time
   * @throws ZMQException with the errno
   */
  @Override
  public byte @Nullable [] recv(int flags) {
    if (green == null) {
      return super.recv(flags);
    }
    Msg frame = recvGreen(flags, null);
    return frame == null ? null : frame.data();
  }

  @Override
  public byte @Nullable [] recv(int flags, org.zeromq.ZMQ.CancellationToken cancellationToken) {
    if (green == null) {
      return super.recv(flags, cancellationToken);
    }
    Msg frame = recvGreen(flags, CancellationWaits.of(cancellationToken));
    return frame == null ? null : frame.data();
  }

  @Override
  public int recv(byte[] buffer, int offset, int len, int flags) {
    if (green == null) {
      return super.recv(buffer, offset, len, flags);
    }
    try {
      Msg frame = recvGreen(flags, null);
      return frame == null ? -1 : frame.getBytes(0, buffer, offset, len);
    } catch (ZMQException e) {
      return -1; // as JeroMQ does here; errno tells
    }
  }

  @Override
  public int recvByteBuffer(ByteBuffer buffer, int flags) {
    if (green == null) {
      return super.recvByteBuffer(buffer, flags);
    }
    Msg frame = recvGreen(flags, null);
    if (frame == null) {
      return -1;
    }
    buffer.put(frame.buf());
    return frame.size();
  }

  @Override
  public @Nullable Msg recvMsg(int flags) {
    return green == null ? super.recvMsg(flags) : recvGreen(flags, null);
  }

  @Override
  @SuppressWarnings("NullAway") // JeroMQ's elements may be null
  public Object[] recvPicture(String picture) {
    return green == null ? super.recvPicture(picture) : Pictures.recvText(this, picture);
  }

  @Override
  @SuppressWarnings("NullAway") // JeroMQ's elements may be null, and the array, too
  public Object[] recvBinaryPicture(String picture) {
    return green == null ? super.recvBinaryPicture(picture) : Pictures.recvBinary(this, picture);
  }

  private @Nullable Msg recvGreen(int flags, @Nullable CancellationWaits cancellation) {
    ZmqSocket socket = onHub();
    if (cancellation != null) {
      cancellation.check();
    }
    Msg rest = unfinished.next();
    if (rest != null) {
      return rest;
    }
    ZmqMessage message =
        Failures.orNull(
            () -> {
              if ((flags & DONTWAIT) != 0) {
                return socket.tryRecvMessage();
              }
              return cancellation == null
                  ? socket.recvMessage()
                  : recvUnlessCancelled(socket, cancellation);
            });
    return message == null ? null : firstOf(message);
  }

  private Msg firstOf(ZmqMessage message) {
    List<Msg> frames = message.toMsgs();
    if (frames.size() > 1) {
      unfinished.keepRest(frames.subList(1, frames.size()));
    }
    return frames.getFirst();
  }

  private @Nullable ZmqMessage recvUnlessCancelled(
      ZmqSocket socket, CancellationWaits cancellation) {
    ZmqMessage message = socket.tryRecvMessage();
    if (message != null) {
      return message;
    }
    Waiter waiter = Waiter.current();
    socket.receiveAsync(waiter);
    boolean received = cancellation.waitFor(waiter, socket, getReceiveTimeOut());
    return received ? (ZmqMessage) waiter.value() : null;
  }

  /** Whether the message of which the calling greenlet received a frame has more of them. */
  @Override
  public boolean hasReceiveMore() {
    return green == null ? super.hasReceiveMore() : unfinished.hasRest();
  }

  // --- Readiness

  /**
   * What could be done at once, by somebody who comes now. Never switches.
   *
   * @return a sum of {@code POLLIN} and {@code POLLOUT}; -1 if the socket is closed or the context
   *     ends
   */
  @Override
  public int getEvents() {
    ZmqSocket socket = green;
    if (socket == null) {
      return super.getEvents();
    }
    int events = unfinished.hasRest() ? ZMQ.Poller.POLLIN : 0;
    try {
      return events | socket.events();
    } catch (ZmqException e) {
      RuntimeException _ = Failures.inJeroMqsWords(e);
      return -1;
    }
  }

  /**
   * JeroMQ's bell, outside of a hub.
   *
   * @throws UnsupportedOperationException on a hub, whose sockets have no bell of their own
   */
  @Override
  public SelectableChannel getFD() {
    ZmqSocket socket = green;
    if (socket != null) {
      throw new UnsupportedOperationException(
          "do not select on the descriptor of "
              + socket
              + ", it stays silent on a hub: use ZMQ.Poller, ZPoller or ZmqPoller");
    }
    return super.getFD();
  }

  boolean hasRest() {
    return unfinished.hasRest();
  }

  /** JeroMQ may have processed commands behind the back of those who wait. */
  private void look() {
    int _ = getEvents();
  }

  // --- Options that are more than a value

  @Override
  public boolean setReceiveTimeOut(int value) {
    ZmqSocket socket = green;
    if (socket == null) {
      return super.setReceiveTimeOut(value);
    }
    return Failures.toldByErrno(() -> socket.options().receiveTimeout(duration(value)));
  }

  @Override
  public boolean setSendTimeOut(int value) {
    ZmqSocket socket = green;
    if (socket == null) {
      return super.setSendTimeOut(value);
    }
    return Failures.toldByErrno(() -> socket.options().sendTimeout(duration(value)));
  }

  private static Duration duration(int millis) {
    return millis < 0 ? SocketOptions.FOREVER : Duration.ofMillis(millis);
  }

  @Override
  public boolean subscribe(byte[] topic) {
    ZmqSocket socket = green;
    if (socket == null) {
      return super.subscribe(topic);
    }
    return Failures.toldByErrno(() -> socket.subscribe(topic));
  }

  @Override
  public boolean subscribe(String topic) {
    return subscribe(topic.getBytes(ZMQ.CHARSET));
  }

  @Override
  public boolean unsubscribe(byte[] topic) {
    ZmqSocket socket = green;
    if (socket == null) {
      return super.unsubscribe(topic);
    }
    return Failures.toldByErrno(() -> socket.unsubscribe(topic));
  }

  @Override
  public boolean unsubscribe(String topic) {
    return unsubscribe(topic.getBytes(ZMQ.CHARSET));
  }

  @Override
  public boolean join(String group) {
    boolean joined = super.join(group);
    look();
    return joined;
  }

  @Override
  public boolean leave(String group) {
    boolean left = super.leave(group);
    look();
    return left;
  }

  // --- Monitors, which share JeroMQ's one hook with Celadon's own

  @Override
  public boolean monitor(@Nullable String addr, int events) {
    ZmqSocket socket = green;
    if (socket == null) {
      return super.monitor(addr, events);
    }
    if (addr == null) {
      return Failures.toldByErrno(() -> socket.setEventHook(null, 0));
    }
    if (!addr.startsWith("inproc://")) {
      Failures.errno(ZError.EPROTONOSUPPORT);
      return false;
    }
    MonitorWriter writer = MonitorWriter.to(getCtx(), addr, events);
    return writer != null && Failures.toldByErrno(() -> socket.setEventHook(writer, events));
  }

  /** Calls back for events, where JeroMQ does its I/O: on a hub, the consumer must not wait. */
  @Override
  public boolean setEventHook(ZEvent.@Nullable ZEventConsummer consumer, int events) {
    ZmqSocket socket = green;
    if (socket == null) {
      return super.setEventHook(consumer, events);
    }
    return Failures.toldByErrno(() -> socket.setEventHook(consumer, events));
  }

  @Override
  public ZMQ.CancellationToken createCancellationToken() {
    return new ZMQ.CancellationToken(super.base());
  }

  private ZmqSocket onHub() {
    ZmqSocket socket = green;
    if (socket == null) {
      throw new AssertionError("bug in Celadon, please report: a socket of no hub");
    }
    return socket;
  }
}

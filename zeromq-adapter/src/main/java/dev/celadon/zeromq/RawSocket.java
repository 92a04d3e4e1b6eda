package dev.celadon.zeromq;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZMQException;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZError;
import zmq.ZMQ;
import zmq.util.Errno;

/**
 * JeroMQ's operations on one socket, none of which waits. They may consume commands, and with them
 * what the bell has announced: see {@link Lines}.
 *
 * <p>Confined to its hub.
 */
final class RawSocket {
  /*
   * JeroMQ hands over whole messages: if the first frame was there, the others are, and if the first one found room, so do the others.
   *
   * JeroMQ (0.6.0) answers EINTR if the thread is interrupted, forgets the interrupt, and remembers the EINTR in a thread-local that
   * spoils later calls. So the interrupt status is put aside for each operation, and the errno is reset.
   */

  private static final Errno ERRNO = new Errno();

  private final SocketBase base;

  /** For messages. */
  private final ZmqSocket socket;

  /** Somebody interrupted the thread during an operation, which has gone on. */
  private boolean pendingInterrupt;

  RawSocket(SocketBase base, ZmqSocket socket) {
    this.base = base;
    this.socket = socket;
  }

  /** JeroMQ's socket. */
  SocketBase base() {
    return base;
  }

  // --- Messages

  /** The next message, if there is one. */
  @Nullable ZmqMessage take() {
    boolean interrupted = Thread.interrupted();
    try {
      Msg first = receiveFrame();
      if (first == null) {
        return null;
      }
      return first.hasMore() ? takeRest(first) : ZmqMessage.received(first);
    } finally {
      restore(interrupted);
    }
  }

  private ZmqMessage takeRest(Msg first) {
    List<Msg> frames = new ArrayList<>();
    frames.add(first);
    boolean more = true;
    while (more) {
      Msg next = receiveFrame();
      if (next == null) {
        throw new AssertionError("bug in Celadon, please report: a message without its last frame");
      }
      frames.add(next);
      more = next.hasMore();
    }
    return ZmqMessage.ofMsgs(frames);
  }

  private @Nullable Msg receiveFrame() {
    while (true) {
      Msg frame;
      try {
        frame = base.recv(ZMQ.ZMQ_DONTWAIT);
      } catch (UnsupportedOperationException e) {
        throw ZmqException.of(ZError.ENOTSUP, socket, "receive", e);
      } catch (ZMQException e) {
        throw ZmqException.of(e.getErrorCode(), socket, "receive", e);
      }
      if (frame != null) {
        return frame;
      }
      int errno = base.errno();
      if (errno == ZError.EAGAIN) {
        return null;
      }
      goOnAfter(errno, "receive");
    }
  }

  /** Sends a message if there is room. */
  boolean put(ZmqMessage message) {
    boolean interrupted = Thread.interrupted();
    try {
      int last = message.size() - 1;
      for (int i = 0; i < last; i++) {
        if (!sendFrame(message.msg(i), ZMQ.ZMQ_DONTWAIT | ZMQ.ZMQ_SNDMORE, i == 0)) {
          return false;
        }
      }
      return sendFrame(message.msg(last), ZMQ.ZMQ_DONTWAIT, last == 0);
    } finally {
      restore(interrupted);
    }
  }

  private boolean sendFrame(Msg frame, int flags, boolean isFirst) {
    boolean hasLooked = false;
    while (true) {
      boolean sent;
      try {
        sent = base.send(frame, flags);
      } catch (UnsupportedOperationException e) {
        throw ZmqException.of(ZError.ENOTSUP, socket, "send", e);
      } catch (ZMQException e) {
        throw ZmqException.of(e.getErrorCode(), socket, "send", e);
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
        if (hasLooked || socket.type() != SocketType.ROUTER) {
          realign();
          return false;
        }
        hasLooked = true;
        lookWhetherThePeerHasLeft();
        continue;
      }
      if (errno == ZError.EHOSTUNREACH) {
        realign();
      }
      goOnAfter(errno, "send");
    }
  }

  /**
   * A ROUTER takes a peer that has left for a full one until it has read the end of what that peer
   * has sent, so it is made to look there.
   */
  private void lookWhetherThePeerHasLeft() {
    int _ = base.getSocketOpt(ZMQ.ZMQ_EVENTS);
  }

  /**
   * A STREAM that has refused the first of two frames takes the next frame for the second; this one
   * goes nowhere.
   */
  private void realign() {
    if (socket.type() == SocketType.STREAM) {
      boolean _ = base.send(new Msg(), ZMQ.ZMQ_DONTWAIT);
    }
  }

  // --- State

  /** What can be done: any of {@code ZMQ_POLLIN} and {@code ZMQ_POLLOUT}. */
  int events() {
    boolean interrupted = Thread.interrupted();
    try {
      int events = base.getSocketOpt(ZMQ.ZMQ_EVENTS);
      while (events < 0) {
        goOnAfter(base.errno(), "poll");
        events = base.getSocketOpt(ZMQ.ZMQ_EVENTS);
      }
      return events;
    } finally {
      restore(interrupted);
    }
  }

  @Nullable Object option(int option) {
    boolean interrupted = Thread.interrupted();
    try {
      return base.getSocketOptx(option);
    } finally {
      restore(interrupted);
    }
  }

  void option(int option, Object value) {
    boolean interrupted = Thread.interrupted();
    boolean set;
    try {
      ERRNO.set(0);
      set = base.setSocketOpt(option, value);
    } catch (RuntimeException e) {
      throw new ZmqException(
          ZError.EINVAL,
          "cannot set option " + option + " of " + socket + " to " + shown(option, value),
          e);
    } finally {
      restore(interrupted);
    }
    if (!set) {
      throw new ZmqException(
          ZError.EINVAL,
          "cannot set option "
              + option
              + " of "
              + socket
              + " to "
              + shown(option, value)
              + ": a "
              + socket.type()
              + " has no such option, or not such a value",
          null);
    }
  }

  /** Messages of exceptions are read by many. */
  private static Object shown(int option, Object value) {
    return option == ZMQ.ZMQ_CURVE_SECRETKEY || option == ZMQ.ZMQ_PLAIN_PASSWORD
        ? "a secret"
        : value;
  }

  // --- Groups

  void join(String group) {
    inGroup(group, "join", base::join);
  }

  void leave(String group) {
    inGroup(group, "leave", base::leave);
  }

  private void inGroup(String group, String verb, Predicate<String> operation) {
    boolean interrupted = Thread.interrupted();
    try {
      ERRNO.set(0);
      if (!operation.test(group)) {
        throw new ZmqException(
            ZError.EINVAL,
            "cannot "
                + verb
                + " group "
                + group
                + " on "
                + socket
                + ": join a group once, by a name of at most "
                + Msg.MAX_GROUP_LENGTH
                + " characters, and leave only what was joined",
            null);
      }
    } catch (UnsupportedOperationException e) {
      throw ZmqException.of(ZError.ENOTSUP, socket, verb, e);
    } finally {
      restore(interrupted);
    }
  }

  // --- Endpoints

  private interface EndpointOperation {
    boolean on(String endpoint);
  }

  void bind(String endpoint) {
    operateOn(endpoint, "bind", base::bind);
  }

  void connect(String endpoint) {
    operateOn(endpoint, "connect", base::connect);
  }

  /** Connects a PEER; the routing id of the other side. */
  int connectPeer(String endpoint) {
    int[] routingId = new int[1];
    operateOn(
        endpoint,
        "connect",
        one -> {
          routingId[0] = base.connectPeer(one);
          return routingId[0] != 0;
        });
    return routingId[0];
  }

  /** Takes a bind or connect back. */
  void leave(String endpoint, String verb) {
    operateOn(endpoint, verb, base::termEndpoint);
  }

  private void operateOn(String endpoint, String verb, EndpointOperation operation) {
    boolean interrupted = Thread.interrupted();
    try {
      while (!operation.on(endpoint)) {
        int errno = base.errno();
        if (errno != ZError.EINTR) {
          throw errno == ZError.ETERM
              ? socket.context().closed(verb + " " + endpoint)
              : Endpoints.failed(socket, verb, endpoint, errno, null);
        }
        goOnAfter(errno, verb);
      }
    } catch (ZMQException e) {
      throw Endpoints.failed(socket, verb, endpoint, e.getErrorCode(), e);
    } catch (IllegalArgumentException e) {
      throw Endpoints.malformed(verb, endpoint, e);
    } finally {
      restore(interrupted);
    }
  }

  // --- The end

  void close() {
    boolean interrupted = Thread.interrupted();
    try {
      base.close();
    } finally {
      restore(interrupted);
    }
  }

  // --- Interrupts

  /** Puts an interrupt that came meanwhile aside, so that the operation can go on; else throws. */
  private void goOnAfter(int errno, String operation) {
    if (errno != ZError.EINTR) {
      throw ZmqException.of(errno, socket, operation, null);
    }
    ERRNO.set(0);
    pendingInterrupt |= Thread.interrupted();
  }

  private void restore(boolean interrupted) {
    if (interrupted || pendingInterrupt) {
      pendingInterrupt = false;
      Thread.currentThread().interrupt();
    }
  }
}

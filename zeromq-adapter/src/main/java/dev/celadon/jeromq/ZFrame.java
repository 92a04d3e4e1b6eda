package dev.celadon.jeromq;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQException;
import zmq.Msg;

/**
 * One frame of a message. JeroMQ's {@code ZFrame}, which sends and receives through the waiting
 * lines of the socket.
 *
 * <p>Confined to one greenlet or thread at a time.
 */
public class ZFrame extends org.zeromq.ZFrame {

  private boolean more;

  /** Makes a frame without data. */
  protected ZFrame() {}

  /**
   * Makes a frame of bytes.
   *
   * @param data not copied; null for a frame without data
   */
  @SuppressWarnings("NullAway") // JeroMQ takes null
  public ZFrame(byte @Nullable [] data) {
    super(data);
  }

  /**
   * Makes a frame of a text, in UTF-8.
   *
   * @param data the text; null for a frame without data
   */
  @SuppressWarnings("NullAway") // JeroMQ takes null
  public ZFrame(@Nullable String data) {
    super(data);
  }

  private ZFrame(Msg message) {
    super(message.data());
    more = message.hasMore();
    setRoutingId(message.getRoutingId());
    String group = message.getGroup();
    if (group != null) {
      setGroup(group);
    }
  }

  /**
   * Receives a frame. Switches if there is none.
   *
   * @param socket where from
   * @return the frame; null after the receive timeout of the socket
   * @throws ZMQException as {@link ZMQ.Socket#recv()}
   */
  public static @Nullable ZFrame recvFrame(org.zeromq.ZMQ.Socket socket) {
    return recvFrame(socket, 0);
  }

  /**
   * Receives a frame. Switches if there is none, unless told not to.
   *
   * @param socket where from
   * @param flags 0 or {@link ZMQ#DONTWAIT}
   * @return the frame; null if there is none in time
   * @throws ZMQException as {@link ZMQ.Socket#recv(int)}
   */
  public static @Nullable ZFrame recvFrame(org.zeromq.ZMQ.Socket socket, int flags) {
    Msg message = socket.recvMsg(flags);
    return message == null ? null : new ZFrame(message);
  }

  @Override
  public boolean hasMore() {
    return more;
  }

  /**
   * Sends this frame. Switches if there is no room, unless told not to.
   *
   * @param socket where to
   * @param flags any of {@link #MORE} and {@link #DONTWAIT}
   * @return false if it was not sent, see {@link ZMQ.Socket#errno}
   */
  @Override
  public boolean send(org.zeromq.ZMQ.Socket socket, int flags) {
    Objects.requireNonNull(socket, "socket");
    Msg message = new Msg(getData());
    String group = getGroup();
    if (group != null) {
      boolean _ = message.setGroup(group);
    }
    if (getRoutingId() != 0) {
      boolean _ = message.setRoutingId(getRoutingId());
    }
    try {
      return socket.sendMsg(message, flags & (MORE | DONTWAIT));
    } catch (ZMQException e) {
      return false; // as JeroMQ's frames do; errno tells
    }
  }

  /**
   * Makes another frame with the same data.
   *
   * @return the copy; it shares the array
   */
  @Override
  public ZFrame duplicate() {
    return new ZFrame(getData());
  }
}

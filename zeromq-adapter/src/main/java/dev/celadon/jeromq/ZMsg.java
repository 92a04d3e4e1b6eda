package dev.celadon.jeromq;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQException;
import zmq.util.function.Consumer;

/**
 * A message as a queue of its frames. JeroMQ's {@code ZMsg}, which sends and receives through the
 * waiting lines of the socket.
 *
 * <p>Takes from an empty message answer null, as in JeroMQ.
 *
 * <p>Confined to one greenlet or thread at a time.
 */
@SuppressWarnings("serial") // as JeroMQ's, it is not made to be serialized
public class ZMsg extends ArrayDeque<ZFrame> {

  /** Makes a message without frames. */
  public ZMsg() {}

  /**
   * Makes a message of texts, one frame each.
   *
   * @param strings the texts
   * @return the message
   */
  public static ZMsg newStringMsg(String... strings) {
    ZMsg message = new ZMsg();
    for (String string : strings) {
      message.addString(string);
    }
    return message;
  }

  // --- Sockets

  /**
   * Receives a message. Switches if there is none.
   *
   * @param socket where from
   * @return the message, or the rest of the one that the calling greenlet has begun; null after the
   *     receive timeout of the socket
   * @throws ZMQException as {@link ZMQ.Socket#recv()}
   */
  public static @Nullable ZMsg recvMsg(org.zeromq.ZMQ.Socket socket) {
    return recvMsg(socket, 0);
  }

  /**
   * Receives a message. Switches if there is none, unless told not to.
   *
   * @param socket where from
   * @param wait whether to wait
   * @return the message; null if there is none in time
   * @throws ZMQException as {@link ZMQ.Socket#recv(int)}
   */
  public static @Nullable ZMsg recvMsg(org.zeromq.ZMQ.Socket socket, boolean wait) {
    return recvMsg(socket, wait ? 0 : ZMQ.DONTWAIT);
  }

  /**
   * Receives a message. Switches if there is none, unless told not to.
   *
   * @param socket where from
   * @param flag 0 or {@link ZMQ#DONTWAIT}
   * @return the message; null if there is none in time
   * @throws ZMQException as {@link ZMQ.Socket#recv(int)}
   */
  public static @Nullable ZMsg recvMsg(org.zeromq.ZMQ.Socket socket, int flag) {
    Objects.requireNonNull(socket, "socket");
    ZMsg message = new ZMsg();
    boolean more = true;
    while (more) {
      ZFrame frame = ZFrame.recvFrame(socket, flag);
      if (frame == null) {
        return null;
      }
      message.addLast(frame);
      more = frame.hasMore();
    }
    return message;
  }

  /**
   * Receives a message and hands it to a handler. Switches if there is none, unless told not to.
   *
   * @param socket where from
   * @param flags 0 or {@link ZMQ#DONTWAIT}
   * @param handler gets the message, or null if there is none in time
   * @param exceptionHandler gets what the receive, or the handler, throws
   */
  public static void recvMsg(
      org.zeromq.ZMQ.Socket socket,
      int flags,
      Consumer<@Nullable ZMsg> handler,
      Consumer<ZMQException> exceptionHandler) {
    try {
      handler.accept(recvMsg(socket, flags));
    } catch (ZMQException e) {
      exceptionHandler.accept(e);
    }
  }

  /**
   * Receives a message and hands it to a handler. Switches if there is none, unless told not to.
   *
   * @param socket where from
   * @param flags 0 or {@link ZMQ#DONTWAIT}
   * @param handler gets the message, or null if there is none in time
   * @throws ZMQException as {@link ZMQ.Socket#recv(int)}
   */
  public static void recvMsg(
      org.zeromq.ZMQ.Socket socket, int flags, Consumer<@Nullable ZMsg> handler) {
    handler.accept(recvMsg(socket, flags));
  }

  /**
   * Sends this message and empties it. Switches if there is no room.
   *
   * @param socket where to
   * @return false if it was not sent, see {@link ZMQ.Socket#errno}
   */
  public boolean send(org.zeromq.ZMQ.Socket socket) {
    return send(socket, true);
  }

  /**
   * Sends this message; nothing, if it has no frames. Switches if there is no room.
   *
   * @param socket where to
   * @param destroy whether to empty it, sent or not
   * @return false if it was not sent, see {@link ZMQ.Socket#errno}
   */
  public boolean send(org.zeromq.ZMQ.Socket socket, boolean destroy) {
    Objects.requireNonNull(socket, "socket");
    boolean sent = true;
    for (Iterator<ZFrame> rest = iterator(); sent && rest.hasNext(); ) {
      ZFrame frame = rest.next();
      sent = frame.sendAndKeep(socket, rest.hasNext() ? ZFrame.MORE : 0);
    }
    if (destroy) {
      destroy();
    }
    return sent;
  }

  // --- Whole messages

  /** Empties this message and its frames. */
  public void destroy() {
    forEach(ZFrame::destroy);
    clear();
  }

  /**
   * How long the frames are together.
   *
   * @return bytes
   */
  public long contentSize() {
    return stream().mapToLong(ZFrame::size).sum();
  }

  /**
   * Makes another message of the same data.
   *
   * @return the copy, or null if this has no frames
   */
  public @Nullable ZMsg duplicate() {
    if (isEmpty()) {
      return null;
    }
    ZMsg copy = new ZMsg();
    forEach(frame -> copy.addLast(frame.duplicate()));
    return copy;
  }

  /**
   * Puts a frame and an empty one in front: an envelope.
   *
   * @param frame such as the identity of a peer; null does nothing
   * @return this message
   */
  public ZMsg wrap(@Nullable ZFrame frame) {
    if (frame != null) {
      push("");
      push(frame);
    }
    return this;
  }

  /**
   * Takes the first frame off, and the next if it is empty: an envelope.
   *
   * @return the first frame, or null if there is none
   */
  public @Nullable ZFrame unwrap() {
    ZFrame first = pollFirst();
    ZFrame next = peekFirst();
    if (next != null && next.hasData() && next.size() == 0) {
      removeFirst();
    }
    return first;
  }

  /**
   * Appends the frames of another message, without copying them.
   *
   * @param message the other message, or this; null does nothing
   * @return this message
   */
  public ZMsg append(@Nullable ZMsg message) {
    if (message != null) {
      boolean _ = addAll(List.copyOf(message));
    }
    return this;
  }

  /**
   * Writes a message to a stream: counts and lengths of four bytes, then the data.
   *
   * @param message what to write, or null
   * @param file where to
   * @return false if the message is null or the stream fails
   */
  public static boolean save(@Nullable ZMsg message, DataOutputStream file) {
    if (message == null) {
      return false;
    }
    try {
      file.writeInt(message.size());
      for (ZFrame frame : message) {
        file.writeInt(frame.size());
        file.write(frame.getData());
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @param file where from, or null
   * @return the message; null if there is no stream, or it fails or ends before
   */
  public static @Nullable ZMsg load(@Nullable DataInputStream file) {
    if (file == null) {
      return null;
    }
    try {
      ZMsg message = new ZMsg();
      for (int left = file.readInt(); left > 0; left--) {
        byte[] data = new byte[file.readInt()];
        file.readFully(data);
        message.addLast(new ZFrame(data));
      }
      return message;
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Writes this message for a human reader.
   *
   * @param out where to
   * @return this message
   * @throws UncheckedIOException if that fails
   */
  public ZMsg dump(Appendable out) {
    StringBuilder text = new StringBuilder("--------------------------------------\n");
    for (ZFrame frame : this) {
      text.append(String.format(Locale.ROOT, "[%03d] %s\n", frame.size(), frame));
    }
    try {
      out.append(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /**
   * Writes this message to standard output.
   *
   * @return this message
   */
  public ZMsg dump() {
    return dump(System.out);
  }

  // --- Texts and bytes as frames

  /**
   * Appends a text as a frame.
   *
   * @param text in UTF-8
   * @return this message
   */
  public ZMsg addString(String text) {
    addLast(new ZFrame(text));
    return this;
  }

  /**
   * Puts a text in front.
   *
   * @param text in UTF-8
   * @return this message
   */
  public ZMsg addFirst(String text) {
    return push(text);
  }

  /**
   * Puts bytes in front.
   *
   * @param data not copied
   * @return this message
   */
  public ZMsg addFirst(byte[] data) {
    return push(data);
  }

  /**
   * Appends a text as a frame.
   *
   * @param text in UTF-8
   * @return this message
   */
  public ZMsg addLast(String text) {
    return addString(text);
  }

  /**
   * Appends bytes as a frame.
   *
   * @param data not copied
   * @return this message
   */
  public ZMsg addLast(byte[] data) {
    addLast(new ZFrame(data));
    return this;
  }

  /**
   * Puts a text in front.
   *
   * @param text in UTF-8
   * @return this message
   */
  public ZMsg push(String text) {
    push(new ZFrame(text));
    return this;
  }

  /**
   * Puts bytes in front.
   *
   * @param data not copied
   * @return this message
   */
  public ZMsg push(byte[] data) {
    push(new ZFrame(data));
    return this;
  }

  /**
   * Appends a text as a frame.
   *
   * @param text in UTF-8
   * @return true
   */
  public boolean add(String text) {
    return add(new ZFrame(text));
  }

  /**
   * Appends bytes as a frame.
   *
   * @param data not copied
   * @return true
   */
  public boolean add(byte[] data) {
    return add(new ZFrame(data));
  }

  /**
   * Appends a text as a frame.
   *
   * @param text in UTF-8
   * @return this message
   */
  public ZMsg append(String text) {
    return addString(text);
  }

  /**
   * Appends bytes as a frame.
   *
   * @param data not copied
   * @return this message
   */
  public ZMsg append(byte[] data) {
    return addLast(data);
  }

  /**
   * Takes the first frame off as a text.
   *
   * @return the text, in hexadecimal digits if it is none; null if there is no frame
   */
  public @Nullable String popString() {
    ZFrame frame = pollFirst();
    return frame == null ? null : frame.toString();
  }

  // --- A queue that answers null where Java's throws

  @Override
  public @Nullable ZFrame getFirst() {
    return peekFirst();
  }

  @Override
  public @Nullable ZFrame getLast() {
    return peekLast();
  }

  @Override
  public @Nullable ZFrame pop() {
    return pollFirst();
  }

  @Override
  public @Nullable ZFrame removeFirst() {
    return pollFirst();
  }

  @Override
  public @Nullable ZFrame removeLast() {
    return pollLast();
  }

  @Override
  public ZFrame remove() {
    ZFrame first = pollFirst();
    if (first == null) {
      throw new NoSuchElementException("the message has no frames");
    }
    return first;
  }

  @Override
  public ZFrame element() {
    ZFrame first = peekFirst();
    if (first == null) {
      throw new NoSuchElementException("the message has no frames");
    }
    return first;
  }

  // --- Values

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ZMsg that && List.copyOf(this).equals(List.copyOf(that));
  }

  @Override
  public int hashCode() {
    return isEmpty() ? 0 : List.copyOf(this).hashCode();
  }

  @Override
  public String toString() {
    return stream().map(ZFrame::toString).collect(Collectors.joining(", ", "[ ", " ]"));
  }
}

package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZFrame;
import org.zeromq.ZMsg;
import zmq.Msg;
import zmq.io.Metadata;

/**
 * A whole message: one frame or several, which travel together or not at all.
 *
 * <p>The frames are not copied, neither on the way in nor on the way out: who gives an array or a
 * buffer away does not change its bytes any more, not even after the send, for JeroMQ may still
 * have to write them, and a peer of the same program gets the very same array. Frames that live
 * outside of the heap, or are parts of larger arrays, are buffers: {@link #buffer} shows every
 * frame as it is, {@link #frame} copies those.
 *
 * <p>Immutable, as far as nobody changes the arrays.
 */
public final class ZmqMessage implements Iterable<byte[]> {

  /**
   * What a ROUTER's message begins with, and what it is about.
   *
   * @param address an identity, and the delimiter behind it if there was one
   * @param content the rest
   */
  public record Envelope(ZmqMessage address, ZmqMessage content) {

    /**
     * Whom the message came from, or goes to.
     *
     * @return the first frame
     */
    public byte[] identity() {
      return address.frame(0);
    }

    /**
     * Another message in the same envelope.
     *
     * @param reply its content
     * @return the message, to be sent to where this one came from
     */
    public ZmqMessage reply(ZmqMessage reply) {
      return reply.prepend(address.frames);
    }
  }

  private static final int LONGEST_SHOWN = 32;

  /** A frame that is shorter is copied rather than examined. */
  private static final int WORTH_A_LOOK = 4096;

  private static final byte[] DELIMITER = {};

  /** Each a {@code byte[]}, or a {@link ByteBuffer} from position 0 to its limit. */
  private final Object[] frames;

  private final int routingId;
  private final @Nullable String group;
  private final @Nullable Metadata metadata;

  private ZmqMessage(Object[] frames) {
    this(frames, 0, null, null);
  }

  private ZmqMessage(
      Object[] frames, int routingId, @Nullable String group, @Nullable Metadata metadata) {
    this.frames = frames;
    this.routingId = routingId;
    this.group = group;
    this.metadata = metadata;
  }

  // --- Made from

  /**
   * A message of one frame.
   *
   * @param frame its only frame
   * @return the message
   */
  public static ZmqMessage of(byte[] frame) {
    return new ZmqMessage(new Object[] {Objects.requireNonNull(frame, "frame")});
  }

  /**
   * A message of these frames.
   *
   * @param frames at least one
   * @return the message
   */
  public static ZmqMessage of(byte[]... frames) {
    return of(Arrays.asList(frames));
  }

  /**
   * A message of these texts, one frame each.
   *
   * @param frames at least one; sent as UTF-8
   * @return the message
   */
  public static ZmqMessage of(String... frames) {
    return ofAtLeastOne(encoded(frames));
  }

  private static Object[] encoded(String... frames) {
    Object[] encoded = new Object[frames.length];
    for (int i = 0; i < frames.length; i++) {
      encoded[i] = frames[i].getBytes(UTF_8);
    }
    return encoded;
  }

  /**
   * A message of these frames, from the position of each to its limit. Neither is moved.
   *
   * @param frames at least one, on the heap or direct
   * @return the message
   */
  public static ZmqMessage of(ByteBuffer... frames) {
    Object[] views = new Object[frames.length];
    for (int i = 0; i < frames.length; i++) {
      views[i] = content(frames[i]);
    }
    return ofAtLeastOne(views);
  }

  /**
   * A message of these frames.
   *
   * @param frames at least one
   * @return the message
   */
  public static ZmqMessage of(List<byte[]> frames) {
    Object[] all = frames.toArray();
    for (Object frame : all) {
      Objects.requireNonNull(frame, "frame");
    }
    return ofAtLeastOne(all);
  }

  /**
   * A message of JeroMQ's.
   *
   * @param message at least one frame; the frames themselves are not copied
   * @return the message
   */
  public static ZmqMessage of(ZMsg message) {
    List<byte[]> frames = new ArrayList<>(message.size());
    for (ZFrame frame : message) {
      frames.add(frame.getData());
    }
    return of(frames);
  }

  /**
   * A message of JeroMQ's frames, with the routing id, group and metadata of the first.
   *
   * @param frames at least one; their contents are not copied, and their flags do not matter
   * @return the message
   */
  public static ZmqMessage ofMsgs(List<Msg> frames) {
    Object[] contents = new Object[frames.size()];
    for (int i = 0; i < contents.length; i++) {
      contents[i] = content(frames.get(i));
    }
    return contents.length == 0 ? ofAtLeastOne(contents) : received(frames.getFirst(), contents);
  }

  private static ZmqMessage ofAtLeastOne(Object[] frames) {
    if (frames.length == 0) {
      throw new IllegalArgumentException(
          "a message needs at least one frame; an empty one is new byte[0]");
    }
    return new ZmqMessage(frames);
  }

  /** A message of one frame, as JeroMQ has received it. */
  static ZmqMessage received(Msg only) {
    return received(only, new Object[] {content(only)});
  }

  private static ZmqMessage received(Msg first, Object[] contents) {
    return new ZmqMessage(contents, first.getRoutingId(), first.getGroup(), first.getMetadata());
  }

  private static Object content(Msg frame) {
    if (frame.size() < WORTH_A_LOOK) {
      return frame.data();
    }
    ByteBuffer bytes = frame.buf();
    bytes.position(0).limit(frame.size());
    return content(bytes);
  }

  private static Object content(ByteBuffer frame) {
    if (frame.hasArray()
        && frame.arrayOffset() == 0
        && frame.position() == 0
        && frame.remaining() == frame.array().length) {
      return frame.array();
    }
    return frame.slice();
  }

  // --- Frames

  /**
   * The frames, in order.
   *
   * @return an unmodifiable list of what {@link #frame} returns
   */
  public List<byte[]> frames() {
    return new FrameList(this);
  }

  /**
   * One frame.
   *
   * @param index from 0
   * @return the frame itself; a copy if it is not an array of its own, see {@link #buffer}
   * @throws IndexOutOfBoundsException if there are fewer
   */
  public byte[] frame(int index) {
    Object frame = frames[Objects.checkIndex(index, frames.length)];
    return frame instanceof byte[] array ? array : copyOf((ByteBuffer) frame);
  }

  private static byte[] copyOf(ByteBuffer frame) {
    byte[] copy = new byte[frame.limit()];
    frame.get(0, copy);
    return copy;
  }

  /**
   * One frame, never copied.
   *
   * @param index from 0
   * @return a new view of its bytes, to be read only
   * @throws IndexOutOfBoundsException if there are fewer
   */
  public ByteBuffer buffer(int index) {
    Object frame = frames[Objects.checkIndex(index, frames.length)];
    ByteBuffer bytes = frame instanceof byte[] array ? ByteBuffer.wrap(array) : (ByteBuffer) frame;
    return bytes.asReadOnlyBuffer();
  }

  /**
   * One frame as text.
   *
   * @param index from 0
   * @return the frame, read as UTF-8
   * @throws IndexOutOfBoundsException if there are fewer
   */
  public String text(int index) {
    return new String(frame(index), UTF_8);
  }

  /**
   * The length of one frame.
   *
   * @param index from 0
   * @return bytes
   * @throws IndexOutOfBoundsException if there are fewer
   */
  public int length(int index) {
    Object frame = frames[Objects.checkIndex(index, frames.length)];
    return frame instanceof byte[] array ? array.length : ((ByteBuffer) frame).limit();
  }

  /**
   * The length of all frames together.
   *
   * @return bytes
   */
  public long length() {
    long sum = 0;
    for (int i = 0; i < frames.length; i++) {
      sum += length(i);
    }
    return sum;
  }

  /**
   * How many frames there are.
   *
   * @return at least 1
   */
  public int size() {
    return frames.length;
  }

  @Override
  public Iterator<byte[]> iterator() {
    return frames().iterator();
  }

  // --- Others made from it

  /**
   * This message with a frame in front of it.
   *
   * @param frame such as the identity that a ROUTER sends to
   * @return another message, to the same routing id and group
   */
  public ZmqMessage prepend(byte[] frame) {
    return prepend(new Object[] {Objects.requireNonNull(frame, "frame")});
  }

  /**
   * This message with texts in front of it.
   *
   * @param texts the new first ones, in this order, in UTF-8
   * @return another message, to the same routing id and group
   */
  public ZmqMessage prepend(String... texts) {
    return prepend(encoded(texts));
  }

  private ZmqMessage prepend(Object[] front) {
    Object[] all = Arrays.copyOf(front, front.length + frames.length, Object[].class);
    System.arraycopy(frames, 0, all, front.length, frames.length);
    return new ZmqMessage(all, routingId, group, metadata);
  }

  /** This message behind what was begun before. */
  ZmqMessage after(List<ZmqMessage> begun) {
    List<Object> front = new ArrayList<>();
    for (ZmqMessage message : begun) {
      front.addAll(Arrays.asList(message.frames));
    }
    return prepend(front.toArray());
  }

  /** A message of one of the frames. */
  ZmqMessage only(int index) {
    return new ZmqMessage(new Object[] {frames[index]}, routingId, group, metadata);
  }

  /**
   * This message with a frame behind it.
   *
   * @param frame the new last one
   * @return another message, to the same routing id and group
   */
  public ZmqMessage append(byte[] frame) {
    return append(new Object[] {Objects.requireNonNull(frame, "frame")});
  }

  /**
   * This message with texts behind it.
   *
   * @param texts the new last ones, in this order, in UTF-8
   * @return another message, to the same routing id and group
   */
  public ZmqMessage append(String... texts) {
    return append(encoded(texts));
  }

  private ZmqMessage append(Object[] back) {
    Object[] all = Arrays.copyOf(frames, frames.length + back.length, Object[].class);
    System.arraycopy(back, 0, all, frames.length, back.length);
    return new ZmqMessage(all, routingId, group, metadata);
  }

  /**
   * This message without its first frames.
   *
   * @param count how many to leave out, 0 to {@link #size} - 1
   * @return the rest
   * @throws IndexOutOfBoundsException if nothing would be left
   */
  public ZmqMessage skip(int count) {
    Object[] rest =
        Arrays.copyOfRange(frames, Objects.checkIndex(count, frames.length), frames.length);
    return new ZmqMessage(rest, routingId, group, metadata);
  }

  /**
   * Puts this message into an envelope: in front of it an identity, and an empty frame as the
   * delimiter. {@code ZMsg.wrap}.
   *
   * @param identity whom it goes to
   * @return another message
   */
  public ZmqMessage wrap(byte[] identity) {
    return prepend(new Object[] {Objects.requireNonNull(identity, "identity"), DELIMITER});
  }

  /**
   * Takes this message out of its envelope: the first frame, and the empty one behind it, if there
   * is one and it is not the last. {@code ZMsg.unwrap}.
   *
   * @return the address and the rest
   * @throws IllegalStateException if there is only one frame, which cannot be both
   */
  public Envelope unwrap() {
    if (frames.length == 1) {
      throw new IllegalStateException(
          this + " has one frame only, so there is no envelope to take it out of");
    }
    int length = frames.length > 2 && length(1) == 0 ? 2 : 1;
    return new Envelope(new ZmqMessage(Arrays.copyOf(frames, length)), skip(length));
  }

  /**
   * This message as JeroMQ's.
   *
   * @return a new one of the same frames
   */
  public ZMsg toZMsg() {
    ZMsg message = new ZMsg();
    for (byte[] frame : this) {
      message.add(frame);
    }
    return message;
  }

  /**
   * This message as JeroMQ's frames, each but the last with the MORE flag, and each with the
   * routing id, group and metadata.
   *
   * @return new ones; the contents are not copied
   */
  public List<Msg> toMsgs() {
    List<Msg> all = new ArrayList<>(frames.length);
    for (int i = 0; i < frames.length; i++) {
      Msg frame = msg(i);
      if (i < frames.length - 1) {
        frame.setFlags(Msg.MORE);
      }
      all.add(frame.setMetadata(metadata));
    }
    return all;
  }

  /** A frame to be sent. A new one each time, because JeroMQ writes into it. */
  Msg msg(int index) {
    Object frame = frames[index];
    Msg msg = frame instanceof byte[] array ? new Msg(array) : new Msg((ByteBuffer) frame);
    if (routingId != 0) {
      boolean _ = msg.setRoutingId(routingId);
    }
    if (group != null) {
      boolean _ = msg.setGroup(group);
    }
    return msg;
  }

  // --- Whom it comes from and goes to

  /**
   * The CLIENT that a SERVER received this from, or sends this to.
   *
   * @return its routing id, 0 for none
   */
  public int routingId() {
    return routingId;
  }

  /**
   * Addresses a message of a SERVER to a CLIENT.
   *
   * @param routingId of a message received from it; 0 for none
   * @return another message of the same frames
   */
  public ZmqMessage withRoutingId(int routingId) {
    return new ZmqMessage(frames, routingId, group, metadata);
  }

  /**
   * The group that a RADIO sends this to, or a DISH received this in.
   *
   * @return its name, null for none
   */
  public @Nullable String group() {
    return group;
  }

  /**
   * Addresses a message of a RADIO to a group.
   *
   * @param group its name, of at most 255 characters
   * @return another message of the same frames
   * @throws IllegalArgumentException if the name is longer
   */
  public ZmqMessage withGroup(String group) {
    if (group.length() > Msg.MAX_GROUP_LENGTH) {
      throw new IllegalArgumentException(
          "the name of a group has at most "
              + Msg.MAX_GROUP_LENGTH
              + " characters, and this one has "
              + group.length());
    }
    return new ZmqMessage(frames, routingId, group, metadata);
  }

  /**
   * What the connection that brought this message is known by.
   *
   * @param key such as {@code User-Id}, {@code Peer-Address}, {@code Socket-Type} or {@code
   *     Identity}
   * @return null if this was not received from a connection, or that has no such property
   */
  public @Nullable String metadata(String key) {
    Metadata known = metadata;
    return known == null ? null : known.get(key);
  }

  // --- As a value

  /** Messages with the same frames are equal, wherever they come from and go to. */
  @Override
  public boolean equals(Object other) {
    if (!(other instanceof ZmqMessage that) || that.frames.length != frames.length) {
      return false;
    }
    for (int i = 0; i < frames.length; i++) {
      if (!isSame(frames[i], that.frames[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSame(Object one, Object other) {
    if (one instanceof byte[] array && other instanceof byte[] that) {
      return Arrays.equals(array, that);
    }
    return bytes(one).equals(bytes(other));
  }

  private static ByteBuffer bytes(Object frame) {
    return frame instanceof byte[] array ? ByteBuffer.wrap(array) : (ByteBuffer) frame;
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = 0; i < frames.length; i++) {
      hash = 31 * hash + Arrays.hashCode(frame(i));
    }
    return hash;
  }

  /** Short frames as text, if they look like it; else their lengths. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("ZmqMessage[");
    for (int i = 0; i < frames.length; i++) {
      if (i > 0) {
        text.append(", ");
      }
      text.append(show(i));
    }
    if (routingId != 0) {
      text.append(", routing id ").append(Integer.toUnsignedString(routingId));
    }
    if (group != null) {
      text.append(", group ").append(group);
    }
    return text.append(']').toString();
  }

  private String show(int index) {
    if (length(index) > LONGEST_SHOWN) {
      return length(index) + " bytes";
    }
    byte[] frame = frame(index);
    for (byte b : frame) {
      if (b < ' ' || b == 0x7f) {
        return frame.length + " bytes";
      }
    }
    return '"' + new String(frame, UTF_8) + '"';
  }
}

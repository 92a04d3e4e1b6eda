package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * A whole message: one frame or several, which travel together or not at all.
 *
 * <p>The frames are not copied, neither on the way in nor on the way out: who gives an array away
 * does not change it any more.
 *
 * <p>Immutable, as far as nobody changes the arrays.
 */
public final class ZmqMessage implements Iterable<byte[]> {

  private static final int LONGEST_SHOWN = 32;

  private final List<byte[]> frames;

  private ZmqMessage(List<byte[]> frames) {
    this.frames = frames;
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
    List<byte[]> encoded = new ArrayList<>(frames.length);
    for (String frame : frames) {
      encoded.add(frame.getBytes(UTF_8));
    }
    return of(encoded);
  }

  /**
   * A message of these frames.
   *
   * @param frames at least one
   * @return the message
   */
  public static ZmqMessage of(List<byte[]> frames) {
    if (frames.isEmpty()) {
      throw new IllegalArgumentException(
          "a message needs at least one frame; an empty one is new byte[0]");
    }
    return new ZmqMessage(List.copyOf(frames));
  }

  /**
   * The frames, in order.
   *
   * @return an unmodifiable list of the frames themselves
   */
  public List<byte[]> frames() {
    return frames;
  }

  /**
   * One frame.
   *
   * @param index from 0
   * @return the frame itself
   * @throws IndexOutOfBoundsException if there are fewer
   */
  public byte[] frame(int index) {
    return frames.get(index);
  }

  /**
   * One frame as text.
   *
   * @param index from 0
   * @return the frame, read as UTF-8
   * @throws IndexOutOfBoundsException if there are fewer
   */
  public String text(int index) {
    return new String(frames.get(index), UTF_8);
  }

  /**
   * How many frames there are.
   *
   * @return at least 1
   */
  public int size() {
    return frames.size();
  }

  @Override
  public Iterator<byte[]> iterator() {
    return frames.iterator();
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof ZmqMessage that) || that.frames.size() != frames.size()) {
      return false;
    }
    for (int i = 0; i < frames.size(); i++) {
      if (!Arrays.equals(frames.get(i), that.frames.get(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (byte[] frame : frames) {
      hash = 31 * hash + Arrays.hashCode(frame);
    }
    return hash;
  }

  /** Short frames as text, if they look like it; else their lengths. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("ZmqMessage[");
    for (int i = 0; i < frames.size(); i++) {
      if (i > 0) {
        text.append(", ");
      }
      text.append(show(frames.get(i)));
    }
    return text.append(']').toString();
  }

  private static String show(byte[] frame) {
    if (frame.length > LONGEST_SHOWN) {
      return frame.length + " bytes";
    }
    for (byte b : frame) {
      if (b < ' ' || b == 0x7f) {
        return frame.length + " bytes";
      }
    }
    return '"' + new String(frame, UTF_8) + '"';
  }
}

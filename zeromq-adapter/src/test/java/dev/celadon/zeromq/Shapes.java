package dev.celadon.zeromq;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Messages of all shapes, the same as {@code peer.py} has. */
final class Shapes {

  private static final int[] ONE_THOUSAND_FRAMES = new int[1000];

  static {
    Arrays.fill(ONE_THOUSAND_FRAMES, 1);
  }

  private static final int[][] FRAME_SIZES = {
    {0},
    {1},
    {255},
    {256},
    {0, 0, 0},
    {8191, 8192, 8193},
    {5, 0, 70_000, 0},
    ONE_THOUSAND_FRAMES,
    {1 << 20},
  };

  /** So many messages have every shape twice. */
  static final int TWICE_ALL = 2 * FRAME_SIZES.length;

  private Shapes() {}

  static ZmqMessage message(int number) {
    List<byte[]> frames = new ArrayList<>();
    for (int size : FRAME_SIZES[number % FRAME_SIZES.length]) {
      byte[] frame = new byte[size];
      Arrays.fill(frame, (byte) (number * 31 + frames.size()));
      frames.add(frame);
    }
    return ZmqMessage.of(frames);
  }
}

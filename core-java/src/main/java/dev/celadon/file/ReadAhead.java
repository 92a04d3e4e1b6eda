package dev.celadon.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * What was read of a file and not asked for yet. Used by who has the turn.
 *
 * <p>Every read goes through it: a thread fills it, and the caller takes out of it. So what was
 * read for a caller that has gone is there for the next one.
 */
final class ReadAhead {

  private static final int SMALL = 8 << 10;
  private static final int LARGE = 1 << 20;

  private byte[] bytes = new byte[0];
  private int start;
  private int end;

  int size() {
    return end - start;
  }

  boolean hasLine() {
    return lineEnd(0) >= 0;
  }

  /** Reads something, at least a byte unless at the end; false at the end. Blocks. */
  boolean fill(FileChannel channel, int wanted) throws IOException {
    makeRoom(Math.clamp(wanted, SMALL, LARGE));
    int count = channel.read(ByteBuffer.wrap(bytes, end, bytes.length - end));
    end += Math.max(0, count);
    return count > 0;
  }

  /** Reads up to the end of a line, or of the file. Blocks. */
  void fillLine(FileChannel channel) throws IOException {
    int looked = 0;
    while (lineEnd(looked) < 0) {
      looked = size();
      if (!fill(channel, SMALL)) {
        return;
      }
    }
  }

  /** Reads up to the end of the file. Blocks. */
  void fillAll(FileChannel channel) throws IOException {
    while (fill(channel, LARGE)) {
      // Until the end.
    }
  }

  private void makeRoom(int room) {
    if (bytes.length - end >= room) {
      return;
    }
    int size = size();
    if (size + room < 0) {
      throw new OutOfMemoryError("what is to be read at once does not fit into an array");
    }
    byte[] target = bytes.length - size >= room ? bytes : new byte[capacity(size, room)];
    System.arraycopy(bytes, start, target, 0, size);
    bytes = target;
    start = 0;
    end = size;
  }

  /** Doubles, so that a long line or file is copied a few times only. */
  private static int capacity(int size, int room) {
    return (int) Math.min(Integer.MAX_VALUE - 8L, Math.max((long) size + room, 2L * size));
  }

  /** Takes out up to a number of bytes; -1 if nothing is there. */
  int take(byte[] target, int offset, int length) {
    if (size() == 0) {
      return -1;
    }
    int count = Math.min(length, size());
    System.arraycopy(bytes, start, target, offset, count);
    drop(count);
    return count;
  }

  /** Takes out up to what fits; -1 if nothing is there. */
  int take(ByteBuffer target) {
    if (size() == 0) {
      return -1;
    }
    int count = Math.min(target.remaining(), size());
    target.put(bytes, start, count);
    drop(count);
    return count;
  }

  /** Takes out everything. */
  byte[] takeAll() {
    byte[] all = Arrays.copyOfRange(bytes, start, end);
    drop(size());
    return all;
  }

  /** Takes out a line without its end, or the rest if there is no further end. */
  byte[] takeLine() {
    int length = lineEnd(0);
    if (length < 0) {
      return takeAll();
    }
    boolean carriageReturn = length > 0 && bytes[start + length - 1] == '\r';
    byte[] line = Arrays.copyOfRange(bytes, start, start + length - (carriageReturn ? 1 : 0));
    drop(length + 1);
    return line;
  }

  private int lineEnd(int from) {
    for (int i = start + from; i < end; i++) {
      if (bytes[i] == '\n') {
        return i - start;
      }
    }
    return -1;
  }

  private void drop(int count) {
    start += count;
    if (start == end) {
      start = 0;
      end = 0;
      if (bytes.length > LARGE) {
        bytes = new byte[0]; // a long file was read at once
      }
    }
  }

  /** Sets the channel back to where the caller believes to be. Blocks. */
  void forget(FileChannel channel) throws IOException {
    if (size() > 0) {
      channel.position(channel.position() - size());
      drop(size());
    }
  }
}

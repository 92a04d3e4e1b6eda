package dev.celadon.process;

import dev.celadon.select.Select;
import dev.celadon.sync.RLock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;

/**
 * A pipe of the operating system within this program: what is written at one end is read at the
 * other, some dozens of KiB later at most. gevent's {@code os.pipe} with {@code nb_read} and {@code
 * nb_write}.
 *
 * <p>Reading and writing make only the caller wait. Callers of one end take turns in the order in
 * which they came, and the bytes of one write stay together. A read that a kill or a timeout ends
 * has taken nothing; a write may have written a part, from the beginning.
 *
 * <p>Safe for use from any thread that belongs to a hub or can drive one.
 */
public final class Pipe implements AutoCloseable {

  private final java.nio.channels.Pipe.SourceChannel source;
  private final java.nio.channels.Pipe.SinkChannel sink;
  private final RLock readers = new RLock();
  private final RLock writers = new RLock();

  private Pipe(java.nio.channels.Pipe pipe) throws IOException {
    this.source = pipe.source();
    this.sink = pipe.sink();
    source.configureBlocking(false);
    sink.configureBlocking(false);
  }

  /**
   * Makes a pipe. Never switches.
   *
   * @return the pipe, both ends open
   * @throws IOException if there are no descriptors left
   */
  public static Pipe open() throws IOException {
    java.nio.channels.Pipe pipe = java.nio.channels.Pipe.open();
    return new Pipe(pipe);
  }

  /**
   * Takes the bytes that are there, waiting for the first if need be. Switches unless it is there.
   *
   * @param target where they go
   * @return how many were taken, 0 if there is no room for any; -1 at the end
   * @throws ClosedChannelException if the near end is closed; {@link AsynchronousCloseException} if
   *     that happens meanwhile
   */
  public int read(ByteBuffer target) throws IOException {
    readers.acquire();
    try {
      int count = source.read(target);
      while (count == 0 && target.hasRemaining()) {
        Select.waitRead(source);
        count = source.read(target);
      }
      return count;
    } finally {
      readers.release();
    }
  }

  /**
   * Writes bytes. Switches if there is no room for them or others write.
   *
   * @param from where they are; all of them are written
   * @throws ClosedChannelException if the near end is closed; {@link AsynchronousCloseException} if
   *     that happens meanwhile
   * @throws IOException if the end that is read is closed
   */
  public void write(ByteBuffer from) throws IOException {
    writers.acquire();
    try {
      while (from.hasRemaining()) {
        if (sink.write(from) == 0) {
          Select.waitWrite(sink);
        }
      }
    } finally {
      writers.release();
    }
  }

  /**
   * The end that is read, as a stream. Closing it is {@link #closeSource}.
   *
   * @return a view
   */
  public InputStream inputStream() {
    return new Input();
  }

  /**
   * The end that is written, as a stream. It has no buffer: take a {@link
   * java.io.BufferedOutputStream} for many small writes. Closing it is {@link #closeSink}.
   *
   * @return a view
   */
  public OutputStream outputStream() {
    return new Output();
  }

  /**
   * Closes the end that is read: writes fail from now on. Never switches.
   *
   * @throws IOException if the system says so
   */
  public void closeSource() throws IOException {
    source.close();
  }

  /**
   * Closes the end that is written: what was written can still be read, and then the end comes.
   * Never switches.
   *
   * @throws IOException if the system says so
   */
  public void closeSink() throws IOException {
    sink.close();
  }

  /**
   * Closes both ends. Never switches.
   *
   * @throws IOException if the system says so
   */
  @Override
  public void close() throws IOException {
    try (source) {
      sink.close();
    }
  }

  @Override
  public String toString() {
    return "Pipe[" + (sink.isOpen() ? "open" : "ended") + (source.isOpen() ? "]" : ", unread]");
  }

  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      return Pipe.this.read(ByteBuffer.wrap(target, offset, length));
    }

    @Override
    public void close() throws IOException {
      closeSource();
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      Objects.requireNonNull(from, "from");
      Pipe.this.write(ByteBuffer.wrap(from, offset, length));
    }

    @Override
    public void close() throws IOException {
      closeSink();
    }
  }
}

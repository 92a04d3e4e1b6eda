package dev.celadon.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.queue.Queue;
import dev.celadon.queue.QueueShutDown;
import dev.celadon.sync.RLock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The near end of a pipe that a child writes into: its output or its error stream.
 *
 * <p>Reading makes only the caller wait. Whoever reads first starts a thread that carries the bytes
 * over: it runs ahead by some chunks of 8 KiB at most, eight of them, and then the child has to
 * wait, as it has from the start if nobody reads. Callers take turns in the order in which they
 * came. A read that a kill or a timeout ends has taken nothing.
 *
 * <p>The end of the stream comes when nobody holds the far end any more: a grandchild that has
 * inherited it holds it, too, even when the child has ended. But if nobody has begun to read by the
 * child's end, the JVM takes what is in the pipe then and closes it: what a grandchild writes later
 * is lost.
 *
 * <p>Safe for use from any thread.
 */
public final class ProcessOutput extends InputStream {
  /*
   * JDK 25, Linux and macOS: a read of the pipe blocks its thread in the kernel, and nothing but data or the end wakes it, not even
   * close(). So the thread is a daemon of its own. When the child has ended, the JDK's reaper empties the pipe of what is in it and
   * closes it, which would lose what a grandchild writes later; it does so under the stream's monitor, so the pump holds that until
   * the end.
   */
  private static final int CHUNK_BYTES = 8192;
  private static final int CHUNKS = 8;

  private enum State {
    /** Nobody has read yet; the pump is not there. */
    UNREAD,
    PUMPED,
    CLOSED
  }

  private final String name;
  private final InputStream pipe;
  private final Queue<byte[]> chunks = new Queue<>(CHUNKS);
  private final RLock readers = new RLock();
  private final AtomicReference<State> state = new AtomicReference<>(State.UNREAD);

  /** What the pump failed with. Written by the pump before it shuts the queue down. */
  private volatile @Nullable IOException failure;

  /** The bytes from {@code from} to {@code to} are to be read next. Guarded by {@code readers}. */
  private byte[] held = new byte[0];

  private int from;
  private int to;

  ProcessOutput(String name, InputStream pipe) {
    this.name = name;
    this.pipe = pipe;
  }

  // --- Reading

  /**
   * Takes the next byte, waiting for it if need be. Switches unless it is there.
   *
   * @return the byte, or -1 at the end
   * @throws ClosedChannelException if this is closed, before or meanwhile
   */
  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * Takes the bytes that are there, waiting for the first if need be. Switches unless it is there.
   *
   * @param target where they go
   * @param offset where they go within {@code target}
   * @param length how many at most
   * @return how many were taken, or -1 at the end
   * @throws ClosedChannelException if this is closed, before or meanwhile
   */
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    return forEver(
        limit -> {
          if (from == to && !fill(limit)) {
            return -1;
          }
          int count = Math.min(length, to - from);
          System.arraycopy(held, from, target, offset, count);
          from += count;
          return count;
        });
  }

  /**
   * Takes the next line, of UTF-8, waiting for its end if need be. Switches unless it is there.
   *
   * @return the line without its end, which is {@code \n} or {@code \r\n}; null at the end of the
   *     stream
   * @throws ClosedChannelException if this is closed, before or meanwhile
   */
  public @Nullable String readLine() throws IOException {
    return forEver(this::takeLine);
  }

  /**
   * Takes the next line, of UTF-8, waiting for its end for a limited time. Switches unless it is
   * there.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return the line without its end, which is {@code \n} or {@code \r\n}; null at the end of the
   *     stream
   * @throws TimeoutException if time was over first; a part of a line stays to be read
   * @throws ClosedChannelException if this is closed, before or meanwhile
   */
  public @Nullable String readLine(Duration timeout) throws IOException, TimeoutException {
    return locked(TimeLimit.in(timeout), this::takeLine);
  }

  private @Nullable String takeLine(TimeLimit limit) throws IOException, TimeoutException {
    int searched = 0;
    while (true) {
      for (int i = from + searched; i < to; i++) {
        if (held[i] == '\n') {
          String line = text(i > from && held[i - 1] == '\r' ? i - 1 : i);
          from = i + 1;
          return line;
        }
      }
      searched = to - from;
      if (!fill(limit)) {
        String rest = text(to);
        from = to;
        return searched == 0 ? null : rest;
      }
    }
  }

  private String text(int end) {
    return new String(held, from, end - from, UTF_8);
  }

  /** Takes everything until the end; what was taken when time is over stays in the target. */
  void collect(ByteArrayOutputStream target, TimeLimit limit) throws IOException, TimeoutException {
    boolean _ =
        locked(
            limit,
            _ -> {
              do {
                target.write(held, from, to - from);
                from = to;
              } while (fill(limit));
              return true;
            });
  }

  /** Lets the child write as much as it likes from now on. */
  void runAhead() {
    chunks.setCapacity(Integer.MAX_VALUE);
    startPump();
  }

  private interface Taking<T extends @Nullable Object> {
    T take(TimeLimit limit) throws IOException, TimeoutException;
  }

  private <T extends @Nullable Object> T forEver(Taking<T> taking) throws IOException {
    try {
      return locked(TimeLimit.none(), taking);
    } catch (TimeoutException e) {
      throw new AssertionError("bug in Celadon, please report: for ever is over", e);
    }
  }

  private <T extends @Nullable Object> T locked(TimeLimit limit, Taking<T> taking)
      throws IOException, TimeoutException {
    limit.acquire(readers, name);
    try {
      if (state.get() == State.CLOSED) {
        throw new ClosedChannelException();
      }
      return taking.take(limit);
    } finally {
      readers.release();
    }
  }

  /** Brings in one more chunk; false at the end. The lock is held. */
  private boolean fill(TimeLimit limit) throws IOException, TimeoutException {
    startPump();
    byte[] chunk;
    try {
      chunk = chunks.tryGet();
      if (chunk == null) {
        try (WorkElsewhere _ = WorkElsewhere.begin()) {
          chunk = chunks.get(limit.left());
        }
      }
    } catch (QueueShutDown e) {
      return end();
    }
    if (chunk == null) {
      throw limit.expired(name + " brought nothing");
    }
    append(chunk);
    return true;
  }

  private boolean end() throws IOException {
    if (state.get() == State.CLOSED) {
      throw new AsynchronousCloseException();
    }
    IOException why = failure;
    if (why != null) {
      throw new IOException(name + " cannot be read", why);
    }
    return false;
  }

  private void append(byte[] chunk) {
    if (from == to) {
      held = chunk;
      from = 0;
      to = chunk.length;
      return;
    }
    int left = to - from;
    if (held.length - to < chunk.length) {
      byte[] wider =
          left + chunk.length > held.length / 2
              ? new byte[Math.max(held.length * 2, left + chunk.length)]
              : held;
      System.arraycopy(held, from, wider, 0, left);
      held = wider;
      from = 0;
      to = left;
    }
    System.arraycopy(chunk, 0, held, to, chunk.length);
    to += chunk.length;
  }

  // --- The pump

  private void startPump() {
    if (!state.compareAndSet(State.UNREAD, State.PUMPED)) {
      return;
    }
    try {
      Pump.start("celadon " + name, this::pump);
    } catch (Throwable failed) { // no thread could be made
      chunks.shutdown();
      throw failed;
    }
  }

  private void pump() {
    synchronized (pipe) {
      try (pipe) {
        byte[] buffer = new byte[CHUNK_BYTES];
        for (int count = pipe.read(buffer); count >= 0; count = pipe.read(buffer)) {
          chunks.put(Arrays.copyOf(buffer, count));
        }
      } catch (QueueShutDown e) {
        return; // closed: nobody wants the rest
      } catch (IOException e) {
        failure = e;
      } catch (Throwable e) { // no memory: the rest is lost, which must not look like the end
        failure = new IOException(e);
      } finally {
        chunks.shutdown();
      }
    }
  }

  // --- The end

  /**
   * Gives up the rest: those who wait here end with {@link AsynchronousCloseException}, and the
   * child will find its pipe broken. Never switches.
   */
  @Override
  public void close() {
    if (state.getAndSet(State.CLOSED) == State.CLOSED) {
      return;
    }
    var _ = chunks.shutdownNow();
    try {
      pipe.close(); // takes no lock that the pump holds, and a pipe's end is closed without a wait
    } catch (IOException e) {
      failure = e; // nobody reads it any more
    }
  }

  @Override
  public String toString() {
    return name;
  }
}

package dev.celadon.process;

import dev.celadon.queue.Queue;
import dev.celadon.queue.QueueShutDown;
import dev.celadon.sync.RLock;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The near end of a pipe that a child reads from: its input.
 *
 * <p>Writing makes only the caller wait. A thread carries the bytes over: so a write returns when
 * the rest fits into the line before the pipe, eight chunks of 8 KiB at most; {@link #flush}
 * returns when everything is in the pipe. The bytes of one write stay together. A write that a kill
 * or a timeout ends may have written a part, from the beginning.
 *
 * <p>If the child has closed its input, or has ended, a write or flush fails: at once or, since
 * another thread does the work, at the next one.
 *
 * <p>Safe for use from any thread.
 */
public final class ProcessInput extends OutputStream {
  /*
   * JDK 25, Linux and macOS: a write into a full pipe blocks its thread in the kernel until somebody reads or nobody holds the far end
   * any more, and close() waits for the same monitor. So once there is a pump, it alone touches the pipe.
   */
  private static final int CHUNK_BYTES = 8192;
  private static final int CHUNKS = 8;

  private enum State {
    /** Nothing was written yet; the pump is not there. */
    UNUSED,
    PUMPED,
    CLOSED
  }

  private final String name;
  private final OutputStream pipe;
  private final Queue<byte[]> chunks = new Queue<>(CHUNKS);
  private final RLock writers = new RLock();
  private final AtomicReference<State> state = new AtomicReference<>(State.UNUSED);

  /** What the pump failed with. Written by the pump before it shuts the queue down. */
  private volatile @Nullable IOException failure;

  /** What the pump writes now; whoever takes it out of here tells the queue that it is done. */
  private final AtomicReference<byte @Nullable []> underWay = new AtomicReference<>();

  /** Whether what is not in the pipe is dropped. Written before that is done. */
  private volatile boolean aborted;

  ProcessInput(String name, OutputStream pipe) {
    this.name = name;
    this.pipe = pipe;
  }

  /**
   * Writes one byte; for many, take an array. Switches if the line is full.
   *
   * @param value its low eight bits are written
   * @throws ClosedChannelException if this is closed, before or meanwhile
   * @throws IOException if the child has closed its input
   */
  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  /**
   * Writes bytes. Switches if the line is full or others write.
   *
   * @param source where they are; it can be used again at once
   * @param offset where they are within {@code source}
   * @param length how many
   * @throws ClosedChannelException if this is closed, before or meanwhile
   * @throws IOException if the child has closed its input
   */
  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, source.length);
    writers.acquire();
    try {
      requireUsable();
      startPump();
      int end = offset + length;
      for (int at = offset; at < end; at += CHUNK_BYTES) {
        put(Arrays.copyOfRange(source, at, Math.min(end, at + CHUNK_BYTES)));
      }
    } finally {
      writers.release();
    }
  }

  private void put(byte[] chunk) throws IOException {
    try {
      if (!chunks.tryPut(chunk)) {
        try (WorkElsewhere _ = WorkElsewhere.begin()) {
          chunks.put(chunk);
        }
      }
    } catch (QueueShutDown e) {
      throw state.get() == State.CLOSED ? new AsynchronousCloseException() : broken();
    }
  }

  private void requireUsable() throws IOException {
    if (state.get() == State.CLOSED) {
      throw new ClosedChannelException();
    }
    if (failure != null) {
      throw broken();
    }
  }

  private IOException broken() {
    return new IOException(
        name + ": the child has closed its input, or has ended; look at its exit code", failure);
  }

  /**
   * Waits until everything that was written is in the pipe: not until the child has read it.
   * Switches unless it is.
   *
   * @throws ClosedChannelException if this is closed; a close writes the rest by itself. {@link
   *     AsynchronousCloseException} if the end of the {@link Subprocess} drops the rest meanwhile
   * @throws IOException if the child has closed its input
   */
  @Override
  public void flush() throws IOException {
    requireUsable();
    try (WorkElsewhere _ = WorkElsewhere.begin()) {
      chunks.join();
    }
    if (aborted) {
      throw new AsynchronousCloseException();
    }
    if (failure != null) {
      throw broken();
    }
  }

  /** Gives the child everything at once, and then the end, without a wait. */
  void feed(byte[] all) throws IOException {
    if (all.length > 0) {
      requireUsable();
      startPump();
      chunks.setCapacity(Integer.MAX_VALUE);
      try {
        boolean _ = chunks.tryPut(all.clone());
      } catch (QueueShutDown e) {
        return; // it has ended already and wants nothing, which its exit code may tell
      }
    }
    close();
  }

  private void startPump() {
    if (!state.compareAndSet(State.UNUSED, State.PUMPED)) {
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
    try (pipe) {
      for (byte[] chunk : chunks) {
        underWay.set(chunk);
        try {
          if (!aborted) { // else nobody may wait for a write that need not end
            pipe.write(chunk);
            pipe.flush();
          }
        } catch (IOException e) {
          fail(e);
          return;
        } catch (Throwable e) { // no memory
          fail(new IOException(e));
          return;
        } finally {
          finishUnderWay();
        }
      }
    } catch (IOException e) {
      failure = e; // of the close
    }
  }

  private void finishUnderWay() {
    if (underWay.getAndSet(null) != null) {
      chunks.taskDone();
    }
  }

  private void fail(IOException why) {
    failure = why;
    var _ = chunks.shutdownNow();
  }

  /**
   * Ends the input: the child reads what was written, and then the end of the stream. Does not wait
   * for that, and nobody learns whether the child has taken it: {@link #flush} before. Never
   * switches.
   */
  @Override
  public void close() {
    State before = state.getAndSet(State.CLOSED);
    chunks.shutdown();
    closeUnused(before);
  }

  /** Ends the input and drops what is not in the pipe yet. */
  void abort() {
    aborted = true;
    State before = state.getAndSet(State.CLOSED);
    var _ = chunks.shutdownNow();
    finishUnderWay();
    closeUnused(before);
  }

  private void closeUnused(State before) {
    if (before == State.UNUSED) {
      try {
        pipe.close(); // nothing is in its buffer, so it does not wait
      } catch (IOException e) {
        failure = e;
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}

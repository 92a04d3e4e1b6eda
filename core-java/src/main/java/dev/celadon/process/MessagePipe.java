package dev.celadon.process;

import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.hub.Strand;
import dev.celadon.net.SocketPair;
import dev.celadon.net.StreamSocket;
import dev.celadon.sync.RLock;
import dev.celadon.sync.Semaphore;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Messages both ways between two programs, or two parts of one: gipc's {@code pipe(duplex=True)}.
 *
 * <p>Each message arrives whole, once, and in the order of the sends. Any number may send and
 * receive at the same time; they take turns, first come, first served.
 *
 * <p>A kill or a timeout never tears a message. A receive that it ends has taken nothing. A send
 * that it ends has sent nothing, or another greenlet of the hub sends the rest; a plain thread that
 * is interrupted in the middle of a message closes the pipe.
 *
 * <p>Safe for use from any thread that belongs to a hub or can drive one.
 *
 * @param <I> the type of the messages that come in
 * @param <O> the type of the messages that go out
 */
public final class MessagePipe<I, O> implements AutoCloseable {
  /*
   * A message is four bytes, its length as an int, and so many bytes. What has come of a message stays in `header` and `body`, which
   * only who holds `receiving` touches: so whoever receives next goes on there. The permit of `sending` goes with a message that is
   * on its way, not with a caller: it passes to the greenlet that finishes the message of one that was killed.
   */
  static final int DEFAULT_LIMIT = 16 * 1024 * 1024;

  private static final int HEADER_BYTES = 4;

  private final StreamSocket socket;
  private final Codec<I> incoming;
  private final Codec<O> outgoing;
  private final int maxMessageBytes;
  private final Semaphore sending = new Semaphore(1);
  private final RLock receiving = new RLock();

  private final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);

  /** Null until the header has come. */
  private @Nullable ByteBuffer body;

  private MessagePipe(
      StreamSocket socket, Codec<I> incoming, Codec<O> outgoing, int maxMessageBytes) {
    this.socket = Objects.requireNonNull(socket, "socket");
    this.incoming = Objects.requireNonNull(incoming, "incoming");
    this.outgoing = Objects.requireNonNull(outgoing, "outgoing");
    this.maxMessageBytes = checkLimit(maxMessageBytes);
  }

  static int checkLimit(int maxMessageBytes) {
    if (maxMessageBytes < 1) {
      throw new IllegalArgumentException(
          "maxMessageBytes must be at least 1: " + maxMessageBytes + "; the default is 16 MiB");
    }
    return maxMessageBytes;
  }

  /**
   * Makes a message pipe of a connected socket, whose peer must speak the same way.
   *
   * @param socket belongs to the pipe from now on
   * @param incoming reads what comes
   * @param outgoing writes what goes
   * @param maxMessageBytes how long a message may be, either way; at least 1
   * @param <I> the type of the messages that come in
   * @param <O> the type of the messages that go out
   * @return the pipe
   */
  public static <I, O> MessagePipe<I, O> of(
      StreamSocket socket, Codec<I> incoming, Codec<O> outgoing, int maxMessageBytes) {
    return new MessagePipe<>(socket, incoming, outgoing, maxMessageBytes);
  }

  /**
   * Both ends of a pipe.
   *
   * @param left one end
   * @param right the other end
   * @param <A> the type of the messages to the left
   * @param <B> the type of the messages to the right
   */
  public record Ends<A, B>(MessagePipe<A, B> left, MessagePipe<B, A> right)
      implements AutoCloseable {

    /**
     * Closes both.
     *
     * @throws IOException if the system says so
     */
    @Override
    public void close() throws IOException {
      try (left) {
        right.close();
      }
    }
  }

  /**
   * Makes a pipe within this program, of messages up to 16 MiB. Never switches.
   *
   * @param leftward for messages to the left
   * @param rightward for messages to the right
   * @param <A> the type of the messages to the left
   * @param <B> the type of the messages to the right
   * @return both ends
   * @throws IOException if there are no descriptors left
   */
  public static <A, B> Ends<A, B> pair(Codec<A> leftward, Codec<B> rightward) throws IOException {
    Objects.requireNonNull(leftward, "leftward");
    Objects.requireNonNull(rightward, "rightward");
    SocketPair pair = StreamSocket.pair();
    return new Ends<>(
        of(pair.first(), leftward, rightward, DEFAULT_LIMIT),
        of(pair.second(), rightward, leftward, DEFAULT_LIMIT));
  }

  /**
   * The pipe to the program that has started this one by {@link ChildProcess}: for a child with a
   * {@code main} of its own. Once only. Switches.
   *
   * @param incoming reads what the parent sends
   * @param outgoing writes what the parent receives
   * @param <I> the type of the messages from the parent
   * @param <O> the type of the messages to the parent
   * @return the pipe
   * @throws IOException if the parent is not there any more
   * @throws IllegalStateException if this program is no such child, or asks twice
   */
  public static <I, O> MessagePipe<I, O> ofParent(Codec<I> incoming, Codec<O> outgoing)
      throws IOException {
    Objects.requireNonNull(incoming, "incoming");
    Objects.requireNonNull(outgoing, "outgoing");
    Rendezvous meeting = Rendezvous.ofThisChild();
    return of(meeting.connect(), incoming, outgoing, meeting.maxMessageBytes());
  }

  // --- Sending

  /**
   * Sends a message. Switches if there is no room for it or others send.
   *
   * @param message what is sent
   * @throws MessagePipeClosed if the other end is closed
   * @throws ClosedChannelException if this end is closed; {@link AsynchronousCloseException} if
   *     that happens meanwhile
   * @throws IllegalArgumentException if the message is too long
   * @throws SocketTimeoutException if the socket has a timeout and it was over first
   * @throws IOException what the codec throws
   */
  public void send(O message) throws IOException {
    byte[] bytes = outgoing.encode(Objects.requireNonNull(message, "message"));
    if (bytes.length > maxMessageBytes) {
      throw new IllegalArgumentException(
          "the message has "
              + bytes.length
              + " bytes, but the limit of "
              + this
              + " is "
              + maxMessageBytes
              + ": raise maxMessageBytes, or send several");
    }
    ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + bytes.length);
    frame.putInt(bytes.length).put(bytes).flip();
    sending.acquire();
    boolean handedOn = false;
    try {
      socket.write(frame);
    } catch (IOException e) {
      throw ended(e);
    } finally {
      if (frame.position() > 0 && frame.hasRemaining()) {
        handedOn = finishAside(frame);
      }
      if (!handedOn) {
        sending.release();
      }
    }
  }

  /** Somebody was ended in the middle of a message. */
  private boolean finishAside(ByteBuffer frame) throws IOException {
    if (socket.isOpen() && Strand.current() instanceof RawGreenlet greenlet) {
      try {
        RawGreenlet _ = greenlet.hub().spawnRaw(() -> finish(frame));
        return true;
      } catch (HubClosedException e) {
        close(); // the other end must not take half a message for a whole one
        return false;
      }
    }
    close();
    return false;
  }

  private void finish(ByteBuffer frame) {
    try {
      while (frame.hasRemaining()) {
        finishOrTimeOut(frame);
      }
    } catch (IOException e) {
      return; // the other end is closed, or this one: the next call says so
    } finally {
      if (frame.hasRemaining()) {
        closeQuietly();
      }
      sending.release();
    }
  }

  private void finishOrTimeOut(ByteBuffer frame) throws IOException {
    try {
      int _ = socket.write(frame);
    } catch (SocketTimeoutException e) {
      return; // that limit was the caller's
    }
  }

  private void closeQuietly() {
    try {
      close();
    } catch (IOException e) {
      return; // nobody is there to hear it
    }
  }

  // --- Receiving

  /**
   * Takes the next message, waiting for it if need be. Switches unless it is there.
   *
   * @return the message
   * @throws MessagePipeClosed if the other end is closed, and nothing more is on its way
   * @throws ClosedChannelException if this end is closed; {@link AsynchronousCloseException} if
   *     that happens meanwhile
   * @throws IOException what the codec throws: the message is lost then, and the next one can be
   *     received. Also if the message is too long; the pipe is closed then
   */
  public I receive() throws IOException {
    try {
      return incoming.decode(take(TimeLimit.none()));
    } catch (TimeoutException e) {
      throw new AssertionError("bug in Celadon, please report: for ever is over", e);
    }
  }

  /**
   * Takes the next message, waiting for it for a limited time. Switches unless it is there.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return the message, or null if time was over first
   * @throws MessagePipeClosed if the other end is closed, and nothing more is on its way
   * @throws IOException as {@link #receive()}
   */
  public @Nullable I receive(Duration timeout) throws IOException {
    byte[] bytes;
    try {
      bytes = take(TimeLimit.in(timeout));
    } catch (TimeoutException e) {
      return null;
    }
    return incoming.decode(bytes);
  }

  private byte[] take(TimeLimit limit) throws IOException, TimeoutException {
    limit.acquire(receiving, this);
    try {
      ByteBuffer begun = body;
      if (begun == null) {
        fill(header, limit);
        begun = ByteBuffer.allocate(lengthOf(header));
        header.clear();
        body = begun;
      }
      fill(begun, limit);
      body = null;
      return begun.array();
    } finally {
      receiving.release();
    }
  }

  private int lengthOf(ByteBuffer header) throws IOException {
    int length = header.getInt(0);
    if (length < 0 || length > maxMessageBytes) {
      close();
      throw new IOException(
          "a message of "
              + Integer.toUnsignedString(length)
              + " bytes was to come, but the limit of "
              + this
              + " is "
              + maxMessageBytes
              + ": raise maxMessageBytes at both ends");
    }
    return length;
  }

  private void fill(ByteBuffer buffer, TimeLimit limit) throws IOException, TimeoutException {
    while (buffer.hasRemaining()) {
      int count = readNow(buffer);
      if (count < 0) {
        throw new MessagePipeClosed(
            this,
            buffer == header && header.position() == 0
                ? "the other end of " + this + " is closed: no more messages come"
                : "the other end of " + this + " has ended in the middle of a message",
            null);
      }
      if (count == 0 && !socket.waitReadable(limit.left())) {
        throw limit.expired(this + " brought nothing");
      }
    }
  }

  private int readNow(ByteBuffer buffer) throws IOException {
    try {
      return socket.channel().read(buffer);
    } catch (IOException e) {
      throw ended(e);
    }
  }

  private IOException ended(IOException e) {
    return e instanceof ClosedChannelException || e instanceof SocketTimeoutException
        ? e
        : new MessagePipeClosed(this, "the other end of " + this + " is closed", e);
  }

  // --- The end

  /**
   * Says that nothing more will be sent from here: the other end gets what was sent, and then
   * {@link MessagePipeClosed}. Receiving goes on. Never switches.
   *
   * @throws IOException if the system says so
   */
  public void closeSending() throws IOException {
    socket.shutdownOutput();
  }

  /**
   * Whether this end is open.
   *
   * @return true until {@link #close}
   */
  public boolean isOpen() {
    return socket.isOpen();
  }

  /**
   * Closes this end: those who wait here end with {@link AsynchronousCloseException}. Never
   * switches.
   *
   * @throws IOException if the system says so
   */
  @Override
  public void close() throws IOException {
    socket.close();
  }

  @Override
  public String toString() {
    return socket.isOpen() ? "MessagePipe[open]" : "MessagePipe[closed]";
  }
}

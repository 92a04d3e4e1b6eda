package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import zmq.ZMQ;

/**
 * The half of a {@link ZmqSocket} that receives.
 *
 * <p>Nothing is copied: what JeroMQ has received is what the caller gets, see {@link
 * ZmqMessage#buffer} for frames outside of the heap. A peer in the same program may have got the
 * very same array, so it is to be read only.
 *
 * <p>Confined to its hub.
 */
public sealed interface ZmqReceiver permits ZmqSocket {

  // --- Whole messages

  /**
   * Receives a whole message, or the rest of the one that the calling greenlet has begun. Switches
   * if there is no message or others wait to receive.
   *
   * @return the message
   * @throws ZmqTimeoutException after {@link SocketOptions#receiveTimeout(Duration)}
   * @throws ZmqClosedException if the socket is closed, before or meanwhile
   * @throws ZmqStateException if it is not this socket's turn to receive, or it never receives
   */
  ZmqMessage recvMessage();

  /**
   * Receives a whole message, giving up after a while; see {@link #recvMessage()}.
   *
   * @param timeout how long to wait at most; zero does not
   * @return the message
   * @throws ZmqTimeoutException if there was none in time
   */
  ZmqMessage recvMessage(Duration timeout);

  /**
   * Receives a message, or nothing; see {@link #recvMessage(Duration)}. For those who do something
   * else now and then, such as send a heartbeat.
   *
   * @param timeout how long to wait at most; zero does not
   * @return the message, or null if there was none in time
   */
  @Nullable ZmqMessage recvMessageOrNull(Duration timeout);

  /**
   * Receives a whole message if there is one at once. Never switches.
   *
   * @return the message, or null if there is none, or others wait to receive
   */
  @Nullable ZmqMessage tryRecvMessage();

  /**
   * Receives the frames of a whole message; see {@link #recvMessage()}.
   *
   * @return all frames
   */
  default List<byte[]> recvMultipart() {
    return recvMessage().frames();
  }

  /**
   * Receives the frames of a whole message, giving up after a while; see {@link
   * #recvMessage(Duration)}.
   *
   * @param timeout how long to wait at most; zero does not
   * @return all frames
   */
  default List<byte[]> recvMultipart(Duration timeout) {
    return recvMessage(timeout).frames();
  }

  /**
   * Receives a message, and those that are there behind it: one wake-up for many messages. Waits
   * for the first as {@link #recvMessage()} does, and for no other.
   *
   * @param max how many at most, 1 or more
   * @return at least one
   */
  List<ZmqMessage> recvMany(int max);

  /**
   * Receives a message, giving up after a while, and those that are there behind it; see {@link
   * #recvMany(int)}.
   *
   * @param max how many at most, 1 or more
   * @param timeout how long to wait for the first at most; zero does not
   * @return at least one
   * @throws ZmqTimeoutException if there was none in time
   */
  List<ZmqMessage> recvMany(int max, Duration timeout);

  /**
   * Receives the messages that are there. Never switches.
   *
   * @param into where they are added, in order
   * @param max how many at most
   * @return how many; 0 if there is none, or others wait to receive
   */
  int drainTo(Collection<? super ZmqMessage> into, int max);

  /**
   * Waits until there is something to receive, without receiving it. Of those who wait for that,
   * all are told; those who wait to receive come first. Switches unless it is there or the timeout
   * is zero.
   *
   * @param timeout how long to wait at most; zero does not
   * @return true if there was something at that moment; false if time was over first
   * @throws ZmqClosedException if the socket is closed, before or meanwhile
   */
  boolean waitReadable(Duration timeout);

  /**
   * The receiving side as something to wait for, beside events, queues and greenlets: {@code
   * Greenlets.waitAll(List.of(socket.readable(), stop), 1)}. It is ready when somebody who comes
   * now would find a message, or the socket is closed. Who waits takes nothing, and is told after
   * those who wait to receive. Confined to the hub, as the socket is. Never switches.
   *
   * @return what becomes ready, as often as the socket does
   */
  Waitable readable();

  /**
   * Lines up a callback that wants the next message, behind everybody who waits to receive. Its
   * waiter is granted a {@link ZmqMessage}, at once if there is one; or it fails, with what {@link
   * #recv()} would throw. Never switches.
   *
   * <p>The message belongs to the waiter from the grant on. If it cannot take it, {@link #putBack}
   * is for it.
   *
   * <p>A coroutine must not block, so it lines up a callback {@link Waiter} among the greenlets:
   *
   * <pre>{@code
   * suspend fun ZmqSocket.receive(): ZmqMessage =
   *   tryRecvMessage() ?: suspendCancellableCoroutine { continuation ->
   *     lateinit var waiter: Waiter
   *     waiter = Waiter {
   *       if (waiter.isGranted)
   *         continuation.resume(waiter.value() as ZmqMessage) { _, message, _ -> putBack(message) }
   *       else
   *         continuation.resumeWithException(waiter.value() as Throwable)
   *     }
   *     continuation.invokeOnCancellation { abandon(waiter) }
   *     receiveAsync(waiter)
   *   }
   * }</pre>
   *
   * @param waiter a callback waiter, see {@link Waiter#Waiter(Runnable)}; withdraw it with {@link
   *     ZmqSocket#abandon}
   * @throws ZmqClosedException if the socket is closed
   */
  void receiveAsync(Waiter waiter);

  /**
   * Gives a message back that was received but cannot be delivered: it is the next one to be
   * received. Any thread; never switches.
   *
   * @param message as it was received
   */
  void putBack(ZmqMessage message);

  // --- Frame by frame

  /**
   * Receives one frame with what belongs to it, as a message of one frame: the next one of the
   * message that the calling greenlet has begun, else the first one of the next message. Switches
   * if there is no message or others wait to receive.
   *
   * @return the frame
   * @throws ZmqTimeoutException after {@link SocketOptions#receiveTimeout(Duration)}
   * @throws ZmqClosedException if the socket is closed, before or meanwhile
   * @throws ZmqStateException if it is not this socket's turn to receive, or it never receives
   */
  ZmqMessage recvFrame();

  /**
   * Receives one frame with what belongs to it, giving up after a while; see {@link #recvFrame()}.
   *
   * @param timeout how long to wait at most; zero does not
   * @return the frame
   * @throws ZmqTimeoutException if there was none in time
   */
  ZmqMessage recvFrame(Duration timeout);

  /**
   * Receives one frame with what belongs to it, or nothing; see {@link #recvFrame(Duration)}.
   *
   * @param timeout how long to wait at most; zero does not
   * @return the frame, or null if there was none in time
   */
  @Nullable ZmqMessage recvFrameOrNull(Duration timeout);

  /**
   * Receives one frame with what belongs to it if there is one at once. Never switches.
   *
   * @return the frame, or null if there is none, or others wait to receive
   */
  @Nullable ZmqMessage tryRecvFrame();

  /**
   * Whether the message of which the calling greenlet received a frame has more of them. ZeroMQ's
   * RCVMORE. Never switches.
   *
   * @return true if the next receive continues that message
   */
  boolean hasReceiveMore();

  /**
   * Receives one frame, or nothing; see {@link #recvFrame(Duration)}.
   *
   * @param timeout how long to wait at most; zero does not
   * @return the frame, or null if there was none in time
   */
  default byte @Nullable [] recvOrNull(Duration timeout) {
    ZmqMessage frame = recvFrameOrNull(timeout);
    return frame == null ? null : frame.frame(0);
  }

  /**
   * Receives one frame as text, or nothing; see {@link #recvFrame(Duration)}.
   *
   * @param timeout how long to wait at most; zero does not
   * @return the frame, read as UTF-8, or null if there was none in time
   */
  default @Nullable String recvStringOrNull(Duration timeout) {
    byte[] frame = recvOrNull(timeout);
    return frame == null ? null : new String(frame, UTF_8);
  }

  /**
   * Receives one frame; see {@link #recvFrame()}.
   *
   * @return the frame
   */
  default byte[] recv() {
    return recvFrame().frame(0);
  }

  /**
   * Receives one frame, giving up after a while; see {@link #recvFrame(Duration)}.
   *
   * @param timeout how long to wait at most; zero does not
   * @return the frame
   */
  default byte[] recv(Duration timeout) {
    return recvFrame(timeout).frame(0);
  }

  /**
   * Receives one frame with JeroMQ's flags. Switches as {@link #recv()} does, unless told not to.
   *
   * @param flags 0 or {@link ZMQ#ZMQ_DONTWAIT}
   * @return the frame, or null if it was told not to wait and there is none
   */
  default byte @Nullable [] recv(int flags) {
    return (flags & ZMQ.ZMQ_DONTWAIT) != 0 ? tryRecv() : recv();
  }

  /**
   * Receives one frame if there is one at once. Never switches.
   *
   * @return the frame, or null if there is none, or others wait to receive
   */
  default byte @Nullable [] tryRecv() {
    ZmqMessage frame = tryRecvFrame();
    return frame == null ? null : frame.frame(0);
  }

  /**
   * Receives one frame as text; see {@link #recvFrame()}.
   *
   * @return the frame, read as UTF-8
   */
  default String recvString() {
    return new String(recv(), UTF_8);
  }

  /**
   * Receives one frame as text, giving up after a while; see {@link #recvFrame(Duration)}.
   *
   * @param timeout how long to wait at most; zero does not
   * @return the frame, read as UTF-8
   */
  default String recvString(Duration timeout) {
    return new String(recv(timeout), UTF_8);
  }

  /**
   * Receives one frame as text if there is one at once. Never switches.
   *
   * @return the frame, or null if there is none, or others wait to receive
   */
  default @Nullable String tryRecvString() {
    byte[] frame = tryRecv();
    return frame == null ? null : new String(frame, UTF_8);
  }

  /**
   * Receives one frame as a buffer, never copied; see {@link #recvFrame()}.
   *
   * @return a view of its bytes, to be read only
   */
  default ByteBuffer recvBuffer() {
    return recvFrame().buffer(0);
  }

  /**
   * Receives one frame into a buffer, from its position on, which moves behind what was received;
   * see {@link #recvFrame()}.
   *
   * <p>A frame that is longer than there is room is cut, as in every ZeroMQ, and its rest is gone:
   * compare the result with the room there was.
   *
   * @param into where to copy the frame to
   * @return the length of the whole frame, as it was sent
   * @throws IllegalArgumentException if the buffer is read-only; nothing was received
   */
  default int recvInto(ByteBuffer into) {
    requireWritable(into);
    return copy(recvFrame(), into);
  }

  /**
   * Receives one frame into a buffer, giving up after a while; see {@link #recvInto(ByteBuffer)}.
   *
   * @param into where to copy the frame to
   * @param timeout how long to wait at most; zero does not
   * @return the length of the whole frame, as it was sent
   * @throws ZmqTimeoutException if there was none in time
   */
  default int recvInto(ByteBuffer into, Duration timeout) {
    requireWritable(into);
    return copy(recvFrame(timeout), into);
  }

  /**
   * Receives one frame into a part of an array; see {@link #recvInto(ByteBuffer)}.
   *
   * @param into where to copy the frame to
   * @param offset of the first byte
   * @param length how many bytes there is room for
   * @return the length of the whole frame, as it was sent
   * @throws IndexOutOfBoundsException if there is no such part; nothing was received
   */
  default int recvInto(byte[] into, int offset, int length) {
    return recvInto(ByteBuffer.wrap(into, offset, length));
  }

  private static void requireWritable(ByteBuffer into) {
    if (into.isReadOnly()) {
      throw new IllegalArgumentException("cannot receive into a read-only buffer: " + into);
    }
  }

  private static int copy(ZmqMessage frame, ByteBuffer into) {
    ByteBuffer bytes = frame.buffer(0);
    int whole = bytes.remaining();
    into.put(bytes.limit(Math.min(whole, into.remaining())));
    return whole;
  }
}

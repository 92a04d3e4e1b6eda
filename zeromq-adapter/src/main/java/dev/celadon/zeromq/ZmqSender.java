package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import zmq.ZMQ;

/**
 * The half of a {@link ZmqSocket} that sends.
 *
 * <p><b>When there is no room.</b> That is for the caller to decide, send by send:
 *
 * <table>
 * <caption>What happens at the high-water mark, or without a peer</caption>
 * <tr><td>{@link #send(ZmqMessage)}</td><td>waits</td></tr>
 * <tr><td>{@link #send(ZmqMessage, Duration)}</td><td>waits for a while, then throws</td></tr>
 * <tr><td>{@code send(message, Duration.ZERO)}</td><td>throws</td></tr>
 * <tr><td>{@link #trySend(ZmqMessage)}</td><td>answers false</td></tr>
 * <tr><td>{@link #sendOrDrop(ZmqMessage)}</td><td>drops the message, and counts it</td></tr>
 * </table>
 *
 * <p>PUB and RADIO sockets always have room: they drop for each peer that has none, uncounted, as
 * ROUTER sockets do that are not mandatory.
 *
 * <p><b>Without copies.</b> An array or a buffer goes to JeroMQ as it is, and to a peer in the same
 * program even further. So it belongs to the message from the call on: its bytes must not change
 * any more, not even after the send, and there is no telling when JeroMQ is done with it.
 *
 * <p>Confined to its hub, but for {@link #offerFromAnyThread} and {@link #sendFromAnyThread(
 * ZmqMessage)}.
 */
public sealed interface ZmqSender permits ZmqSocket {

  /**
   * Sends a message, all its frames or none; after {@link #sendMore(ZmqMessage)}, the last of them.
   * Switches if there is no room for it or others wait to send.
   *
   * @param message what to send
   * @throws ZmqTimeoutException after {@link SocketOptions#sendTimeout(Duration)}
   * @throws ZmqClosedException if the socket is closed, before or meanwhile
   * @throws ZmqStateException if it is not this socket's turn to send, or it never sends
   * @throws ZmqUnreachableException if a mandatory ROUTER knows no peer of that identity
   */
  void send(ZmqMessage message);

  /**
   * Sends a message, giving up after a while; see {@link #send(ZmqMessage)}.
   *
   * @param message what to send
   * @param timeout how long to wait at most; zero does not
   * @throws ZmqTimeoutException if there was no room in time; nothing was sent
   */
  void send(ZmqMessage message, Duration timeout);

  /**
   * Sends one frame; see {@link #send(ZmqMessage)}.
   *
   * @param frame is not copied: do not change it any more
   */
  default void send(byte[] frame) {
    send(ZmqMessage.of(frame));
  }

  /**
   * Sends one frame, giving up after a while; see {@link #send(ZmqMessage, Duration)}.
   *
   * @param frame is not copied: do not change it any more
   * @param timeout how long to wait at most; zero does not
   */
  default void send(byte[] frame, Duration timeout) {
    send(ZmqMessage.of(frame), timeout);
  }

  /**
   * Sends one frame with JeroMQ's flags. Switches as {@link #send(byte[])} does, unless told not
   * to.
   *
   * @param frame is not copied: do not change it any more
   * @param flags any of {@link ZMQ#ZMQ_DONTWAIT} and {@link ZMQ#ZMQ_SNDMORE}
   * @return false if it was told not to wait, and there is no room now; nothing was sent, and the
   *     frames of {@link #sendMore(byte[])} are kept
   */
  default boolean send(byte[] frame, int flags) {
    return send(ZmqMessage.of(frame), flags);
  }

  /**
   * Sends a message with JeroMQ's flags; see {@link #send(byte[], int)}.
   *
   * @param message what to send
   * @param flags any of {@link ZMQ#ZMQ_DONTWAIT} and {@link ZMQ#ZMQ_SNDMORE}
   * @return false if it was told not to wait, and there is no room now
   */
  default boolean send(ZmqMessage message, int flags) {
    if ((flags & ZMQ.ZMQ_SNDMORE) != 0) {
      sendMore(message);
      return true;
    }
    if ((flags & ZMQ.ZMQ_DONTWAIT) != 0) {
      return trySend(message);
    }
    send(message);
    return true;
  }

  /**
   * Sends a text as one frame of UTF-8; see {@link #send(ZmqMessage)}.
   *
   * @param text the frame
   */
  default void send(String text) {
    send(text.getBytes(UTF_8));
  }

  /**
   * Sends a text as one frame of UTF-8, giving up after a while; see {@link #send(ZmqMessage,
   * Duration)}.
   *
   * @param text the frame
   * @param timeout how long to wait at most; zero does not
   */
  default void send(String text, Duration timeout) {
    send(text.getBytes(UTF_8), timeout);
  }

  /**
   * Sends the bytes from a buffer's position to its limit as one frame; see {@link
   * #send(ZmqMessage)}. The buffer's position stays.
   *
   * @param frame on the heap or direct; is not copied: do not change the bytes any more
   */
  default void send(ByteBuffer frame) {
    send(ZmqMessage.of(frame));
  }

  /**
   * Sends the bytes from a buffer's position to its limit as one frame, giving up after a while;
   * see {@link #send(ZmqMessage, Duration)}.
   *
   * @param frame on the heap or direct; is not copied: do not change the bytes any more
   * @param timeout how long to wait at most; zero does not
   */
  default void send(ByteBuffer frame, Duration timeout) {
    send(ZmqMessage.of(frame), timeout);
  }

  /**
   * Sends frames as one message; see {@link #send(ZmqMessage)}.
   *
   * @param frames at least one
   */
  default void sendMultipart(List<byte[]> frames) {
    send(ZmqMessage.of(frames));
  }

  /**
   * Keeps frames of the calling greenlet's next message, which its next send finishes. ZeroMQ's
   * SNDMORE. Never switches.
   *
   * @param frames one frame, mostly; a routing id or group counts with the last one
   */
  void sendMore(ZmqMessage frames);

  /**
   * Keeps a frame of the calling greenlet's next message; see {@link #sendMore(ZmqMessage)}.
   *
   * @param frame is not copied: do not change it any more
   */
  default void sendMore(byte[] frame) {
    sendMore(ZmqMessage.of(frame));
  }

  /**
   * Keeps a text as a frame of the calling greenlet's next message; see {@link
   * #sendMore(ZmqMessage)}.
   *
   * @param text the frame
   */
  default void sendMore(String text) {
    sendMore(text.getBytes(UTF_8));
  }

  /**
   * Keeps the bytes of a buffer as a frame of the calling greenlet's next message; see {@link
   * #sendMore(ZmqMessage)}.
   *
   * @param frame on the heap or direct; is not copied: do not change the bytes any more
   */
  default void sendMore(ByteBuffer frame) {
    sendMore(ZmqMessage.of(frame));
  }

  /**
   * Sends a message, all its frames or none, if that is possible at once; after {@link
   * #sendMore(ZmqMessage)}, the last of them. Never switches.
   *
   * @param message what to send
   * @return false if there is no room or others wait to send; nothing was sent, and the frames of
   *     {@code sendMore} are kept
   */
  boolean trySend(ZmqMessage message);

  /**
   * Sends one frame if that is possible at once; see {@link #trySend(ZmqMessage)}.
   *
   * @param frame is not copied: do not change it any more
   * @return false if nothing was sent
   */
  default boolean trySend(byte[] frame) {
    return trySend(ZmqMessage.of(frame));
  }

  /**
   * Sends a text as one frame of UTF-8 if that is possible at once; see {@link
   * #trySend(ZmqMessage)}.
   *
   * @param text the frame
   * @return false if nothing was sent
   */
  default boolean trySend(String text) {
    return trySend(text.getBytes(UTF_8));
  }

  /**
   * Sends the bytes of a buffer as one frame if that is possible at once; see {@link
   * #trySend(ZmqMessage)}.
   *
   * @param frame on the heap or direct; is not copied: do not change the bytes any more
   * @return false if nothing was sent
   */
  default boolean trySend(ByteBuffer frame) {
    return trySend(ZmqMessage.of(frame));
  }

  /**
   * Sends a message if that is possible at once, or drops it, together with the frames of {@link
   * #sendMore(ZmqMessage)}. Never switches.
   *
   * @param message what to send
   * @return false if it was dropped; {@link ZmqSocketMetrics#dropped} counts them
   */
  boolean sendOrDrop(ZmqMessage message);

  /**
   * Waits until there is room to send, without sending. Of those who wait for that, all are told;
   * those who wait to send come first. Switches unless it is there or the timeout is zero.
   *
   * <p>A ROUTER has room for some peer at any time, and still none, perhaps, for the one that the
   * next message is for.
   *
   * @param timeout how long to wait at most; zero does not
   * @return true if there was room at that moment; false if time was over first
   * @throws ZmqClosedException if the socket is closed, before or meanwhile
   */
  boolean waitWritable(Duration timeout);

  /**
   * The sending side as something to wait for, as {@link ZmqSocket#readable} is the receiving one:
   * ready when somebody who comes now would find room for a message, or the socket is closed. Never
   * switches.
   *
   * @return what becomes ready, as often as the socket does
   */
  Waitable writable();

  /**
   * Lines up a callback that wants to send a message, behind everybody who waits to send. Its
   * waiter is granted once the message is sent, at once if there is room; or it fails, with what
   * {@link #send(ZmqMessage)} would throw. Never switches.
   *
   * @param waiter a callback waiter, see {@link Waiter#Waiter(Runnable)}; withdraw it with {@link
   *     ZmqSocket#abandon}
   * @param message what to send
   * @throws ZmqClosedException if the socket is closed
   */
  void sendAsync(Waiter waiter, ZmqMessage message);

  // --- From other threads

  /**
   * Hands a message over to the hub, which sends it as soon as there is room for it, behind those
   * who wait to send already; messages of one thread keep their order. Any thread; never switches.
   *
   * <p>What the socket refuses later goes to the hub's error handler. What is not sent when the
   * socket is closed, or its context ends, is dropped, and counted in {@link ZmqSocket#metrics}.
   *
   * @param message what to send
   * @return false if the socket holds as many offers already as {@link
   *     ContextOptions#inboxCapacity} allows
   * @throws ZmqClosedException if the socket is closed
   */
  boolean offerFromAnyThread(ZmqMessage message);

  /**
   * Hands a message over to the hub and waits until it is sent; see {@link #sendFromAnyThread(
   * ZmqMessage, Duration)}.
   *
   * @param message what to send
   */
  default void sendFromAnyThread(ZmqMessage message) {
    sendFromAnyThread(message, SocketOptions.FOREVER);
  }

  /**
   * Hands a message over to the hub and waits until it is sent, in turn with everybody who waits to
   * send. Any thread, and greenlets of any hub; switches, in a thread: blocks.
   *
   * @param message what to send
   * @param timeout how long to wait at most; zero is too short for any hub
   * @throws ZmqTimeoutException if there was no room in time, or the hub was busy; nothing was sent
   * @throws ZmqClosedException if the socket is closed, before or meanwhile
   * @throws ZmqStateException if this socket never sends
   * @throws ZmqUnreachableException if a mandatory ROUTER knows no peer of that identity
   */
  void sendFromAnyThread(ZmqMessage message, Duration timeout);
}

package dev.celadon.zeromq;

import org.jspecify.annotations.Nullable;
import zmq.ZMQ;
import zmq.io.coder.IDecoder;
import zmq.io.coder.IEncoder;
import zmq.msg.MsgAllocator;

/**
 * Where received messages are stored, and how bytes become messages; see {@link
 * SocketOptions#memory()}.
 *
 * <p>Confined to its hub.
 */
public final class MemoryOptions {

  /** Deprecated, because they change the protocol. */
  @SuppressWarnings("deprecation")
  static final int ENCODER = ZMQ.ZMQ_ENCODER;

  @SuppressWarnings("deprecation")
  static final int DECODER = ZMQ.ZMQ_DECODER;

  private final SocketOptions options;

  MemoryOptions(SocketOptions options) {
    this.options = options;
  }

  /**
   * Back to the other topics, for chains.
   *
   * @return all options of the socket
   */
  public SocketOptions options() {
    return options;
  }

  /**
   * From which size on frames are received into direct memory.
   *
   * @return bytes; 0 or less if all are on the heap, or an allocator of another kind is in use
   */
  public int heapThreshold() {
    return options.getInt(ZMQ.ZMQ_MSG_ALLOCATION_HEAP_THRESHOLD);
  }

  /**
   * Sets from which size on frames are received into direct memory. Before bind and connect.
   *
   * @param bytes longer frames go to direct memory, by default those above 1 MiB; 0 keeps all on
   *     the heap
   * @return these options
   */
  public MemoryOptions heapThreshold(int bytes) {
    return set(
        ZMQ.ZMQ_MSG_ALLOCATION_HEAP_THRESHOLD,
        SocketOptions.atLeast("heapThreshold", 0, bytes, "0 keeps all frames on the heap"));
  }

  /**
   * Who makes the frames that are received.
   *
   * @return JeroMQ's own, unless another one was set
   */
  public MsgAllocator messageAllocator() {
    if (options.get(ZMQ.ZMQ_MSG_ALLOCATOR) instanceof MsgAllocator allocator) {
      return allocator;
    }
    throw new AssertionError("bug in Celadon, please report: no allocator");
  }

  /**
   * Sets who makes the frames that are received; {@link #heapThreshold(int)} makes another one.
   * Before bind and connect.
   *
   * @param allocator called where JeroMQ does its I/O: on the hub, where it must not wait, or in an
   *     I/O thread
   * @return these options
   */
  public MemoryOptions messageAllocator(MsgAllocator allocator) {
    return set(ZMQ.ZMQ_MSG_ALLOCATOR, allocator);
  }

  /**
   * The decoder of a protocol of one's own.
   *
   * @return the class, or null if ZeroMQ is spoken
   */
  public @Nullable Class<?> decoder() {
    return options.get(DECODER) instanceof Class<?> decoder ? decoder : null;
  }

  /**
   * Reads a protocol of one's own instead of ZeroMQ's, without any handshake. Before bind and
   * connect; it cannot be taken back.
   *
   * @param decoder with a public constructor (int bufferSize, long maxMessageSize)
   * @return these options
   * @throws ZmqException if it has no such constructor
   */
  public MemoryOptions decoder(Class<? extends IDecoder> decoder) {
    return set(DECODER, decoder);
  }

  /**
   * The encoder of a protocol of one's own.
   *
   * @return the class, or null if ZeroMQ is spoken
   */
  public @Nullable Class<?> encoder() {
    return options.get(ENCODER) instanceof Class<?> encoder ? encoder : null;
  }

  /**
   * Writes a protocol of one's own instead of ZeroMQ's, without any handshake. Before bind and
   * connect; it cannot be taken back.
   *
   * @param encoder with a public constructor (int bufferSize, long maxMessageSize)
   * @return these options
   * @throws ZmqException if it has no such constructor
   */
  public MemoryOptions encoder(Class<? extends IEncoder> encoder) {
    return set(ENCODER, encoder);
  }

  private MemoryOptions set(int option, Object value) {
    options.set(option, value);
    return this;
  }
}

package dev.celadon.net;

import dev.celadon.select.ConcurrentUseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.GatheringByteChannel;
import java.time.Duration;

/**
 * A two-way stream of bytes to a peer: a {@link StreamSocket}, or a TLS session on top of one.
 *
 * <p>Calls look blocking and park the calling greenlet only. One may read while another one writes;
 * a second reader or a second writer is refused with a {@link ConcurrentUseException}.
 *
 * <p>What a call throws tells whose doing it was: {@link ClosedChannelException} if this side has
 * closed it before, {@link AsynchronousCloseException} if this side has closed it during the call,
 * {@link SocketTimeoutException} if time was over, and any other {@link IOException} if the peer or
 * the network has broken it.
 *
 * <p>A kill or timeout that arrives in a read takes nothing: the bytes are there for the next read.
 * One that arrives in a write leaves it unknown how much was sent, so the stream should be closed.
 *
 * <p>Used on one hub at a time; {@link #close} may be called from any thread.
 */
public interface Transport extends ByteChannel, GatheringByteChannel {

  /**
   * Reads what is there, at least one byte. Switches if nothing is, or if the read before took all
   * that was there.
   *
   * @param dst gets the bytes; if it has no room, nothing happens
   * @return how many bytes, 1 or more; 0 if there is no room; -1 at the end of the stream
   * @throws SocketTimeoutException if nothing came within {@link #timeout}
   * @throws IOException if the stream is closed or broken
   */
  @Override
  int read(ByteBuffer dst) throws IOException;

  /**
   * Reads what is there, at least one byte. Switches if nothing is.
   *
   * @param dst gets the bytes
   * @param offset the index of the first
   * @param length how many at most
   * @return how many bytes, 1 or more; 0 if {@code length} is 0; -1 at the end of the stream
   * @throws IndexOutOfBoundsException if the range is not within {@code dst}
   * @throws SocketTimeoutException if nothing came within {@link #timeout}
   * @throws IOException if the stream is closed or broken
   */
  int read(byte[] dst, int offset, int length) throws IOException;

  /**
   * Reads what is there, at least one byte. Switches if nothing is.
   *
   * @param dst gets the bytes
   * @return as {@link #read(byte[], int, int)}
   * @throws IOException as {@link #read(byte[], int, int)}
   */
  default int read(byte[] dst) throws IOException {
    return read(dst, 0, dst.length);
  }

  /**
   * Writes all bytes. Switches if there is no room for them.
   *
   * @param src what to write; has nothing remaining afterwards
   * @return how many bytes that were
   * @throws SocketTimeoutException if not all could be written within {@link #timeout}
   * @throws IOException if the stream is closed or broken
   */
  @Override
  int write(ByteBuffer src) throws IOException;

  /**
   * Writes all bytes. Switches if there is no room for them.
   *
   * @param src what to write
   * @param offset the index of the first
   * @param length how many
   * @throws IndexOutOfBoundsException if the range is not within {@code src}
   * @throws SocketTimeoutException if not all could be written within {@link #timeout}
   * @throws IOException if the stream is closed or broken
   */
  void write(byte[] src, int offset, int length) throws IOException;

  /**
   * Writes all bytes. Switches if there is no room for them.
   *
   * @param src what to write
   * @throws IOException as {@link #write(byte[], int, int)}
   */
  default void write(byte[] src) throws IOException {
    write(src, 0, src.length);
  }

  /**
   * Writes all bytes of several buffers, one behind the other. Switches if there is no room.
   *
   * @param srcs what to write
   * @return how many bytes that were
   * @throws IOException as {@link #write(ByteBuffer)}
   */
  @Override
  default long write(ByteBuffer[] srcs) throws IOException {
    return write(srcs, 0, srcs.length);
  }

  /**
   * Says that nothing more will be written: the peer reads the end of the stream behind what was
   * written so far. Reading goes on.
   *
   * @throws IOException if the stream is closed or broken
   */
  void shutdownOutput() throws IOException;

  /**
   * Says that nothing more will be read: reads, also one that waits, find the end of the stream.
   *
   * @throws IOException if the stream is closed or broken
   */
  void shutdownInput() throws IOException;

  /**
   * How long a read may wait for its first byte, and a write for all of its bytes to be taken.
   *
   * @return a positive time; zero means for ever
   */
  Duration timeout();

  /**
   * Sets {@link #timeout}, from the next call on.
   *
   * @param timeout zero for ever
   * @throws IllegalArgumentException if it is negative
   */
  void setTimeout(Duration timeout);

  /**
   * This side's address.
   *
   * @return the address, also after the end
   */
  SocketAddress localAddress();

  /**
   * The peer's address.
   *
   * @return the address, also after the end
   */
  SocketAddress remoteAddress();

  /**
   * The reading side as a stream, which is not buffered. Closing it closes the whole.
   *
   * @return a stream; its reads switch as {@link #read(byte[], int, int)} does
   */
  InputStream inputStream();

  /**
   * The writing side as a stream, which is not buffered. Closing it closes the whole.
   *
   * @return a stream; its writes switch as {@link #write(byte[], int, int)} does
   */
  OutputStream outputStream();

  /**
   * Closes both sides; whoever waits in a call gets an {@link AsynchronousCloseException}. Closing
   * twice does nothing. Any thread.
   *
   * @throws IOException if the operating system cannot close it
   */
  @Override
  void close() throws IOException;
}

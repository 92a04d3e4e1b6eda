package dev.celadon.net;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Two sockets that are connected with each other.
 *
 * @param first one end
 * @param second the other end
 */
public record SocketPair(StreamSocket first, StreamSocket second) implements AutoCloseable {

  /**
   * The JDK has no socketpair(2): a listener is connected to, in a folder that is closed to others.
   */
  static SocketPair open() throws IOException {
    Path folder = Files.createTempDirectory("celadon");
    Path file = folder.resolve("pair");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      UnixDomainSocketAddress address = UnixDomainSocketAddress.of(file);
      listener.bind(address);
      SocketChannel near = SocketChannel.open(address);
      try {
        return new SocketPair(new StreamSocket(near), new StreamSocket(listener.accept()));
      } catch (IOException | RuntimeException e) {
        near.close();
        throw e;
      }
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  /** Closes both ends. */
  @Override
  public void close() throws IOException {
    try {
      first.close();
    } finally {
      second.close();
    }
  }
}

package dev.celadon.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link HubServerSocket}s, for libraries that let one choose where their sockets come from.
 *
 * <p>Immutable.
 */
public final class HubServerSocketFactory extends ServerSocketFactory {

  private static final HubServerSocketFactory DEFAULT = new HubServerSocketFactory();

  /** As the JDK's sockets have it. */
  private static final int BACKLOG = 50;

  /** Makes a factory; for libraries that make one by the name of its class. */
  public HubServerSocketFactory() {}

  /**
   * A factory; for libraries that call this by the name of the class.
   *
   * @return always the same
   */
  public static ServerSocketFactory getDefault() {
    return DEFAULT;
  }

  /**
   * Makes a socket that is not bound.
   *
   * @return a {@link HubServerSocket}
   */
  @Override
  public ServerSocket createServerSocket() {
    return new HubServerSocket();
  }

  /**
   * Listens at all addresses of this machine.
   *
   * @param port 0 takes a free one
   * @return a {@link HubServerSocket}
   */
  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    return createServerSocket(port, BACKLOG, null);
  }

  /**
   * Listens at all addresses of this machine.
   *
   * @param port 0 takes a free one
   * @param backlog how many connections may wait to be accepted; zero or negative for the default
   * @return a {@link HubServerSocket}
   */
  @Override
  public ServerSocket createServerSocket(int port, int backlog) throws IOException {
    return createServerSocket(port, backlog, null);
  }

  /**
   * Listens at an address of this machine.
   *
   * @param port 0 takes a free one
   * @param backlog how many connections may wait to be accepted; zero or negative for the default
   * @param address null is all of them
   * @return a {@link HubServerSocket}
   */
  @Override
  public ServerSocket createServerSocket(int port, int backlog, @Nullable InetAddress address)
      throws IOException {
    HubServerSocket socket = new HubServerSocket();
    try {
      socket.bind(new InetSocketAddress(address, port), backlog);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }
}

package dev.celadon.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link HubSocket}s, for libraries that let one choose where their sockets come from.
 *
 * <p>A socket for a host's name tries all of its addresses, as {@link StreamSocket#connect(String,
 * int)} does.
 *
 * <p>Immutable.
 */
public final class HubSocketFactory extends SocketFactory {

  private static final HubSocketFactory DEFAULT = new HubSocketFactory();

  /** Makes a factory; for libraries that make one by the name of its class. */
  public HubSocketFactory() {}

  /**
   * A factory; for libraries that call this by the name of the class.
   *
   * @return always the same
   */
  public static SocketFactory getDefault() {
    return DEFAULT;
  }

  /**
   * Makes a socket that is not connected. Never switches.
   *
   * @return a {@link HubSocket}
   */
  @Override
  public Socket createSocket() throws IOException {
    return new HubSocket();
  }

  /**
   * Connects to a host. Switches.
   *
   * @param host a name or an address; null is this machine's own
   * @return a connected {@link HubSocket}
   */
  @Override
  public Socket createSocket(@Nullable String host, int port) throws IOException {
    return connected(host, port, ConnectOptions.defaults());
  }

  /**
   * Connects to a host from an address of this machine. Switches.
   *
   * @param host a name or an address; null is this machine's own
   * @param local null is any
   * @return a connected {@link HubSocket}
   */
  @Override
  public Socket createSocket(
      @Nullable String host, int port, @Nullable InetAddress local, int localPort)
      throws IOException {
    return connected(
        host,
        port,
        ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(local, localPort)));
  }

  private static Socket connected(@Nullable String host, int port, ConnectOptions options)
      throws IOException {
    String name = host == null ? InetAddress.getLoopbackAddress().getHostAddress() : host;
    return of(StreamSocket.connect(name, port, options));
  }

  private static Socket of(StreamSocket connected) throws IOException {
    try {
      return HubSocket.of(connected);
    } catch (IOException | RuntimeException e) {
      connected.close();
      throw e;
    }
  }

  /**
   * Connects to an address. Switches.
   *
   * @return a connected {@link HubSocket}
   */
  @Override
  public Socket createSocket(InetAddress address, int port) throws IOException {
    return of(StreamSocket.connect(new InetSocketAddress(address, port)));
  }

  /**
   * Connects to an address from one of this machine. Switches.
   *
   * @param local null is any
   * @return a connected {@link HubSocket}
   */
  @Override
  public Socket createSocket(
      InetAddress address, int port, @Nullable InetAddress local, int localPort)
      throws IOException {
    return of(
        StreamSocket.connect(
            new InetSocketAddress(address, port),
            ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(local, localPort))));
  }
}

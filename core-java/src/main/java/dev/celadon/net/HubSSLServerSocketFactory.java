package dev.celadon.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Objects;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link HubSSLServerSocket}s, for libraries that let one choose where their TLS sockets come
 * from.
 *
 * <p>Safe for use from any thread.
 */
public final class HubSSLServerSocketFactory extends SSLServerSocketFactory {

  private final SSLContext context;

  /**
   * Makes a factory with the JDK's default context, whose keys the system properties {@code
   * javax.net.ssl.keyStore} name; for libraries that make one by the name of its class.
   *
   * @throws IllegalStateException if the JDK has no default context
   */
  public HubSSLServerSocketFactory() {
    this(HubSSLSocketFactory.defaultContext());
  }

  /**
   * Makes a factory.
   *
   * @param context has the server's keys; initialised
   */
  public HubSSLServerSocketFactory(SSLContext context) {
    this.context = Objects.requireNonNull(context, "context");
  }

  /**
   * A factory with the JDK's default context; for libraries that call this by the name of the
   * class.
   *
   * @return a fresh one
   */
  public static ServerSocketFactory getDefault() {
    return new HubSSLServerSocketFactory();
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return context.getDefaultSSLParameters().getCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return context.getSupportedSSLParameters().getCipherSuites();
  }

  /**
   * Makes a socket that is not bound.
   *
   * @return a {@link HubSSLServerSocket}
   */
  @Override
  public ServerSocket createServerSocket() throws IOException {
    return new HubSSLServerSocket(context);
  }

  /**
   * Listens at all addresses of this machine.
   *
   * @param port 0 takes a free one
   * @return a {@link HubSSLServerSocket}
   */
  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    return createServerSocket(port, 0, null);
  }

  /**
   * Listens at all addresses of this machine.
   *
   * @param port 0 takes a free one
   * @param backlog how many connections may wait to be accepted; zero or negative for the default
   * @return a {@link HubSSLServerSocket}
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
   * @return a {@link HubSSLServerSocket}
   */
  @Override
  public ServerSocket createServerSocket(int port, int backlog, @Nullable InetAddress address)
      throws IOException {
    HubSSLServerSocket socket = new HubSSLServerSocket(context);
    try {
      socket.bind(new InetSocketAddress(address, port), backlog);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }
}

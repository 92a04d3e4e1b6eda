package dev.celadon.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link HubSSLSocket}s, for libraries that let one choose where their TLS sockets come from.
 * A library that puts TLS on a socket of its own needs a {@link HubSocketFactory}, too.
 *
 * <p>Safe for use from any thread.
 */
public final class HubSSLSocketFactory extends SSLSocketFactory {

  private final SSLContext context;

  /**
   * Makes a factory with the JDK's default context; for libraries that make one by the name of its
   * class. The first one reads the certificates that the JDK trusts from a file.
   *
   * @throws IllegalStateException if the JDK has no default context
   */
  public HubSSLSocketFactory() {
    this(defaultContext());
  }

  /**
   * Makes a factory.
   *
   * @param context has the keys and the trust; initialised
   */
  public HubSSLSocketFactory(SSLContext context) {
    this.context = Objects.requireNonNull(context, "context");
  }

  static SSLContext defaultContext() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(
          "the JDK has no default SSLContext: give one to the constructor", e);
    }
  }

  /**
   * A factory with the JDK's default context; for libraries that call this by the name of the
   * class.
   *
   * @return a fresh one
   */
  public static SocketFactory getDefault() {
    return new HubSSLSocketFactory();
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
   * Makes a socket that is not connected. Never switches.
   *
   * @return a {@link HubSSLSocket}
   */
  @Override
  public Socket createSocket() throws IOException {
    return new HubSSLSocket(context);
  }

  /**
   * Connects to a host; the handshake comes with the first use. Switches.
   *
   * @param host a name or an address; null is this machine's own
   * @return a {@link HubSSLSocket}
   */
  @Override
  public Socket createSocket(@Nullable String host, int port) throws IOException {
    return over(new HubSocketFactory().createSocket(host, port), host);
  }

  /**
   * Connects to a host from an address of this machine; the handshake comes with the first use.
   * Switches.
   *
   * @param host a name or an address; null is this machine's own
   * @param local null is any
   * @return a {@link HubSSLSocket}
   */
  @Override
  public Socket createSocket(
      @Nullable String host, int port, @Nullable InetAddress local, int localPort)
      throws IOException {
    return over(new HubSocketFactory().createSocket(host, port, local, localPort), host);
  }

  /**
   * Connects to an address; the handshake comes with the first use. Switches.
   *
   * @return a {@link HubSSLSocket}
   */
  @Override
  public Socket createSocket(InetAddress address, int port) throws IOException {
    return over(new HubSocketFactory().createSocket(address, port), address.getHostAddress());
  }

  /**
   * Connects to an address from one of this machine; the handshake comes with the first use.
   * Switches.
   *
   * @param local null is any
   * @return a {@link HubSSLSocket}
   */
  @Override
  public Socket createSocket(
      InetAddress address, int port, @Nullable InetAddress local, int localPort)
      throws IOException {
    return over(
        new HubSocketFactory().createSocket(address, port, local, localPort),
        address.getHostAddress());
  }

  private Socket over(Socket connected, @Nullable String host) {
    String name = host == null ? connected.getInetAddress().getHostAddress() : host;
    return new HubSSLSocket(context, connected, name, connected.getPort(), true);
  }

  /**
   * Puts TLS on a socket; the handshake comes with the first use. Never switches.
   *
   * @param under a {@link HubSocket} or a {@link HubSSLSocket} that is connected
   * @param host whom it is connected to, also through a proxy
   * @param autoClose whether closing the one closes the other
   * @return a {@link HubSSLSocket}
   * @throws IllegalArgumentException if it is a socket of another kind
   */
  @Override
  public Socket createSocket(Socket under, String host, int port, boolean autoClose)
      throws IOException {
    HubSSLSocket.requireTransport(under);
    return new HubSSLSocket(context, under, host, port, autoClose);
  }
}

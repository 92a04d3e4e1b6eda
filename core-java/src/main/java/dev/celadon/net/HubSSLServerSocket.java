package dev.celadon.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.ServerSocketChannel;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * An {@link SSLServerSocket} that parks the calling greenlet only, and whose connections are {@link
 * HubSSLSocket}s. A {@link HubSSLServerSocketFactory} makes it.
 *
 * <p>Any number of threads and greenlets may accept: they take turns. The handshake comes with the
 * first use of a connection, so a client that is slow in it holds nobody else. A kill or a timeout
 * that ends an {@link #accept} leaves it open.
 *
 * <p>Safe for use from any thread that belongs to a hub or can drive one; the settings before it is
 * shared.
 */
public final class HubSSLServerSocket extends SSLServerSocket {
  /*
   * SSLServerSocket lets nobody choose what stands behind it, so a HubServerSocket listens, and the JDK's own part, which is never
   * bound, has no descriptor. An engine that is never used carries the settings of the connections.
   */
  private final SSLContext context;
  private final ServerSocket under = new HubServerSocket();
  private final SSLEngine settings;

  HubSSLServerSocket(SSLContext context) throws IOException {
    this.context = context;
    this.settings = context.createSSLEngine();
    settings.setUseClientMode(false);
  }

  /**
   * Takes the next connection. Switches if there is none.
   *
   * @return a {@link HubSSLSocket}, before its handshake
   * @throws java.net.SocketTimeoutException if none came within {@link #setSoTimeout}
   * @throws IOException if this is not bound, or closed
   */
  @Override
  public Socket accept() throws IOException {
    return new HubSSLSocket(context, under.accept(), settings);
  }

  // --- The socket underneath

  @Override
  public void bind(@Nullable SocketAddress address) throws IOException {
    under.bind(address);
  }

  @Override
  public void bind(@Nullable SocketAddress address, int backlog) throws IOException {
    under.bind(address, backlog);
  }

  @Override
  public @Nullable InetAddress getInetAddress() {
    return under.getInetAddress();
  }

  @Override
  public int getLocalPort() {
    return under.getLocalPort();
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    return under.getLocalSocketAddress();
  }

  @Override
  public @Nullable ServerSocketChannel getChannel() {
    return under.getChannel();
  }

  /** Closes the listening socket; whoever accepts is told. Connections stay. Any thread. */
  @Override
  public void close() throws IOException {
    under.close();
  }

  @Override
  public boolean isBound() {
    return under.isBound();
  }

  @Override
  public boolean isClosed() {
    return under.isClosed();
  }

  @Override
  public void setSoTimeout(int millis) throws SocketException {
    under.setSoTimeout(millis);
  }

  @Override
  public int getSoTimeout() throws IOException {
    return under.getSoTimeout();
  }

  @Override
  public void setReuseAddress(boolean on) throws SocketException {
    under.setReuseAddress(on);
  }

  @Override
  public boolean getReuseAddress() throws SocketException {
    return under.getReuseAddress();
  }

  @Override
  public void setReceiveBufferSize(int bytes) throws SocketException {
    under.setReceiveBufferSize(bytes);
  }

  @Override
  public int getReceiveBufferSize() throws SocketException {
    return under.getReceiveBufferSize();
  }

  @Override
  public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
    under.setPerformancePreferences(connectionTime, latency, bandwidth);
  }

  @Override
  public <T> ServerSocket setOption(SocketOption<T> option, T value) throws IOException {
    ServerSocket _ = under.setOption(option, value);
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return under.getOption(option);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return under.supportedOptions();
  }

  // --- Settings of the connections

  @Override
  public String[] getSupportedCipherSuites() {
    return settings.getSupportedCipherSuites();
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return settings.getEnabledCipherSuites();
  }

  @Override
  public void setEnabledCipherSuites(String[] suites) {
    settings.setEnabledCipherSuites(suites);
  }

  @Override
  public String[] getSupportedProtocols() {
    return settings.getSupportedProtocols();
  }

  @Override
  public String[] getEnabledProtocols() {
    return settings.getEnabledProtocols();
  }

  @Override
  public void setEnabledProtocols(String[] protocols) {
    settings.setEnabledProtocols(protocols);
  }

  @Override
  public SSLParameters getSSLParameters() {
    return settings.getSSLParameters();
  }

  @Override
  public void setSSLParameters(SSLParameters parameters) {
    settings.setSSLParameters(parameters);
  }

  @Override
  public void setNeedClientAuth(boolean need) {
    settings.setNeedClientAuth(need);
  }

  @Override
  public boolean getNeedClientAuth() {
    return settings.getNeedClientAuth();
  }

  @Override
  public void setWantClientAuth(boolean want) {
    settings.setWantClientAuth(want);
  }

  @Override
  public boolean getWantClientAuth() {
    return settings.getWantClientAuth();
  }

  @Override
  public void setUseClientMode(boolean mode) {
    settings.setUseClientMode(mode);
  }

  @Override
  public boolean getUseClientMode() {
    return settings.getUseClientMode();
  }

  @Override
  public void setEnableSessionCreation(boolean enabled) {
    settings.setEnableSessionCreation(enabled);
  }

  @Override
  public boolean getEnableSessionCreation() {
    return settings.getEnableSessionCreation();
  }

  @Override
  public String toString() {
    return "HubSSLServerSocket[" + under + "]";
  }
}

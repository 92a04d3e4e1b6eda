package dev.celadon.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The part of a TLS socket that is the socket underneath: addresses and options. Only {@link
 * HubSSLSocket} is one.
 *
 * <p>As safe as the socket underneath.
 */
abstract class SocketDecorator extends SSLSocket {

  private final Socket under;

  SocketDecorator(Socket under) {
    this.under = under;
  }

  final Socket under() {
    return under;
  }

  @Override
  public final void bind(@Nullable SocketAddress address) throws IOException {
    under.bind(address);
  }

  @Override
  public final @Nullable InetAddress getInetAddress() {
    return under.getInetAddress();
  }

  @Override
  public final InetAddress getLocalAddress() {
    return under.getLocalAddress();
  }

  @Override
  public final int getPort() {
    return under.getPort();
  }

  @Override
  public final int getLocalPort() {
    return under.getLocalPort();
  }

  @Override
  public final @Nullable SocketAddress getRemoteSocketAddress() {
    return under.getRemoteSocketAddress();
  }

  @Override
  public final @Nullable SocketAddress getLocalSocketAddress() {
    return under.getLocalSocketAddress();
  }

  @Override
  public final @Nullable SocketChannel getChannel() {
    return null;
  }

  @Override
  public final boolean isConnected() {
    return under.isConnected();
  }

  @Override
  public final boolean isBound() {
    return under.isBound();
  }

  @Override
  public final void setTcpNoDelay(boolean on) throws SocketException {
    under.setTcpNoDelay(on);
  }

  @Override
  public final boolean getTcpNoDelay() throws SocketException {
    return under.getTcpNoDelay();
  }

  @Override
  public final void setSoLinger(boolean on, int seconds) throws SocketException {
    under.setSoLinger(on, seconds);
  }

  @Override
  public final int getSoLinger() throws SocketException {
    return under.getSoLinger();
  }

  @Override
  public final void sendUrgentData(int data) throws SocketException {
    throw noUrgentData();
  }

  @Override
  public final void setOOBInline(boolean on) throws SocketException {
    throw noUrgentData();
  }

  @Override
  public final boolean getOOBInline() throws SocketException {
    throw noUrgentData();
  }

  private static SocketException noUrgentData() {
    return new SocketException("TLS has no urgent data: write to the stream");
  }

  @Override
  public final void setSoTimeout(int millis) throws SocketException {
    under.setSoTimeout(millis);
  }

  @Override
  public final int getSoTimeout() throws SocketException {
    return under.getSoTimeout();
  }

  @Override
  public final void setSendBufferSize(int size) throws SocketException {
    under.setSendBufferSize(size);
  }

  @Override
  public final int getSendBufferSize() throws SocketException {
    return under.getSendBufferSize();
  }

  @Override
  public final void setReceiveBufferSize(int size) throws SocketException {
    under.setReceiveBufferSize(size);
  }

  @Override
  public final int getReceiveBufferSize() throws SocketException {
    return under.getReceiveBufferSize();
  }

  @Override
  public final void setKeepAlive(boolean on) throws SocketException {
    under.setKeepAlive(on);
  }

  @Override
  public final boolean getKeepAlive() throws SocketException {
    return under.getKeepAlive();
  }

  @Override
  public final void setTrafficClass(int trafficClass) throws SocketException {
    under.setTrafficClass(trafficClass);
  }

  @Override
  public final int getTrafficClass() throws SocketException {
    return under.getTrafficClass();
  }

  @Override
  public final void setReuseAddress(boolean on) throws SocketException {
    under.setReuseAddress(on);
  }

  @Override
  public final boolean getReuseAddress() throws SocketException {
    return under.getReuseAddress();
  }

  @Override
  public final <T> Socket setOption(SocketOption<T> option, T value) throws IOException {
    Socket _ = under.setOption(option, value);
    return this;
  }

  @Override
  public final <T> T getOption(SocketOption<T> option) throws IOException {
    return under.getOption(option);
  }

  @Override
  public final Set<SocketOption<?>> supportedOptions() {
    return under.supportedOptions();
  }
}

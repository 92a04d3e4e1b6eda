package dev.celadon.net;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/**
 * A {@link ServerSocket} that parks the calling greenlet only, and whose connections are {@link
 * HubSocket}s. A {@link HubServerSocketFactory} makes it.
 *
 * <p>Any number of threads and greenlets may accept: they take turns. A kill or a timeout that ends
 * an {@link #accept} leaves it open.
 *
 * <p>Safe for use from any thread that belongs to a hub or can drive one.
 */
public final class HubServerSocket extends ServerSocket {

  /** Makes a socket that is not bound. */
  public HubServerSocket() {
    super(new ListenerCore());
  }

  /**
   * Takes the next connection. Switches if there is none.
   *
   * @return a {@link HubSocket}
   * @throws java.net.SocketTimeoutException if none came within {@link #setSoTimeout}
   * @throws IOException if this is not bound, or closed
   */
  @Override
  public Socket accept() throws IOException {
    if (isClosed()) {
      throw new SocketException("Socket is closed");
    }
    if (!isBound()) {
      throw new SocketException("Socket is not bound yet");
    }
    HubSocket socket = new HubSocket();
    implAccept(socket);
    return socket;
  }
}

package dev.celadon.net;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;

/**
 * A {@link Socket} whose calls park the calling greenlet only, in every {@linkplain
 * dev.celadon.hub.CarrierMode carrier mode}: for code that wants a socket of {@code java.net}. A
 * {@link HubSocketFactory} makes it.
 *
 * <p>It keeps the contract of {@link Socket}, and says what the JDK's says: {@link
 * SocketTimeoutException} when {@link #setSoTimeout} is over, and a {@link SocketException} {@code
 * Socket closed} for whoever is in a call when the socket is closed. Any number of threads and
 * greenlets may call: those who read take turns, and so do those who write. It differs in two ways.
 * A kill or a timeout that ends a call leaves the socket open; one that ends a read has taken
 * nothing, one that ends a write leaves it unknown how much was sent. And a name that was not
 * looked up yet is, beside the hub.
 *
 * <p>Safe for use from any thread that belongs to a hub or can drive one.
 */
public final class HubSocket extends Socket {

  private final ConnectionCore core;

  /**
   * Makes a socket that is not connected.
   *
   * @throws SocketException never
   */
  public HubSocket() throws SocketException {
    this(new ConnectionCore());
  }

  private HubSocket(ConnectionCore core) throws SocketException {
    super(core);
    this.core = core;
  }

  /** What this is the face of, for a session on top of it. */
  StreamSocket stream() throws SocketException {
    return core.stream();
  }

  /**
   * Makes a socket of a connected one, which belongs to it from now on. It is set as a socket of
   * {@code java.net} begins: small writes may wait for more. Never switches.
   *
   * @param connected over TCP
   * @return a socket that is connected
   * @throws IOException if it is closed
   */
  public static HubSocket of(StreamSocket connected) throws IOException {
    SocketAddress remote = connected.remoteAddress();
    ConnectionCore core =
        new ConnectionCore(connected.option(StandardSocketOptions.TCP_NODELAY, false));
    HubSocket socket = new HubSocket(core);
    socket.connect(remote); // it is, already
    return socket;
  }
}

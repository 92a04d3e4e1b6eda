package dev.celadon.net;

import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.Strand;
import dev.celadon.select.ConcurrentUseException;
import dev.celadon.sync.Semaphore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A TLS session over another transport, usually a {@link StreamSocket}, which belongs to it from
 * then on.
 *
 * <p>The handshake takes place at {@link #handshake}, or else at the first read or write: nothing
 * passes before it. If it fails, the transport is closed, so that nothing passes after it either.
 *
 * <p>Sealing, opening and the handshake itself are work of the hub that reads and writes, unless
 * {@link TlsOptions#withOffloadedHandshake} moves the handshake to a thread. A session in which
 * nothing is on its way holds no buffer.
 *
 * <p>Used on one hub at a time; {@link #close} may be called from any thread.
 */
public final class TlsSocket implements Transport {

  private final Transport transport;
  private final SSLEngine engine;
  private final TlsOptions options;
  private final String peer;
  private final TlsPump pump;
  private final ArrayView readView = new ArrayView();
  private final ArrayView writeView = new ArrayView();
  private final Semaphore handshaking = new Semaphore(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  private volatile boolean negotiated;
  private @Nullable Strand reader;
  private @Nullable Strand writer;
  private Duration timeout = Duration.ZERO;

  private TlsSocket(Transport transport, SSLEngine engine, TlsOptions options, String peer) {
    this.transport = transport;
    this.engine = engine;
    this.options = options;
    this.peer = peer;
    this.pump = new TlsPump(engine, new TlsWire(transport), options);
  }

  /**
   * Connects to a host and does the handshake, with {@link TlsOptions#defaults}. Switches.
   *
   * @param host a name or an address, for which the server must have a certificate
   * @param port 1 to 65535
   * @return the socket
   * @throws SSLHandshakeException if the server is not trusted, or the two agree on nothing
   * @throws IOException if the host cannot be connected to
   */
  public static TlsSocket connect(String host, int port) throws IOException {
    return connect(host, port, TlsOptions.defaults());
  }

  /**
   * Connects to a host and does the handshake. Switches.
   *
   * @param host a name or an address, for which the server must have a certificate
   * @param port 1 to 65535
   * @param options how
   * @return the socket
   * @throws SSLHandshakeException if the server is not trusted, or the two agree on nothing
   * @throws SocketTimeoutException if the handshake did not end in time
   * @throws IOException if the host cannot be connected to
   */
  public static TlsSocket connect(String host, int port, TlsOptions options) throws IOException {
    Objects.requireNonNull(options, "options");
    Transport transport = StreamSocket.connect(host, port);
    try {
      TlsSocket socket = client(transport, host, options);
      socket.handshake();
      return socket;
    } catch (Throwable e) {
      transport.close();
      throw e;
    }
  }

  /**
   * Makes the client's side of a session over a transport that is connected. Switches if these
   * options were never used before.
   *
   * @param transport belongs to the socket from now on
   * @param host the server's name or address: what it is asked for (SNI), and what its certificate
   *     must be for
   * @param options how
   * @return the socket, before its handshake
   * @throws IOException if the files of what the JDK trusts cannot be read
   */
  public static TlsSocket client(Transport transport, String host, TlsOptions options)
      throws IOException {
    Objects.requireNonNull(transport, "transport");
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    SSLEngine engine =
        options.credentials().context().createSSLEngine(name, portOf(transport.remoteAddress()));
    engine.setUseClientMode(true);
    SSLParameters parameters = options.applyTo(engine);
    if (options.hostnameCheck()) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    if (!isLiteral(name)) {
      try {
        parameters.setServerNames(List.of(new SNIHostName(name)));
      } catch (IllegalArgumentException _) {
        // no name that may be sent, such as one with an underscore: the server shows its first one
      }
    }
    engine.setSSLParameters(parameters);
    return new TlsSocket(transport, engine, options, host);
  }

  private static int portOf(@Nullable SocketAddress address) {
    return address instanceof java.net.InetSocketAddress inet ? inet.getPort() : -1;
  }

  private static boolean isLiteral(String host) {
    try {
      InetAddress _ = InetAddress.ofLiteral(host);
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /**
   * Makes the server's side of a session over a transport that is connected. Switches if these
   * options were never used before.
   *
   * @param transport belongs to the socket from now on
   * @param options how; they have an identity
   * @return the socket, before its handshake
   * @throws IllegalArgumentException if the options have neither an identity nor a context
   * @throws IOException if the files of what the JDK trusts cannot be read
   */
  public static TlsSocket server(Transport transport, TlsOptions options) throws IOException {
    Objects.requireNonNull(transport, "transport");
    if (!options.credentials().canServe()) {
      throw new IllegalArgumentException(
          "a server without an identity can talk to nobody: options.withIdentity(chain, key)");
    }
    SSLEngine engine = options.credentials().context().createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = options.applyTo(engine);
    switch (options.clientAuth()) {
      case NEED -> parameters.setNeedClientAuth(true);
      case WANT -> parameters.setWantClientAuth(true);
      case NONE -> parameters.setNeedClientAuth(false);
    }
    engine.setSSLParameters(parameters);
    return new TlsSocket(transport, engine, options, "a client at " + transport.remoteAddress());
  }

  /**
   * Makes the server's side of a session over a transport that is connected. Never switches.
   *
   * @param transport belongs to the socket from now on
   * @param context has the server's keys
   * @return the socket, before its handshake
   * @throws IOException never; as the other form
   */
  public static TlsSocket server(Transport transport, SSLContext context) throws IOException {
    return server(transport, TlsOptions.defaults().withContext(context));
  }

  /** A session of an engine that is set up: the face of {@code javax.net.ssl} has its own way. */
  static TlsSocket of(Transport transport, SSLEngine engine, TlsOptions options, String peer) {
    return new TlsSocket(transport, engine, options, peer);
  }

  // --- The handshake

  /**
   * Does the handshake, or waits for the one that is going on; does nothing after it. Switches
   * unless it is done.
   *
   * @throws SSLHandshakeException if the two cannot agree, one refuses the other, or the peer
   *     speaks no TLS; the transport is closed then, as after everything else that ends a handshake
   * @throws SocketTimeoutException if it took longer than the options allow
   * @throws ClosedChannelException if this socket is closed
   * @throws IOException if the transport is broken
   */
  public void handshake() throws IOException {
    requireOpen();
    if (negotiated) {
      return;
    }
    handshaking.acquire();
    try {
      if (!negotiated) {
        if (closed.get()) {
          throw new AsynchronousCloseException();
        }
        handshakeAlone();
      }
    } finally {
      handshaking.release();
    }
  }

  private void handshakeAlone() throws IOException {
    boolean done = false;
    try (Timeout _ = limit()) {
      pump.handshake();
      done = true;
    } catch (SSLException e) {
      pump.sayWhy();
      throw named(e);
    } finally {
      if (done) {
        negotiated = true;
      } else {
        close();
      }
    }
  }

  private @Nullable Timeout limit() {
    Duration limit = options.handshakeTimeout();
    if (limit.isZero()) {
      return null;
    }
    Timeout timer =
        new Timeout(
            limit,
            new SocketTimeoutException(
                "no TLS handshake with " + peer + " within " + limit + ": see to the peer"));
    timer.start();
    return timer;
  }

  private SSLHandshakeException named(SSLException e) {
    SSLHandshakeException named =
        new SSLHandshakeException("TLS handshake with " + peer + ": " + e.getMessage());
    named.initCause(e);
    return named;
  }

  /**
   * What was agreed on: protocol, cipher suite, the peer's certificates. Does the handshake first
   * if it is not done. Switches then.
   *
   * @return the session
   * @throws IOException as {@link #handshake}
   */
  public SSLSession session() throws IOException {
    if (!negotiated) {
      handshake();
    }
    return engine.getSession();
  }

  /**
   * The protocol that was agreed on to be spoken inside (ALPN). Does the handshake first if it is
   * not done. Switches then.
   *
   * @return its name, such as "h2"; empty if the two have agreed on none
   * @throws IOException as {@link #handshake}
   */
  public String applicationProtocol() throws IOException {
    if (!negotiated) {
      handshake();
    }
    return Objects.requireNonNullElse(engine.getApplicationProtocol(), "");
  }

  // --- Reading and writing

  @Override
  public int read(ByteBuffer dst) throws IOException {
    beginRead();
    try {
      handshake();
      return dst.hasRemaining() ? pump.read(dst, timeout, TlsWire.deadline(timeout)) : 0;
    } finally {
      reader = null;
    }
  }

  @Override
  public int read(byte[] dst, int offset, int length) throws IOException {
    return read(dst, offset, length, timeout);
  }

  /** As the public one, with a time limit of its own. */
  int read(byte[] dst, int offset, int length, Duration limit) throws IOException {
    Objects.checkFromIndexSize(offset, length, dst.length);
    beginRead();
    try {
      handshake();
      return length == 0
          ? 0
          : pump.read(readView.of(dst, offset, length), limit, TlsWire.deadline(limit));
    } finally {
      reader = null;
    }
  }

  private void beginRead() throws ClosedChannelException {
    requireOpen();
    if (reader != null) {
      throw taken("read from", reader);
    }
    reader = Strand.current();
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    beginWrite();
    try {
      handshake();
      int count = src.remaining();
      pump.write(src, timeout, TlsWire.deadline(timeout));
      return count;
    } finally {
      writer = null;
    }
  }

  @Override
  public void write(byte[] src, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, src.length);
    beginWrite();
    try {
      handshake();
      pump.write(writeView.of(src, offset, length), timeout, TlsWire.deadline(timeout));
    } finally {
      writer = null;
    }
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, srcs.length);
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      total += srcs[i].remaining();
    }
    beginWrite();
    try {
      handshake();
      pump.write(srcs, offset, length, total, timeout, TlsWire.deadline(timeout));
      return total;
    } finally {
      writer = null;
    }
  }

  private void beginWrite() throws ClosedChannelException {
    requireOpen();
    if (writer != null) {
      throw taken("written to", writer);
    }
    writer = Strand.current();
  }

  private ConcurrentUseException taken(String how, Strand by) {
    return new ConcurrentUseException(
        this + " is " + how + " by " + by + " already: let one of them do it, or take turns");
  }

  private void requireOpen() throws ClosedChannelException {
    if (closed.get()) {
      throw new ClosedChannelException();
    }
  }

  // --- The rest of a transport

  /**
   * Says that nothing more will be written, with TLS's own goodbye (close_notify): the peer reads
   * the end of the stream, and in TLS 1.3 may go on writing. Waits for a write that is going on.
   * Switches if there is no room.
   *
   * @throws IOException if the stream is closed or broken
   */
  @Override
  public void shutdownOutput() throws IOException {
    handshake();
    pump.shutdownOutput(timeout, TlsWire.deadline(timeout));
  }

  @Override
  public void shutdownInput() throws IOException {
    requireOpen();
    pump.shutdownInput();
    transport.shutdownInput();
  }

  @Override
  public Duration timeout() {
    return timeout;
  }

  @Override
  public void setTimeout(Duration timeout) {
    this.timeout = Side.checkTimeout(timeout);
  }

  /**
   * What the session runs over.
   *
   * @return the transport, whose bytes are the session's own
   */
  public Transport transport() {
    return transport;
  }

  @Override
  public SocketAddress localAddress() {
    return transport.localAddress();
  }

  @Override
  public SocketAddress remoteAddress() {
    return transport.remoteAddress();
  }

  @Override
  public InputStream inputStream() {
    return new SocketInput(this);
  }

  @Override
  public OutputStream outputStream() {
    return new SocketOutput(this);
  }

  @Override
  public boolean isOpen() {
    return !closed.get() && transport.isOpen();
  }

  /**
   * Closes the session and its transport; whoever waits in a call gets an {@link
   * AsynchronousCloseException}. Tells the peer, if there is room for it and nobody is writing, but
   * never waits for that over a {@link StreamSocket}. Closing twice does nothing. Any thread.
   *
   * @throws IOException if the operating system cannot close it
   */
  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      pump.close();
      try {
        if (negotiated) {
          pump.sayGoodbye();
        }
      } finally {
        transport.close();
      }
    }
  }

  @Override
  public String toString() {
    return "TlsSocket[" + (engine.getUseClientMode() ? "client of " : "server of ") + peer + "]";
  }
}

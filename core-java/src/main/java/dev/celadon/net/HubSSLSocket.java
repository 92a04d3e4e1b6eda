package dev.celadon.net;

import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.sync.RLock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * An {@link SSLSocket} whose calls park the calling greenlet only: the face of a {@link TlsSocket}
 * for code that wants one of {@code javax.net.ssl}. A {@link HubSSLSocketFactory} makes it, and a
 * {@link HubSSLServerSocket} accepts it.
 *
 * <p>It keeps the contract of {@link SSLSocket}, and differs from the JDK's as a {@link HubSocket}
 * does from a {@link Socket}: a kill or a timeout in a read leaves it open. As there, names are
 * checked only if {@link SSLParameters#setEndpointIdentificationAlgorithm} says so. Listeners for
 * the handshake are called by whoever did it.
 *
 * <p>Safe for use from any thread that belongs to a hub or can drive one.
 */
public final class HubSSLSocket extends SocketDecorator {
  /*
   * The engine carries all settings until the first handshake makes the session. A socket that is not connected does not know whom
   * it will ask, which an engine must know from the start, so a connect makes another one with the same settings.
   */
  private final SSLContext context;
  private final boolean closesUnder;
  private final RLock reading = new RLock();
  private final RLock writing = new RLock();
  private final RLock making = new RLock();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean told = new AtomicBoolean();
  private final List<HandshakeCompletedListener> listeners = new CopyOnWriteArrayList<>();

  private volatile SSLEngine engine;
  private volatile @Nullable TlsSocket session;
  private volatile boolean inputShut;
  private volatile boolean outputShut;

  /** Over a socket that is not connected. */
  HubSSLSocket(SSLContext context) throws SocketException {
    super(new HubSocket());
    this.context = context;
    this.closesUnder = true;
    this.engine = context.createSSLEngine();
    engine.setUseClientMode(true);
  }

  /** Over a socket that is connected to this host. */
  HubSSLSocket(SSLContext context, Socket under, String host, int port, boolean closesUnder) {
    super(under);
    this.context = context;
    this.closesUnder = closesUnder;
    this.engine = context.createSSLEngine(host, port);
    engine.setUseClientMode(true);
  }

  /** The server's side, over a socket that was accepted, with another engine's settings. */
  HubSSLSocket(SSLContext context, Socket accepted, SSLEngine settings) {
    super(accepted);
    this.context = context;
    this.closesUnder = true;
    this.engine = context.createSSLEngine();
    copy(settings, engine);
  }

  private static void copy(SSLEngine from, SSLEngine to) {
    to.setUseClientMode(from.getUseClientMode());
    to.setSSLParameters(from.getSSLParameters());
    to.setEnableSessionCreation(from.getEnableSessionCreation());
  }

  /** Throws unless the socket is connected, and the face of a transport. */
  static void requireTransport(Socket socket) throws SocketException {
    if (!(socket instanceof HubSocket) && !(socket instanceof HubSSLSocket)) {
      throw new IllegalArgumentException(
          "a HubSSLSocket cannot stand on a "
              + socket.getClass().getName()
              + ", which may hold the hub: let a HubSocketFactory make the socket underneath");
    }
    if (!socket.isConnected()) {
      throw new SocketException("Underlying socket is not connected");
    }
  }

  private static Transport transportOf(Socket socket) throws IOException {
    return socket instanceof HubSSLSocket secured
        ? secured.session()
        : ((HubSocket) socket).stream();
  }

  private void requireOpen() throws SocketException {
    if (closed.get()) {
      throw new SocketException("Socket is closed");
    }
  }

  // --- Connecting, and the handshake

  @Override
  public void connect(SocketAddress address) throws IOException {
    connect(address, 0);
  }

  @Override
  public void connect(SocketAddress address, int millis) throws IOException {
    requireOpen();
    under().connect(address, millis);
    InetSocketAddress peer = (InetSocketAddress) address; // else it would have been refused
    SSLEngine named = context.createSSLEngine(peer.getHostString(), peer.getPort());
    copy(engine, named);
    engine = named;
  }

  /** The session; made by the first who needs it. */
  private TlsSocket session() throws IOException {
    TlsSocket known = session;
    if (known != null) {
      return known;
    }
    requireOpen();
    making.acquire();
    try {
      TlsSocket made = session;
      if (made == null) {
        TlsOptions options =
            TlsOptions.defaults()
                .withRaggedEnds(true) // as the JDK has it
                .withHandshakeTimeout(limit());
        made = TlsSocket.of(transportOf(under()), engine, options, peer());
        session = made;
      }
      return made;
    } finally {
      making.release();
    }
  }

  private Duration limit() throws SocketException {
    return Duration.ofMillis(getSoTimeout());
  }

  private String peer() {
    SSLEngine asked = engine;
    return asked.getPeerHost() == null
        ? String.valueOf(getRemoteSocketAddress())
        : asked.getPeerHost() + ":" + asked.getPeerPort();
  }

  @Override
  public void startHandshake() throws IOException {
    requireOpen();
    try {
      shakeHands(session());
    } catch (InterruptedWaitException e) {
      throw SocketFaults.interrupted(e);
    } catch (IOException e) {
      throw SocketFaults.translate(e);
    }
  }

  private void shakeHands(TlsSocket with) throws IOException {
    with.handshake();
    if (!told.get() && told.compareAndSet(false, true)) {
      HandshakeCompletedEvent event = new HandshakeCompletedEvent(this, engine.getSession());
      listeners.forEach(listener -> listener.handshakeCompleted(event));
    }
  }

  @Override
  public SSLSession getSession() {
    try {
      if (isConnected() && !isClosed()) {
        startHandshake();
      }
    } catch (IOException e) {
      return engine.getSession(); // which tells, by its cipher suite, that there is none
    }
    return engine.getSession();
  }

  @Override
  public @Nullable SSLSession getHandshakeSession() {
    return engine.getHandshakeSession();
  }

  @Override
  public @Nullable String getApplicationProtocol() {
    return engine.getApplicationProtocol();
  }

  @Override
  public @Nullable String getHandshakeApplicationProtocol() {
    return engine.getHandshakeApplicationProtocol();
  }

  @Override
  public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
  }

  @Override
  public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
    if (!listeners.remove(listener)) {
      throw new IllegalArgumentException("this listener was not added: add it first");
    }
  }

  // --- Streams

  private int read(byte[] dst, int offset, int length) throws IOException {
    try {
      reading.acquire();
      try {
        TlsSocket open = session();
        shakeHands(open);
        return open.read(dst, offset, length, limit());
      } finally {
        reading.release();
      }
    } catch (InterruptedWaitException e) {
      throw SocketFaults.interrupted(e);
    } catch (SocketTimeoutException e) {
      SocketTimeoutException told = new SocketTimeoutException("Read timed out");
      told.initCause(e);
      throw told;
    } catch (IOException e) {
      throw SocketFaults.translate(e);
    }
  }

  private void write(byte[] src, int offset, int length) throws IOException {
    try {
      writing.acquire();
      try {
        TlsSocket open = session();
        shakeHands(open);
        open.write(src, offset, length);
      } finally {
        writing.release();
      }
    } catch (InterruptedWaitException e) {
      throw SocketFaults.interrupted(e);
    } catch (IOException e) {
      throw SocketFaults.translate(e);
    }
  }

  @Override
  public InputStream getInputStream() throws IOException {
    requireConnected();
    if (inputShut) {
      throw new SocketException("Socket input is shutdown");
    }
    return new Input();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    requireConnected();
    if (outputShut) {
      throw new SocketException("Socket output is shutdown");
    }
    return new Output();
  }

  private void requireConnected() throws SocketException {
    requireOpen();
    if (!isConnected()) {
      throw new SocketException("Socket is not connected");
    }
  }

  @Override
  public void shutdownInput() throws IOException {
    requireConnected();
    inputShut = true;
    session().shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    requireConnected();
    outputShut = true;
    session().shutdownOutput();
  }

  @Override
  public boolean isInputShutdown() {
    return inputShut;
  }

  @Override
  public boolean isOutputShutdown() {
    return outputShut;
  }

  /** Closes the session, and the socket underneath unless it is to stay open. Any thread. */
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    TlsSocket open = session;
    if (closesUnder) {
      try {
        if (open != null) {
          open.close();
        }
      } finally {
        under().close();
      }
    } else if (open != null && told.get()) {
      open.shutdownOutput(); // what stays open begins to speak for itself
    }
  }

  @Override
  public boolean isClosed() {
    return closed.get() || under().isClosed();
  }

  // --- Settings

  @Override
  public String[] getSupportedCipherSuites() {
    return engine.getSupportedCipherSuites();
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return engine.getEnabledCipherSuites();
  }

  @Override
  public void setEnabledCipherSuites(String[] suites) {
    engine.setEnabledCipherSuites(suites);
  }

  @Override
  public String[] getSupportedProtocols() {
    return engine.getSupportedProtocols();
  }

  @Override
  public String[] getEnabledProtocols() {
    return engine.getEnabledProtocols();
  }

  @Override
  public void setEnabledProtocols(String[] protocols) {
    engine.setEnabledProtocols(protocols);
  }

  @Override
  public SSLParameters getSSLParameters() {
    return engine.getSSLParameters();
  }

  @Override
  public void setSSLParameters(SSLParameters parameters) {
    engine.setSSLParameters(parameters);
  }

  @Override
  public void setUseClientMode(boolean mode) {
    engine.setUseClientMode(mode);
  }

  @Override
  public boolean getUseClientMode() {
    return engine.getUseClientMode();
  }

  @Override
  public void setNeedClientAuth(boolean need) {
    engine.setNeedClientAuth(need);
  }

  @Override
  public boolean getNeedClientAuth() {
    return engine.getNeedClientAuth();
  }

  @Override
  public void setWantClientAuth(boolean want) {
    engine.setWantClientAuth(want);
  }

  @Override
  public boolean getWantClientAuth() {
    return engine.getWantClientAuth();
  }

  @Override
  public void setEnableSessionCreation(boolean enabled) {
    engine.setEnableSessionCreation(enabled);
  }

  @Override
  public boolean getEnableSessionCreation() {
    return engine.getEnableSessionCreation();
  }

  @Override
  public String toString() {
    return "HubSSLSocket[" + peer() + "]";
  }

  private final class Input extends InputStream {

    @Override
    public int read() throws IOException {
      byte[] single = new byte[1];
      return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] dst, int offset, int length) throws IOException {
      return HubSSLSocket.this.read(dst, offset, length);
    }

    @Override
    public void close() throws IOException {
      HubSSLSocket.this.close();
    }
  }

  private final class Output extends OutputStream {

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] src, int offset, int length) throws IOException {
      HubSSLSocket.this.write(src, offset, length);
    }

    @Override
    public void close() throws IOException {
      HubSSLSocket.this.close();
    }
  }
}

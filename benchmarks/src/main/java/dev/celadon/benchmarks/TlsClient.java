package dev.celadon.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * As {@link EchoClient}, over sessions of TLS, which are established before the first operation. It
 * offers one version and one cipher suite, so all servers speak the same.
 */
final class TlsClient implements Client {

  private static final String VERSION = "TLSv1.3";
  private static final String SUITE = "TLS_AES_128_GCM_SHA256";

  private final SSLSocket[] connections;
  private final byte[] message;

  TlsClient(int port, int connections, int messageBytes) throws IOException {
    this.connections = new SSLSocket[connections];
    this.message = new byte[messageBytes];
    SSLContext context = context();
    for (int i = 0; i < connections; i++) {
      SSLSocket connection =
          (SSLSocket)
              context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
      connection.setTcpNoDelay(true);
      connection.setEnabledProtocols(new String[] {VERSION});
      connection.setEnabledCipherSuites(new String[] {SUITE});
      connection.startHandshake();
      this.connections[i] = connection;
    }
  }

  private static SSLContext context() throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustInAnybody()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void run(int operations) throws IOException {
    for (int left = operations; left > 0; left -= connections.length) {
      for (SSLSocket connection : connections) {
        connection.getOutputStream().write(message);
      }
      for (SSLSocket connection : connections) {
        int count = connection.getInputStream().readNBytes(message, 0, message.length);
        if (count < message.length) {
          throw new EOFException("the server has closed the connection");
        }
      }
    }
  }

  /** The server has signed its certificate itself. */
  private static final class TrustInAnybody extends X509ExtendedTrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

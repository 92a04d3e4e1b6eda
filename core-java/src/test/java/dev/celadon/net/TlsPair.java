package dev.celadon.net;

import java.io.IOException;

/** The two sides of a session, before the handshake. */
record TlsPair(TlsSocket client, TlsSocket server) implements AutoCloseable {

  static final TlsOptions SERVER = TlsOptions.defaults().withIdentity(TestCertificates.LOCALHOST);
  static final TlsOptions CLIENT =
      TlsOptions.defaults().withTrusted(TestCertificates.AUTHORITY.trusted());

  static TlsPair open() throws IOException {
    return open(CLIENT, SERVER);
  }

  static TlsPair open(TlsOptions client, TlsOptions server) throws IOException {
    SocketPair pair = StreamSocket.pair();
    return over(pair.first(), client, pair.second(), server);
  }

  static TlsPair over(Transport first, TlsOptions client, Transport second, TlsOptions server)
      throws IOException {
    return new TlsPair(
        TlsSocket.client(first, "localhost", client), TlsSocket.server(second, server));
  }

  @Override
  public void close() throws IOException {
    try {
      client.close();
    } finally {
      server.close();
    }
  }
}

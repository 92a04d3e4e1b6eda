package dev.celadon.net;

import java.io.IOException;
import java.io.InputStream;

/** A transport's reading side as a stream. */
final class SocketInput extends InputStream {

  private final Transport transport;
  private final byte[] single = new byte[1];

  SocketInput(Transport transport) {
    this.transport = transport;
  }

  @Override
  public int read() throws IOException {
    return transport.read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] dst, int offset, int length) throws IOException {
    return transport.read(dst, offset, length);
  }

  @Override
  public void close() throws IOException {
    transport.close();
  }
}

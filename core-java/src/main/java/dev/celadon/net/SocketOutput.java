package dev.celadon.net;

import java.io.IOException;
import java.io.OutputStream;

/** A transport's writing side as a stream. */
final class SocketOutput extends OutputStream {

  private final Transport transport;
  private final byte[] single = new byte[1];

  SocketOutput(Transport transport) {
    this.transport = transport;
  }

  Transport transport() {
    return transport;
  }

  @Override
  public void write(int value) throws IOException {
    single[0] = (byte) value;
    transport.write(single, 0, 1);
  }

  @Override
  public void write(byte[] src, int offset, int length) throws IOException {
    transport.write(src, offset, length);
  }

  @Override
  public void close() throws IOException {
    transport.close();
  }
}

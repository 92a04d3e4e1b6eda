package dev.celadon.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.Objects;

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

  /** Of a bare socket: while nothing comes, no buffer is held. */
  @Override
  public long transferTo(OutputStream out) throws IOException {
    Objects.requireNonNull(out, "out");
    if (transport instanceof StreamSocket socket) {
      return socket.transferTo(
          out instanceof SocketOutput other ? other.transport() : Channels.newChannel(out));
    }
    return super.transferTo(out);
  }

  @Override
  public void close() throws IOException {
    transport.close();
  }
}

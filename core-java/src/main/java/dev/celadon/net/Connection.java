package dev.celadon.net;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An accepted connection, for its handler. */
final class Connection implements Work {

  private final StreamSocket socket;
  private final SocketHandler handler;
  private final @Nullable SocketWrapping wrapping;

  /** What the handler has. Confined to it. */
  private Transport top;

  Connection(StreamSocket socket, SocketHandler handler, @Nullable SocketWrapping wrapping) {
    this.socket = socket;
    this.handler = handler;
    this.wrapping = wrapping;
    this.top = socket;
  }

  @Override
  public void run() throws Exception {
    if (wrapping != null) {
      top = wrapping.wrap(socket);
    }
    handler.handle(top);
  }

  @Override
  public String peer() {
    String address = socket.remoteAddress().toString();
    return address.isEmpty() ? "a client without a name" : address; // most of the Unix domain
  }

  @Override
  public void close() throws IOException {
    try {
      top.close();
    } finally {
      socket.close();
    }
  }

  @Override
  public void abort() throws IOException {
    socket.close();
  }
}

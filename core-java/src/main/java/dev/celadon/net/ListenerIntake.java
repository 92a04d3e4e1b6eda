package dev.celadon.net;

import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Connections from a listener, for one handler. */
final class ListenerIntake implements Intake {

  private final StreamListener listener;
  private final SocketHandler handler;
  private final @Nullable SocketWrapping wrapping;

  /** Confined to the acceptor. */
  private boolean prepared;

  ListenerIntake(
      StreamListener listener, SocketHandler handler, @Nullable SocketWrapping wrapping) {
    this.listener = listener;
    this.handler = handler;
    this.wrapping = wrapping;
  }

  @Override
  public @Nullable Work tryTake() throws IOException {
    if (!prepared) {
      listener.prepareToWait();
      prepared = true;
    }
    StreamSocket socket = listener.tryAccept();
    return socket == null ? null : new Connection(socket, handler, wrapping);
  }

  @Override
  public void awaitMore() throws IOException {
    listener.awaitConnection();
  }

  @Override
  public SocketAddress localAddress() {
    return listener.localAddress();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}

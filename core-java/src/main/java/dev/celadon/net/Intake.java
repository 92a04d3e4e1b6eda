package dev.celadon.net;

import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a server's work comes from: a listener, or a datagram socket. {@link #close} from any
 * thread.
 */
interface Intake {

  /**
   * Takes a piece of work if there is one. Never switches.
   *
   * @throws java.nio.channels.ClosedChannelException if it is closed: nothing will come any more
   * @throws IOException if taking failed this time
   */
  @Nullable Work tryTake() throws IOException;

  /** Waits until there may be some. Switches. */
  void awaitMore() throws IOException;

  /** Where this is bound, with the real port. */
  SocketAddress localAddress();

  /** Nothing more comes in; whoever waits is told. */
  void close() throws IOException;
}

package dev.celadon.zeromq;

import java.util.function.LongPredicate;

/**
 * Waits for peers to come and to go.
 *
 * <p>Confined to its hub.
 */
final class Company {

  private final ZmqSocket socket;
  private final Door door;
  private final Lines lines;
  private final Connections connections;

  Company(ZmqSocket socket, Door door, Lines lines, Connections connections) {
    this.socket = socket;
    this.door = door;
    this.lines = lines;
    this.connections = connections;
  }

  /** See {@link ZmqEndpoints#awaitConnected(int, java.time.Duration)}. */
  boolean awaitConnected(int peers, long nanos) {
    enter("wait for peers");
    int count = SocketOptions.atLeast("peers", 1, peers, "who has none need not wait");
    return processingCommands(nanos, left -> connections.awaitConnected(count, left));
  }

  /** See {@link ZmqEndpoints#awaitDisconnected}. */
  boolean awaitDisconnected(long nanos) {
    enter("wait for the end of connections");
    return processingCommands(nanos, connections::awaitDisconnected);
  }

  /** The two sides of JeroMQ agree on the end of a connection by commands. */
  private boolean processingCommands(long nanos, LongPredicate wait) {
    if (wait.test(0)) {
      return true;
    }
    if (nanos <= 0) {
      return false;
    }
    Runnable end = lines.listen(0, () -> {});
    try {
      int _ = lines.events();
      lines.afterCommands();
      return wait.test(nanos);
    } finally {
      end.run();
    }
  }

  private void enter(String operation) {
    door.enterBlocking(operation);
    if (!connections.isInstalled()) {
      throw new IllegalStateException(
          "cannot "
              + operation
              + ": "
              + socket
              + " has no endpoint on TCP; bind or connect it first (over inproc, peers are"
              + " connected as soon as both sides have said so)");
    }
  }
}

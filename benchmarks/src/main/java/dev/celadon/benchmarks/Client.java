package dev.celadon.benchmarks;

import java.io.IOException;

/** What loads a server: the same one for all sides of a case. */
@FunctionalInterface
interface Client {

  /** Does some operations with the server, and has the answers of all when it returns. */
  void run(int operations) throws IOException;

  /** Makes the client of a server that listens at a port of this machine. */
  @FunctionalInterface
  interface Connect {
    Client to(int port, int connections) throws IOException;
  }
}

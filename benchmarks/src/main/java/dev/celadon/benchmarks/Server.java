package dev.celadon.benchmarks;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The program of a server's process: prints its port once it listens, and ends with its standard
 * input.
 */
final class Server {

  /** What a server's greenlet or thread reads into: enough for a bulk read. */
  static final int BUFFER_BYTES = 64 * 1024;

  private Server() {}

  public static void main(String[] args) throws Exception {
    Thread.ofPlatform().daemon().name("end").start(Server::endWithInput);
    Protocol protocol = Protocol.valueOf(args[1]);
    switch (args[0]) {
      case Case.CELADON -> CeladonServer.serve(protocol);
      case "patched" -> CeladonServer.serveWithSockets(true);
      case "unpatched" -> CeladonServer.serveWithSockets(false);
      case "netty" -> NettyServer.serve(protocol);
      case "vertx" -> VertxServer.serve(protocol);
      case "virtual-thread" -> VirtualThreadServer.serve(protocol);
      default -> throw new IllegalArgumentException("there is no server " + args[0]);
    }
  }

  static void listensAt(int port) {
    System.out.println(port);
  }

  private static void endWithInput() {
    try {
      long _ = System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // As good as an end.
    }
    Runtime.getRuntime().halt(0);
  }
}

package dev.celadon.examples.tutorial;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.celadon.net.StreamServer;
import dev.celadon.net.StreamSocket;
import dev.celadon.net.Transport;
import java.io.IOException;

/** A server that counts for whoever connects, and a client that looks at it. */
final class TelnetServer {

  private TelnetServer() {}

  static void run() throws IOException {
    try (StreamServer server = new StreamServer("127.0.0.1:0", TelnetServer::handle)) {
      server.start();
      try (StreamSocket client = StreamSocket.connect("127.0.0.1", server.port())) {
        IO.print(new String(client.inputStream().readAllBytes(), US_ASCII));
      }
    }
  }

  private static void handle(Transport socket) throws IOException {
    socket.write("Hello from a telnet!\n".getBytes(US_ASCII));
    for (int i = 0; i < 5; i++) {
      socket.write((i + "\n").getBytes(US_ASCII));
    }
  }
}

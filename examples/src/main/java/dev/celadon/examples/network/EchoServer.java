package dev.celadon.examples.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.net.StreamServer;
import dev.celadon.net.Transport;
import dev.celadon.signal.Shutdown;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;

/** Sends every line back; {@code quit} ends the connection. Try {@code telnet localhost 16000}. */
final class EchoServer {

  private static final int PORT = 16000;

  private final PrintStream out;

  private EchoServer(PrintStream out) {
    this.out = out;
  }

  static int run(Arguments arguments, PrintStream out, Shutdown shutdown) throws IOException {
    EchoServer echo = new EchoServer(out);
    StreamServer server = new StreamServer("127.0.0.1:" + arguments.port(0, PORT), echo::handle);
    server.start();
    Runnable _ = shutdown.register("echo server", _ -> server.stop());
    out.println("listening on " + server.port() + "; interrupt to stop");
    return shutdown.waitUntilOver();
  }

  private void handle(Transport socket) throws IOException {
    out.println("new connection");
    socket.write("Welcome to the echo server! Type quit to exit.\r\n".getBytes(UTF_8));
    BufferedReader lines = new BufferedReader(new InputStreamReader(socket.inputStream(), UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.strip().equalsIgnoreCase("quit")) {
        out.println("client quit");
        return;
      }
      socket.write((line + "\n").getBytes(UTF_8));
    }
    out.println("client disconnected");
  }
}

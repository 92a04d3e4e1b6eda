package dev.celadon.examples.network;

import static dev.celadon.Greenlets.spawn;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.CarrierMode;
import dev.celadon.hub.Hub;
import dev.celadon.monkey.Monkey;
import dev.celadon.monkey.Patch;
import dev.celadon.signal.Shutdown;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;

/**
 * The same server twice, written with the blocking sockets of the JDK: a thread for each request,
 * and a greenlet for each request behind a monkey patch. Point {@code ab} or {@code wrk} at both.
 */
final class HelloServers {

  private static final int THREADED = 8000;
  private static final int PATCHED = 8001;
  private static final int BACKLOG = 512;

  private HelloServers() {}

  static int run(Arguments arguments, PrintStream out, Shutdown shutdown) throws IOException {
    if (Hub.current().carrierMode().kind() != CarrierMode.Kind.DIRECT) {
      out.println(
          "in portable mode a blocking accept holds the hub: give --add-opens, as README says");
      return 1;
    }
    try (ServerSocket threaded = listen(arguments.port(0, THREADED));
        ServerSocket patched = listen(arguments.port(1, PATCHED));
        Patch patch = Monkey.patchAll()) {
      Thread _ = Thread.ofPlatform().daemon().start(() -> serve(threaded, HelloServers::inThread));
      Greenlet<?> _ = spawn(() -> serve(patched, HelloServers::inGreenlet));
      out.println(patch);
      out.printf(
          "threads on %d, greenlets on %d; interrupt to stop%n",
          threaded.getLocalPort(), patched.getLocalPort());
      return shutdown.waitUntilOver();
    }
  }

  private static ServerSocket listen(int port) throws IOException {
    return new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
  }

  private static void serve(ServerSocket server, Consumer<Socket> spawner) {
    try {
      while (true) {
        spawner.accept(server.accept());
      }
    } catch (IOException e) {
      // The server is closed
    }
  }

  private static void inThread(Socket client) {
    Thread.ofPlatform().daemon().start(() -> handle(client));
  }

  private static void inGreenlet(Socket client) {
    Greenlet<?> _ = spawn(() -> handle(client));
  }

  private static void handle(Socket client) {
    try (client) {
      byte[] request = new byte[1024];
      int _ = client.getInputStream().read(request);
      String answer =
          """
          HTTP/1.0 200 OK
          Content-Type: text/plain
          Content-Length: 5

          hello\
          """;
      client.getOutputStream().write(answer.replace("\n", "\r\n").getBytes(US_ASCII));
    } catch (IOException e) {
      // The client has gone
    }
  }
}

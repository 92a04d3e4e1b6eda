package dev.celadon.examples.network;

import dev.celadon.net.StreamServer;
import dev.celadon.net.Transport;
import dev.celadon.signal.Shutdown;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/**
 * Answers HTTP on a file of the Unix domain, which goes with the server. Try {@code curl
 * --unix-socket /tmp/celadon-hello.sock http://hello/}.
 */
final class UnixSocketServer {

  private static final String FILE = "celadon-hello.sock";

  private UnixSocketServer() {}

  static int run(Arguments arguments, PrintStream out, Shutdown shutdown) throws IOException {
    Path otherwise = Path.of(System.getProperty("java.io.tmpdir"), FILE);
    Path file = Path.of(arguments.word(0, otherwise.toString()));
    StreamServer server =
        new StreamServer(UnixDomainSocketAddress.of(file), UnixSocketServer::handle);
    server.start();
    Runnable _ = shutdown.register("server", _ -> server.stop());
    out.println("listening on " + file + "; interrupt to stop");
    return shutdown.waitUntilOver();
  }

  private static void handle(Transport socket) throws IOException {
    String request = HttpHead.read(new BufferedInputStream(socket.inputStream())).start();
    HttpHead.answer(socket.outputStream(), "200 OK", "Hello by a file: " + request + "\n");
  }
}

package dev.celadon.examples.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.hub.Hub;
import dev.celadon.net.StreamServer;
import dev.celadon.net.Transport;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A web server on a hub of its own: it tells what it was asked. */
final class Origin implements AutoCloseable {

  private final Hub hub = Hub.start("origin");
  private final StreamServer server = new StreamServer("127.0.0.1:0", Origin::answer);

  Origin() throws IOException {
    server.start(hub);
  }

  String place() {
    return "127.0.0.1:" + server.port();
  }

  private static void answer(Transport socket) throws IOException {
    InputStream in = new BufferedInputStream(socket.inputStream());
    HttpHead head = HttpHead.read(in);
    String length = head.value("Content-Length");
    String body = length == null ? "" : new String(in.readNBytes(Integer.parseInt(length)), UTF_8);
    String fields = head.value("Host") + "|" + head.value("Connection") + "|" + head.value("X-Hop");
    HttpHead.answer(socket.outputStream(), "200 OK", head.start() + "|" + fields + "|" + body);
  }

  @Override
  public void close() {
    server.close();
    hub.close();
  }
}

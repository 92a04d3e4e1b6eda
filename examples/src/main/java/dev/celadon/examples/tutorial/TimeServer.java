package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.sleep;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.celadon.hub.Hub;
import dev.celadon.net.StreamServer;
import dev.celadon.net.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A server on this machine that tells the time as JSON, on a hub and a thread of its own. How long
 * an answer takes depends on the server's load, which chance stands for.
 */
final class TimeServer implements AutoCloseable {

  private final Hub hub = Hub.start("time-server");
  private final StreamServer server = new StreamServer("127.0.0.1:0", TimeServer::answer);

  TimeServer() throws IOException {
    server.start(hub);
  }

  String url() {
    return "http://127.0.0.1:" + server.port() + "/time.json";
  }

  private static void answer(Transport socket) throws IOException {
    BufferedReader request =
        new BufferedReader(new InputStreamReader(socket.inputStream(), US_ASCII));
    String line = request.readLine();
    while (line != null && !line.isEmpty()) {
      line = request.readLine();
    }
    sleep(Duration.ofMillis(ThreadLocalRandom.current().nextInt(30)));
    String json = "{\"datetime\": \"" + Instant.now() + "\"}";
    String head =
        """
        HTTP/1.0 200 OK
        Content-Type: application/json
        Content-Length: %d

        """
            .formatted(json.length());
    socket.write((head.replace("\n", "\r\n") + json).getBytes(US_ASCII));
  }

  @Override
  public void close() {
    server.close();
    hub.close();
  }
}

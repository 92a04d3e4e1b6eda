package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.greenlet.Greenlet;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Nine fetches of the time from a server, one by one and at once, by the JDK's own URL connection.
 */
final class Fetch {

  private static final Pattern DATETIME = Pattern.compile("\"datetime\": \"([^\"]+)\"");

  private final String url;

  private Fetch(String url) {
    this.url = url;
  }

  static void run() throws IOException {
    try (TimeServer server = new TimeServer()) {
      Fetch fetch = new Fetch(server.url());
      IO.println("Synchronous:");
      fetch.synchronous();

      IO.println("Asynchronous:");
      fetch.asynchronous();
    }
  }

  private String fetch(int pid) throws IOException {
    try (InputStream response = URI.create(url).toURL().openStream()) {
      String json = new String(response.readAllBytes(), UTF_8);
      String datetime = datetime(json);

      IO.println("Process " + pid + ": " + datetime);
      return datetime;
    }
  }

  private void synchronous() throws IOException {
    for (int i = 1; i < 10; i++) {
      String _ = fetch(i);
    }
  }

  private void asynchronous() {
    List<Greenlet<?>> threads = new ArrayList<>();
    for (int i = 1; i < 10; i++) {
      int pid = i;
      threads.add(spawn(() -> fetch(pid)));
    }
    joinAll(threads);
  }

  private static String datetime(String json) throws IOException {
    Matcher matcher = DATETIME.matcher(json);
    if (!matcher.find()) {
      throw new IOException("no datetime in " + json);
    }
    return matcher.group(1);
  }
}

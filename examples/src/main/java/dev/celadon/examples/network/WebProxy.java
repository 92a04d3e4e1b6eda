package dev.celadon.examples.network;

import static dev.celadon.Greenlets.spawn;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.net.StreamServer;
import dev.celadon.net.StreamSocket;
import dev.celadon.net.Transport;
import dev.celadon.signal.Shutdown;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1 proxy with one request per connection: {@code GET http://host/...} is asked for at the
 * host, and {@code CONNECT host:port} becomes a tunnel. Try {@code curl -x localhost:8088
 * http://example.org/}.
 */
final class WebProxy {

  private static final int PORT = 8088;

  private final PrintStream out;

  private WebProxy(PrintStream out) {
    this.out = out;
  }

  static int run(Arguments arguments, PrintStream out, Shutdown shutdown) throws IOException {
    WebProxy proxy = new WebProxy(out);
    StreamServer server = new StreamServer("127.0.0.1:" + arguments.port(0, PORT), proxy::handle);
    server.start();
    Runnable _ = shutdown.register("proxy", _ -> server.stop());
    out.println("listening on " + server.port() + "; interrupt to stop");
    return shutdown.waitUntilOver();
  }

  private void handle(Transport client) throws IOException {
    InputStream in = new BufferedInputStream(client.inputStream());
    HttpHead head;
    String[] words;
    try {
      head = HttpHead.read(in);
      words = head.start().split(" ", -1);
      if (words.length != 3 || !words[2].matches("HTTP/1\\.[01]")) {
        throw new IOException("no request: " + head.start());
      }
    } catch (EOFException e) {
      return; // it has asked for nothing
    } catch (IOException e) {
      HttpHead.answer(client.outputStream(), "400 Bad Request", e.getMessage() + "\n");
      return;
    }
    out.println(words[0] + " " + words[1]);
    if (words[0].equals("CONNECT")) {
      tunnel(words[1], in, client);
    } else {
      forward(words, head, in, client);
    }
  }

  // --- One request

  private void forward(String[] words, HttpHead head, InputStream in, Transport client)
      throws IOException {
    InetSocketAddress place;
    HttpHead asked;
    Body body;
    try {
      URI uri = URI.create(words[1]);
      if (!Objects.equals(uri.getScheme(), "http") || uri.getHost() == null) {
        throw new IOException("this is a proxy: ask for http://host/..., not for " + words[1]);
      }
      place =
          InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort());
      asked = atOrigin(words, uri, head);
      body = Body.of(head);
    } catch (IllegalArgumentException | IOException e) {
      HttpHead.answer(client.outputStream(), "400 Bad Request", e.getMessage() + "\n");
      return;
    }
    try (StreamSocket origin = connect(place, client)) {
      if (origin != null) {
        asked.writeTo(origin.outputStream());
        body.copy(in, origin.outputStream());
        long _ = origin.inputStream().transferTo(client.outputStream());
      }
    }
  }

  /** As it is asked for at the origin: by its path, and on a connection for it alone. */
  private static HttpHead atOrigin(String[] words, URI uri, HttpHead head) {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    HttpHead own = head.without(String.join(",", head.values("Connection")).split("\\s*,\\s*", -1));
    return own.without(
            "Connection", "Proxy-Connection", "Keep-Alive", "Proxy-Authorization", "Host")
        .withStart(words[0] + " " + path + query + " " + words[2])
        .with("Host: " + uri.getRawAuthority())
        .with("Connection: close");
  }

  /**
   * What follows the head of a request: a number of bytes, or chunks.
   *
   * @param length how many bytes there are, unless it is chunked
   * @param chunked whether it comes in chunks
   */
  private record Body(long length, boolean chunked) {

    static Body of(HttpHead head) throws IOException {
      String coding = head.value("Transfer-Encoding");
      String length = head.value("Content-Length");
      if (coding == null) {
        return new Body(length == null ? 0 : number(length, 10), false);
      }
      if (length != null || !coding.toLowerCase(Locale.ROOT).equals("chunked")) {
        throw new IOException("the end of the request is unclear: " + coding + ", " + length);
      }
      return new Body(0, true);
    }

    void copy(InputStream from, OutputStream to) throws IOException {
      if (chunked) {
        copyChunks(from, to);
      } else {
        copy(from, to, length);
      }
    }

    private static void copyChunks(InputStream from, OutputStream to) throws IOException {
      long size;
      do {
        String line = HttpHead.line(from);
        size = number(line.split(";", 2)[0].strip(), 16);
        to.write((line + "\r\n").getBytes(US_ASCII));
        if (size > 0) {
          copy(from, to, size);
          String _ = HttpHead.line(from);
          to.write("\r\n".getBytes(US_ASCII));
        }
      } while (size > 0);
      String trailer;
      do {
        trailer = HttpHead.line(from);
        to.write((trailer + "\r\n").getBytes(US_ASCII));
      } while (!trailer.isEmpty());
    }

    private static void copy(InputStream from, OutputStream to, long count) throws IOException {
      byte[] buffer = new byte[8192];
      long left = count;
      while (left > 0) {
        int read = from.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (read < 0) {
          throw new EOFException("the request ended " + left + " bytes early");
        }
        to.write(buffer, 0, read);
        left -= read;
      }
    }

    private static long number(String digits, int radix) throws IOException {
      if (!digits.matches("[0-9a-fA-F]{1,15}")) {
        throw new IOException("no length: " + digits);
      }
      try {
        return Long.parseLong(digits, radix);
      } catch (NumberFormatException e) {
        throw new IOException("no length: " + digits, e);
      }
    }
  }

  // --- A tunnel

  private void tunnel(String target, InputStream in, Transport client) throws IOException {
    InetSocketAddress place;
    try {
      place = Arguments.place(target);
    } catch (Arguments.Unusable e) {
      HttpHead.answer(client.outputStream(), "400 Bad Request", e.getMessage() + "\n");
      return;
    }
    try (StreamSocket there = connect(place, client)) {
      if (there != null) {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(US_ASCII));
        Greenlet<?> back = spawn(() -> relay(there.inputStream(), client, there));
        try {
          relay(in, there, client);
          back.join();
        } finally {
          back.kill();
        }
      }
    }
  }

  /** One way, until its end; a connection that breaks ends both ways. */
  private void relay(InputStream from, Transport to, Transport other) throws IOException {
    try {
      long _ = from.transferTo(to.outputStream());
      to.shutdownOutput();
    } catch (IOException broken) {
      out.println("tunnel broken: " + broken);
      to.close();
      other.close();
    }
  }

  /** Connects, or tells the client why not and returns null. */
  private static @Nullable StreamSocket connect(InetSocketAddress place, Transport client)
      throws IOException {
    try {
      return StreamSocket.connect(place.getHostString(), place.getPort());
    } catch (IOException e) {
      HttpHead.answer(
          client.outputStream(),
          "502 Bad Gateway",
          "no connection to " + place.getHostString() + ": " + e.getMessage() + "\n");
      return null;
    }
  }
}

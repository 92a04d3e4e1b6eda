package dev.celadon.backdoor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.net.StreamSocket;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Somebody at a terminal. */
final class BackdoorClient implements AutoCloseable {

  private final StreamSocket socket;
  private final InputStream in;
  private final String banner;

  BackdoorClient(BackdoorServer server) throws IOException {
    socket = StreamSocket.connect(server.address());
    in = new BufferedInputStream(socket.inputStream());
    banner = readUntil(">>> ");
  }

  String banner() {
    return banner;
  }

  void send(String text) throws IOException {
    socket.write(text.getBytes(UTF_8));
  }

  /** What comes before the next prompt. */
  String ask(String line) throws IOException {
    send(line + "\n");
    return readUntil(">>> ");
  }

  /** What comes up to a text, without that. */
  String readUntil(String end) throws IOException {
    StringBuilder text = new StringBuilder();
    while (!endsWith(text, end)) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the end came after: " + text);
      }
      text.append((char) next);
    }
    return text.substring(0, text.length() - end.length());
  }

  private static boolean endsWith(StringBuilder text, String end) {
    int start = text.length() - end.length();
    return start >= 0 && text.indexOf(end, start) == start;
  }

  String readAll() throws IOException {
    return new String(in.readAllBytes(), UTF_8);
  }

  void endInput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

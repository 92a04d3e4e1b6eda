package dev.celadon.examples.tutorial;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.net.SocketPair;
import dev.celadon.net.StreamSocket;
import dev.celadon.pool.Pool;
import java.io.IOException;

/** A service that listens to as many sockets as its pool has places, and refuses more. */
final class SocketPool {

  private final Pool pool;

  private SocketPool(int capacity) {
    this.pool = new Pool(capacity);
  }

  static void run() throws IOException {
    SocketPool service = new SocketPool(2);
    try (SocketPair ann = StreamSocket.pair();
        SocketPair ben = StreamSocket.pair();
        SocketPair cho = StreamSocket.pair()) {
      service.addHandler(ann.second());
      service.addHandler(ben.second());
      try {
        service.addHandler(cho.second());
      } catch (IllegalStateException refused) {
        IO.println(refused.getMessage());
      }
      say("hello", ben.first());
      say("hi", ann.first());
      service.shutdown();
    }
  }

  private void listen(StreamSocket socket) throws IOException {
    byte[] data = new byte[1024];
    try {
      for (int count = socket.read(data); count > 0; count = socket.read(data)) {
        IO.println("Received " + new String(data, 0, count, UTF_8));
        socket.write("ok".getBytes(UTF_8));
      }
    } finally {
      IO.println("Closed");
      socket.close();
    }
  }

  private void addHandler(StreamSocket socket) {
    if (pool.trySpawn(() -> listen(socket)) == null) {
      throw new IllegalStateException("At maximum pool size");
    }
  }

  private void shutdown() {
    pool.kill();
  }

  /** Sends a message and waits for the answer. */
  private static void say(String message, StreamSocket socket) throws IOException {
    socket.write(message.getBytes(UTF_8));
    byte[] _ = socket.inputStream().readNBytes(2);
  }
}

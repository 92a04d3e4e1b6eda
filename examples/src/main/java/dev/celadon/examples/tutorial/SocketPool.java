package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.yieldNow;

import dev.celadon.pool.Pool;
import dev.celadon.queue.Queue;

/**
 * A service that listens to as many sockets as its pool has places, and refuses more. A queue
 * stands for each socket.
 */
final class SocketPool {

  private final Pool pool;

  private SocketPool(int capacity) {
    this.pool = new Pool(capacity);
  }

  static void run() {
    SocketPool service = new SocketPool(2);
    Queue<String> first = new Queue<>();
    Queue<String> second = new Queue<>();
    service.addHandler(first);
    service.addHandler(second);
    try {
      service.addHandler(new Queue<>());
    } catch (IllegalStateException refused) {
      IO.println(refused.getMessage());
    }
    second.put("hello");
    first.put("hi");
    yieldNow();
    service.shutdown();
  }

  private void listen(Queue<String> socket) {
    try {
      while (true) {
        IO.println("Received " + socket.get());
      }
    } finally {
      IO.println("Closed");
    }
  }

  private void addHandler(Queue<String> socket) {
    if (pool.trySpawn(() -> listen(socket)) == null) {
      throw new IllegalStateException("At maximum pool size");
    }
  }

  private void shutdown() {
    pool.kill();
  }
}

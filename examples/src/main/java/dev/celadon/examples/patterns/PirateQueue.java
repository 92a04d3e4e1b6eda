package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.pool.TaskGroup;
import dev.celadon.queue.Queue;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.zeromq.SocketType;

/**
 * The broker of {@link ParanoidPirate}: gives each request to an idle worker that lives. Every
 * worker has a greenlet that listens to its heart.
 */
final class PirateQueue {

  static final String READY = "READY";
  static final String HEARTBEAT = "HEARTBEAT";

  private static final class Worker {
    private final byte[] name;
    private final Liveness heart = new Liveness();
    private boolean lives = true;

    Worker(byte[] name) {
      this.name = name;
    }
  }

  private final ZmqContext context;
  private final Map<String, Worker> workers = new HashMap<>();
  private final Queue<Worker> idle = new Queue<>();

  PirateQueue(ZmqContext context) {
    this.context = context;
  }

  /** Serves until it is killed. */
  void run(String clients, String workers) throws Exception {
    try (ZmqSocket frontend = context.socket(SocketType.ROUTER);
        ZmqSocket backend = context.socket(SocketType.ROUTER)) {
      Successor.bind(frontend, clients);
      Successor.bind(backend, workers);
      TaskGroup.run(
          tasks -> {
            tasks.spawn(() -> fromWorkers(backend, frontend, tasks));
            tasks.spawn(() -> fromClients(frontend, backend));
            tasks.spawn(() -> beat(backend));
          });
    }
  }

  /** What comes is (worker, sign of life) or (worker, client, empty, answer). */
  private void fromWorkers(ZmqSocket backend, ZmqSocket frontend, TaskGroup tasks) {
    while (true) {
      ZmqMessage message = backend.recvMessage();
      Worker worker = workers.get(message.text(0));
      if (message.size() == 2 && message.text(1).equals(READY)) {
        welcome(message.frame(0), tasks);
      } else if (worker != null) { // else it is taken for dead, and will notice that
        worker.heart.sign();
        if (message.size() > 2) {
          frontend.send(message.skip(1));
          idle.put(worker);
        }
      }
    }
  }

  private void welcome(byte[] name, TaskGroup tasks) {
    Worker worker = new Worker(name);
    Worker before = workers.put(new String(name, UTF_8), worker);
    if (before != null) {
      before.lives = false;
    }
    idle.put(worker);
    tasks.spawn(
        () -> {
          worker.heart.waitForSilence();
          worker.lives = false;
          workers.remove(new String(name, UTF_8), worker);
        });
  }

  /** What comes is (client, empty, request). */
  private void fromClients(ZmqSocket frontend, ZmqSocket backend) {
    while (true) {
      ZmqMessage request = frontend.recvMessage();
      Worker worker = idle.get();
      while (!worker.lives) {
        worker = idle.get();
      }
      backend.send(request.prepend(worker.name));
    }
  }

  private void beat(ZmqSocket backend) {
    while (true) {
      sleep(Liveness.INTERVAL);
      for (Worker worker : List.copyOf(workers.values())) {
        backend.send(ZmqMessage.of(HEARTBEAT).prepend(worker.name));
      }
    }
  }
}

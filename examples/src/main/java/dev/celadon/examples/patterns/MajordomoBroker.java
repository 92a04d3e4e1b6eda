package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.sleep;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.pool.TaskGroup;
import dev.celadon.queue.Queue;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The broker of {@link Majordomo}, which speaks the Majordomo protocol 0.1: any client and worker
 * of the protocol can take part. Each service has a greenlet that brings its requests and its
 * workers together, and each worker has one that listens to its heart.
 */
final class MajordomoBroker {

  static final String CLIENT = "MDPC01";
  static final String WORKER = "MDPW01";
  static final String READY = "\1";
  static final String REQUEST = "\2";
  static final String REPLY = "\3";
  static final String HEARTBEAT = "\4";
  static final String DISCONNECT = "\5";

  private static final class Service {
    private final Queue<ZmqMessage> requests = new Queue<>();
    private final Queue<Worker> idle = new Queue<>();
    private int workers;
  }

  private static final class Worker {
    private final byte[] address;
    private final Service service;
    private final Liveness heart = new Liveness();
    private boolean lives = true;
    private @Nullable ZmqMessage inHand;

    Worker(byte[] address, Service service) {
      this.address = address;
      this.service = service;
    }
  }

  private final ZmqSocket socket;
  private final Map<String, Service> services = new HashMap<>();
  private final Map<String, Worker> workers = new HashMap<>();

  /**
   * A broker.
   *
   * @param socket a ROUTER, bound to where clients and workers will connect
   */
  MajordomoBroker(ZmqSocket socket) {
    this.socket = socket;
  }

  /** Serves until it is killed. */
  void run() throws Exception {
    TaskGroup.run(
        tasks -> {
          tasks.spawn(this::beat);
          receive(tasks);
        });
  }

  /** What comes is (sender, empty, protocol, ...). */
  private void receive(TaskGroup tasks) {
    while (true) {
      ZmqMessage message = socket.recvMessage();
      try {
        switch (message.text(2)) {
          case CLIENT -> fromClient(message, tasks);
          case WORKER -> fromWorker(message, tasks);
          default -> {} // of another protocol
        }
      } catch (IndexOutOfBoundsException tooShort) {
        // The broker does not die of somebody's mistake.
      }
    }
  }

  /** (client, empty, protocol, service, words). */
  private void fromClient(ZmqMessage request, TaskGroup tasks) {
    if (request.text(3).equals("mmi.service")) {
      Service asked = services.get(request.text(4));
      String code = asked != null && asked.workers > 0 ? "200" : "404";
      answer(request, bytes(code));
    } else {
      service(request.text(3), tasks).requests.put(request);
    }
  }

  private Service service(String name, TaskGroup tasks) {
    return services.computeIfAbsent(
        name,
        _ -> {
          Service service = new Service();
          tasks.spawn(() -> dispatch(service));
          return service;
        });
  }

  private void dispatch(Service service) {
    while (true) {
      ZmqMessage request = service.requests.get();
      Worker worker = service.idle.get();
      while (!worker.lives) {
        worker = service.idle.get();
      }
      worker.inHand = request;
      ZmqMessage work = request.skip(4).wrap(request.frame(0));
      socket.send(work.prepend(bytes(REQUEST)).prepend(bytes(WORKER)).wrap(worker.address));
    }
  }

  /** (worker, empty, protocol, command, ...). */
  private void fromWorker(ZmqMessage message, TaskGroup tasks) {
    byte[] address = message.frame(0);
    String command = message.text(3);
    Worker worker = workers.get(key(address));
    if (command.equals(READY) && worker == null) {
      welcome(new Worker(address, service(message.text(4), tasks)), tasks);
    } else if (worker == null) {
      socket.send(ZmqMessage.of(WORKER, DISCONNECT).wrap(address)); // was taken for dead
    } else if (command.equals(DISCONNECT)
        || command.equals(READY)) { // it begins, but has begun before
      bury(worker);
    } else {
      worker.heart.sign();
      ZmqMessage done = worker.inHand;
      if (command.equals(REPLY) && done != null) {
        worker.inHand = null;
        worker.service.idle.put(worker);
        answer(done, message.frame(6));
      }
    }
  }

  private void welcome(Worker worker, TaskGroup tasks) {
    workers.put(key(worker.address), worker);
    worker.service.workers++;
    worker.service.idle.put(worker);
    tasks.spawn(
        () -> {
          worker.heart.waitForSilence();
          bury(worker);
        });
  }

  private void bury(Worker worker) {
    if (!worker.lives) {
      return;
    }
    worker.lives = false;
    worker.service.workers--;
    workers.remove(key(worker.address), worker);
    ZmqMessage unfinished = worker.inHand;
    if (unfinished != null) {
      worker.service.requests.putBack(unfinished);
    }
  }

  private void beat() {
    while (true) {
      sleep(Liveness.INTERVAL);
      for (Worker worker : List.copyOf(workers.values())) {
        socket.send(ZmqMessage.of(WORKER, HEARTBEAT).wrap(worker.address));
      }
    }
  }

  private void answer(ZmqMessage request, byte[] words) {
    socket.send(ZmqMessage.of(request.frame(2), request.frame(3), words).wrap(request.frame(0)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String key(byte[] address) {
    return new String(address, ISO_8859_1);
  }
}

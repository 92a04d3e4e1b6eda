package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.killAll;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.pool.TaskGroup;
import dev.celadon.queue.Queue;
import dev.celadon.sync.Event;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.SocketType;

/**
 * A broker that gives each request to the worker which has been idle longest. DEALER, which deals
 * in turn, would queue requests behind a worker that is busy. Workers are REQ sockets: to ask for
 * work is to send the answer before.
 */
final class LoadBalancer {

  private static final String READY = "READY";

  private LoadBalancer() {}

  static void run(ZmqContext context, PrintStream out) throws Exception {
    try (ZmqSocket frontend = context.socket(SocketType.ROUTER);
        ZmqSocket backend = context.socket(SocketType.ROUTER)) {
      String clients = frontend.bind(Pattern.ANY_PORT);
      String workers = backend.bind(Pattern.ANY_PORT);
      Queue<byte[]> idle = new Queue<>();
      Event slowIsBusy = new Event();
      Event slowMayAnswer = new Event();
      TaskGroup.run(
          roles -> {
            List<Greenlet<?>> service = new ArrayList<>();
            service.add(roles.spawn(() -> fromWorkers(backend, frontend, idle)));
            service.add(roles.spawn(() -> fromClients(frontend, backend, idle)));
            service.add(
                roles.spawn(
                    () ->
                        work(
                            context,
                            workers,
                            () -> {
                              slowIsBusy.set();
                              slowMayAnswer.waitUntilSet();
                              return "slowly";
                            })));
            var first = roles.spawn(() -> ask(context, clients, "client 1"));
            slowIsBusy.waitUntilSet();

            for (int worker = 1; worker <= 2; worker++) {
              service.add(roles.spawn(() -> work(context, workers, () -> "quickly")));
            }
            List<Greenlet<String>> others = new ArrayList<>();
            for (int client = 2; client <= 12; client++) {
              String name = "client " + client;
              others.add(roles.spawn(() -> ask(context, clients, name)));
            }
            joinAll(others);
            out.println("while one worker is busy:");
            for (Greenlet<String> other : others) {
              out.println("  " + other.result());
            }
            slowMayAnswer.set();
            out.println("at last: " + first.result());
            killAll(service);
          });
    }
  }

  /** What comes is (worker, empty, READY) or (worker, empty, client, empty, answer). */
  private static void fromWorkers(ZmqSocket backend, ZmqSocket frontend, Queue<byte[]> idle) {
    while (true) {
      ZmqMessage message = backend.recvMessage();
      idle.put(message.frame(0));
      if (message.size() > 3) {
        frontend.send(message.skip(2));
      }
    }
  }

  /** What comes is (client, empty, words). None is taken before there is a worker for it. */
  private static void fromClients(ZmqSocket frontend, ZmqSocket backend, Queue<byte[]> idle) {
    while (true) {
      byte[] worker = idle.get();
      backend.send(frontend.recvMessage().wrap(worker));
    }
  }

  private interface Pace {
    String take();
  }

  private static void work(ZmqContext context, String endpoint, Pace pace) {
    try (ZmqSocket socket = context.socket(SocketType.REQ)) {
      socket.connect(endpoint);
      socket.send(READY);
      while (true) {
        ZmqMessage request = socket.recvMessage();
        String answer = request.text(2) + " was served " + pace.take();
        socket.send(ZmqMessage.of(answer).wrap(request.frame(0)));
      }
    }
  }

  private static String ask(ZmqContext context, String endpoint, String name) {
    try (ZmqSocket socket = context.socket(SocketType.REQ)) {
      socket.connect(endpoint);
      socket.send(name);
      return socket.recvString();
    }
  }
}

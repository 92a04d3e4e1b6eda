package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.pool.TaskGroup;
import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.Event;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.zeromq.SocketType;

/**
 * The client of {@link Freelance}: knows several servers, and asks the first of them that lives.
 * Any number of greenlets may ask at the same time, over the one socket.
 */
final class FreelanceClient implements AutoCloseable {

  static final String PING = "PING";
  static final String PONG = "PONG";

  /** So long a request waits for one server, before it goes to the next. */
  private static final Duration TRY = Duration.ofMillis(500);

  private static final class Server {
    private final byte[] name;
    private final Liveness heart = new Liveness();
    private boolean lives;

    Server(String name) {
      this.name = name.getBytes(UTF_8);
    }
  }

  private final ZmqSocket socket;
  private final Map<String, Server> servers = new HashMap<>();
  private final List<Server> inOrder = new ArrayList<>();
  private final Event somebodyLives = new Event();
  private final Map<String, AsyncResult<String>> pending = new HashMap<>();
  private int requests;

  FreelanceClient(ZmqContext context) {
    socket = context.socket(SocketType.ROUTER);
    socket.options().linger(Duration.ZERO);
  }

  /** Adds a server; the earlier, the rather it is asked. */
  void connect(String name, String endpoint) {
    Server server = new Server(name);
    socket.options().pattern().connectRoutingId(name);
    socket.connect(endpoint);
    servers.put(name, server);
    inOrder.add(server);
  }

  /** Looks after the servers, until it is killed. */
  void run() throws Exception {
    TaskGroup.run(
        tasks -> {
          tasks.spawn(this::receive);
          for (Server server : inOrder) {
            tasks.spawn(() -> watch(server));
          }
          while (true) {
            for (Server server : inOrder) {
              boolean _ = socket.trySend(ZmqMessage.of(PING).prepend(server.name));
            }
            sleep(Liveness.INTERVAL);
          }
        });
  }

  /** What comes is (server, sign of life) or (server, number, answer). */
  private void receive() {
    while (true) {
      ZmqMessage message = socket.recvMessage();
      Server server = servers.get(message.text(0));
      if (server != null) {
        server.heart.sign();
        server.lives = true;
        somebodyLives.set();
      }
      AsyncResult<String> asked = pending.remove(message.text(1));
      if (asked != null) {
        asked.set(message.text(2));
      }
    }
  }

  private void watch(Server server) {
    while (true) {
      server.heart.waitForSilence();
      server.lives = false;
    }
  }

  /** Asks until somebody answers, however long that takes; to be put under a time limit. */
  String ask(String words) {
    String number = Integer.toString(++requests);
    AsyncResult<String> answer = new AsyncResult<>();
    pending.put(number, answer);
    try {
      while (true) {
        Server server = firstThatLives();
        socket.send(ZmqMessage.of(number, words).prepend(server.name));
        if (answer.waitUntilReady(TRY)) {
          return answer.result();
        }
        server.lives = false; // until it says something
      }
    } finally {
      pending.remove(number);
    }
  }

  private Server firstThatLives() {
    while (true) {
      for (Server server : inOrder) {
        if (server.lives) {
          return server;
        }
      }
      somebodyLives.clear();
      somebodyLives.waitUntilSet();
    }
  }

  @Override
  public void close() {
    socket.close();
  }
}

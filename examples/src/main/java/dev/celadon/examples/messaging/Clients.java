package dev.celadon.examples.messaging;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.SocketType;

/** Many REQ sockets, a greenlet each, that ask for both sides in turn until time is over. */
final class Clients {

  private final ZmqContext context;
  private final String endpoint;
  private final long millis;
  private long wrongAnswers;
  private long answers;

  Clients(ZmqContext context, String endpoint, long millis) {
    this.context = context;
    this.endpoint = endpoint;
    this.millis = millis;
  }

  void run(int clients, Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    List<Greenlet<?>> greenlets = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      boolean kotlinFirst = i % 2 == 1;
      greenlets.add(spawn(() -> ask(kotlinFirst, end)));
    }
    joinAll(greenlets);
  }

  private void ask(boolean kotlinFirst, long end) {
    try (ZmqSocket socket = context.socket(SocketType.REQ)) {
      socket.connect(endpoint);
      boolean kotlin = kotlinFirst;
      do {
        String side = kotlin ? "kotlin" : "java";
        socket.send(side + " " + millis);
        if (!socket.recvString().equals(side + " done " + millis)) {
          wrongAnswers++;
        }
        answers++;
        kotlin = !kotlin;
      } while (System.nanoTime() - end < 0);
    }
  }

  long answers() {
    return answers;
  }

  long wrongAnswers() {
    return wrongAnswers;
  }
}

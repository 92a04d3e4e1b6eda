package dev.celadon.zeromq;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.celadon.simulation.Simulation;
import dev.celadon.zeromq.ZmqEvent.HandshakeSucceeded;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;

/** JeroMQ's workers that are on their way to the hub are somebody who will do something. */
class WorkersComeTest {

  private static final int SEEDS = 200;

  @Test
  void whoWaitsAtOnceIsNotTakenForTheLastOneOfTheHub() {
    Simulation.explore(
        SEEDS,
        () -> {
          try (ZmqContext context = ZmqContext.open();
              ZmqSocket server = context.socket(SocketType.PULL);
              ZmqMonitor monitor = server.monitor();
              ZmqSocket client = context.socket(SocketType.PUSH)) {
            client.connect(server.bind("tcp://127.0.0.1:*"));
            ZmqEvent event = monitor.next();
            while (!(event instanceof HandshakeSucceeded)) {
              event = monitor.next();
            }
            assertInstanceOf(HandshakeSucceeded.class, event);
          }
        });
  }
}

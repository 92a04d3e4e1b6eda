package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.killAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.pool.TaskGroup;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;

/** The broker among workers and clients that are played by hand. */
class MajordomoBrokerTest {

  private static final String ENDPOINT = "inproc://broker";

  private interface Play {
    void run(ZmqContext context) throws Exception;
  }

  private static void withBroker(Play play) throws Exception {
    Hub.run(
        HubOptions.defaults().withClock(new VirtualClock()),
        () -> {
          try (ZmqContext context = ZmqContext.open();
              ZmqSocket socket = context.socket(SocketType.ROUTER)) {
            socket.bind(ENDPOINT);
            TaskGroup.run(
                roles -> {
                  var broker = roles.spawn(() -> new MajordomoBroker(socket).run());
                  play.run(context);
                  killAll(List.of(broker));
                });
          }
        });
  }

  private static ZmqSocket dealer(ZmqContext context) {
    ZmqSocket socket = context.socket(SocketType.DEALER);
    socket.connect(ENDPOINT);
    return socket;
  }

  private static void say(ZmqSocket worker, String... frames) {
    worker.send(ZmqMessage.of(frames).prepend("MDPW01".getBytes(UTF_8)).prepend(new byte[0]));
  }

  /** What the worker is told beside heartbeats. */
  private static ZmqMessage told(ZmqSocket worker) {
    while (true) {
      ZmqMessage message = worker.recvMessage();
      if (!message.text(2).equals(MajordomoBroker.HEARTBEAT)) {
        return message;
      }
    }
  }

  @Test
  void messagesThatMakeNoSenseDoNoHarm() throws Exception {
    withBroker(
        context -> {
          try (ZmqSocket stranger = dealer(context)) {
            stranger.send("");
            stranger.send(ZmqMessage.of("", "HTTP/1.1", "GET"));
            stranger.send(ZmqMessage.of("", "MDPC01"));
            stranger.send(ZmqMessage.of("", "MDPC01", "echo"));
            stranger.send(ZmqMessage.of("", "MDPW01"));
            stranger.send(ZmqMessage.of("", "MDPW01", "?"));
          }
          MajordomoClient client = new MajordomoClient(context, ENDPOINT);
          assertEquals("404", client.ask("mmi.service", "echo"));
        });
  }

  @Test
  void workerThatNobodyKnowsIsSentAway() throws Exception {
    withBroker(
        context -> {
          try (ZmqSocket worker = dealer(context)) {
            say(worker, MajordomoBroker.HEARTBEAT);
            assertEquals(MajordomoBroker.DISCONNECT, told(worker).text(2));
          }
        });
  }

  @Test
  void workerThatIsSilentIsForgottenAndItsRequestGoesToTheNext() throws Exception {
    withBroker(
        context -> {
          try (ZmqSocket silent = dealer(context);
              ZmqSocket client = dealer(context);
              ZmqSocket next = dealer(context)) {
            say(silent, MajordomoBroker.READY, "echo");
            client.send(ZmqMessage.of("", "MDPC01", "echo", "one"));
            ZmqMessage request = told(silent);
            assertEquals("one", request.text(5));
            say(next, MajordomoBroker.READY, "echo");
            try (var _ = spawn(() -> beat(next)).killOnClose()) {
              ZmqMessage again = told(next);
              assertEquals(request, again);
              say(next, MajordomoBroker.REPLY, "", "", "done");
              assertEquals(ZmqMessage.of("", "MDPC01", "echo", "done"), client.recvMessage());
              say(silent, MajordomoBroker.REPLY, "", "", "too late");
              assertEquals(MajordomoBroker.DISCONNECT, told(silent).text(2));
            }
          }
        });
  }

  private static void beat(ZmqSocket worker) {
    while (true) {
      say(worker, MajordomoBroker.HEARTBEAT);
      sleep(Liveness.INTERVAL);
    }
  }

  @Test
  void workerThatSaysGoodByeIsForgottenAtOnce() throws Exception {
    withBroker(
        context -> {
          try (ZmqSocket worker = dealer(context)) {
            MajordomoClient client = new MajordomoClient(context, ENDPOINT);
            say(worker, MajordomoBroker.READY, "echo");
            assertEquals("200", client.ask("mmi.service", "echo"));
            say(worker, MajordomoBroker.DISCONNECT);
            assertEquals("404", client.ask("mmi.service", "echo"));
          }
        });
  }
}

package dev.celadon.zeromq;

import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;

/** A message costs no walk over the connections that stand idle. */
class InterestsTest {

  /** JeroMQ's first I/O thread. */
  private static final int IO = 2;

  /** Both sides of a message and of its answer, each with its writing begun and done. */
  private static final int MOST_PER_ROUND_TRIP = 24;

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 200})
  void idleConnectionsAreNotAskedForAnything(int idle) throws Exception {
    OnHub.run(
        IoMode.HUB,
        context -> {
          List<ZmqSocket> clients = connect(context, idle);
          ZmqSocket server = context.socket(SocketType.REP);
          ZmqSocket client = context.socket(SocketType.REQ);
          client.connect(server.bind(ANY_PORT));
          roundTrips(client, server, 20);
          long before = told(context);
          roundTrips(client, server, 100);
          long each = (told(context) - before) / 100;
          assertTrue(each <= MOST_PER_ROUND_TRIP, () -> each + " each");
          clients.forEach(ZmqSocket::close);
        });
  }

  /** Full pipes and full channels: writing stops, and goes on when there is room. */
  @Test
  void connectionThatWasFullGoesOn() throws Exception {
    OnHub.run(
        IoMode.HUB,
        context -> {
          List<ZmqSocket> clients = connect(context, 50);
          ZmqSocket push = context.socket(SocketType.PUSH);
          ZmqSocket pull = context.socket(SocketType.PULL);
          push.options().sendHighWaterMark(3);
          pull.options().receiveHighWaterMark(3);
          push.connect(pull.bind(ANY_PORT));
          byte[] large = new byte[200_000];
          for (int round = 0; round < 5; round++) {
            int sent = 0;
            while (sent < 1_000 && push.waitWritable(OnHub.SHORT)) {
              push.send(large);
              sent++;
            }
            assertTrue(sent >= 3, "" + sent);
            for (int i = 0; i < sent; i++) {
              assertEquals(large.length, pull.recv(LONG).length);
            }
          }
          assertEquals(0, context.caughtUp());
          clients.forEach(ZmqSocket::close);
        });
  }

  private static List<ZmqSocket> connect(ZmqContext context, int clients) {
    ZmqSocket router = context.socket(SocketType.ROUTER);
    String endpoint = router.bind(ANY_PORT);
    List<ZmqSocket> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      ZmqSocket client = context.socket(SocketType.DEALER);
      client.connect(endpoint);
      all.add(client);
    }
    if (clients > 0) {
      assertTrue(router.awaitConnected(clients, LONG));
      all.forEach(client -> assertTrue(client.awaitConnected(LONG)));
    }
    all.add(router);
    return all;
  }

  private static void roundTrips(ZmqSocket client, ZmqSocket server, int times) {
    for (int i = 0; i < times; i++) {
      client.send("q" + i);
      assertEquals("q" + i, server.recvString(LONG));
      server.send("a" + i);
      assertEquals("a" + i, client.recvString(LONG));
    }
  }

  private static long told(ZmqContext context) {
    return assertInstanceOf(HubEngine.class, context.engine()).toldInterests(IO);
  }
}

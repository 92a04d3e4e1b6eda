package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.spawn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import zmq.ZMQ;

/** A client and a server that is played by hand. */
class CloneClientTest {

  private static final CloneServer.Endpoints ENDPOINTS =
      new CloneServer.Endpoints("inproc://snapshots", "inproc://updates", "inproc://changes");

  private record Server(ZmqSocket snapshots, ZmqSocket updates, ZmqSocket changes) {

    void snapshot(String... frames) {
      ZmqMessage request = snapshots.recvMessage();
      snapshots.send(ZmqMessage.of(frames).prepend(request.frame(0)));
    }

    void update(String... frames) {
      updates.send(ZmqMessage.of(frames));
    }
  }

  private interface Play {
    void run(Server server, CloneClient client) throws Exception;
  }

  /** The client has just had its snapshot, with number 7. */
  private static void play(Play play) throws Exception {
    Hub.run(
        HubOptions.defaults().withClock(new VirtualClock()),
        () -> {
          try (ZmqContext context = ZmqContext.open();
              ZmqSocket snapshots = context.socket(SocketType.ROUTER);
              ZmqSocket updates = context.socket(SocketType.XPUB);
              ZmqSocket changes = context.socket(SocketType.PULL)) {
            snapshots.bind(ENDPOINTS.snapshots());
            updates.options().set(ZMQ.ZMQ_XPUB_VERBOSER, true);
            updates.bind(ENDPOINTS.updates());
            changes.bind(ENDPOINTS.changes());
            Server server = new Server(snapshots, updates, changes);
            CloneClient client = new CloneClient(context, "Anna");
            client.put("early", "bird");
            try (var _ = spawn(() -> client.run(List.of(ENDPOINTS))).killOnClose()) {
              updates.recv(); // the subscription
              server.update("6");
              server.snapshot("7", "a", "1", "b", "2");
              play.run(server, client);
            }
          }
        });
  }

  @Test
  void snapshotComesFirstAndUpdatesThatItHasAreSkipped() throws Exception {
    play(
        (server, client) -> {
          server.update("7", "Bert 1", "b", "old");
          server.update("8", "Bert 2", "c", "3");
          client.waitFor("c", "3");
          assertEquals(Map.of("a", "1", "b", "2", "c", "3"), client.map());
          assertEquals(8, client.number());
        });
  }

  @Test
  void lostUpdateIsNoticedAndASnapshotAskedFor() throws Exception {
    play(
        (server, client) -> {
          server.update("9", "Bert 2", "c", "3"); // there was an 8
          server.snapshot("9", "c", "3", "d", "4");
          client.waitFor("d", "4");
          server.update("10"); // so says a heartbeat
          server.snapshot("10", "e", "5");
          client.waitFor("e", "5");
          assertEquals(Map.of("e", "5"), client.map());
        });
  }

  @Test
  void changeIsSentAgainUntilItComesBack() throws Exception {
    play(
        (server, client) -> {
          assertEquals(ZmqMessage.of("Anna 1", "early", "bird"), server.changes().recvMessage());
          client.put("late", "owl");
          assertEquals(ZmqMessage.of("Anna 2", "late", "owl"), server.changes().recvMessage());
          server.update("8", "Anna 1", "early", "bird");
          client.waitFor("early", "bird");
          assertTrue(client.isLoaded());
          // Now the server is silent, and the client comes again as to another one.
          server.updates().recv(); // one subscription ends
          server.updates().recv(); // another one begins
          server.update("8");
          server.snapshot("8", "early", "bird");
          assertEquals(ZmqMessage.of("Anna 2", "late", "owl"), server.changes().recvMessage());
        });
  }
}

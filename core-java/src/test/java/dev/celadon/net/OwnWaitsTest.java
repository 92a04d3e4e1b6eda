package dev.celadon.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.Waiter;
import dev.celadon.select.ConcurrentUseException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Waits for sockets by callbacks, as suspended coroutines wait. */
class OwnWaitsTest {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final Trail trail = new Trail();
  private final ByteBuffer one = ByteBuffer.allocate(1);

  private interface PairBody {
    void run(StreamSocket near, StreamSocket far) throws Exception;
  }

  private static void onPair(PairBody body) throws Exception {
    Body whole =
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            body.run(pair.first(), pair.second());
          }
        };
    Hub.run(whole);
  }

  private Waiter waiter(String name) {
    return new Waiter(() -> trail.step(name));
  }

  private static void untilEnded(Waiter waiter) {
    while (waiter.isWaiting()) {
      Greenlets.yieldNow();
    }
  }

  @Test
  void aWaiterIsGrantedWhenThereIsSomethingToRead() throws Exception {
    onPair(
        (near, far) -> {
          Waiter waiter = waiter("ready");
          assertEquals(0, near.registerRead(one, waiter));
          far.write(new byte[] {7});
          untilEnded(waiter);
          near.unregister(waiter);
          assertEquals(1, near.registerRead(one, waiter("never")));
          assertEquals(7, one.get(0));
        });
    trail.is("ready");
  }

  @Test
  void withoutAWaiterItOnlyLooks() throws Exception {
    onPair(
        (near, far) -> {
          assertEquals(0, near.registerRead(one, null));
          far.write(new byte[] {7});
          assertEquals(1, near.registerRead(one, null));
          assertTrue(near.registerWrite(ByteBuffer.allocate(1), null) > 0);
        });
  }

  @Test
  void anUnregisteredWaiterLeavesTheSideFree() throws Exception {
    onPair(
        (near, far) -> {
          Waiter first = waiter("first");
          assertEquals(0, near.registerRead(one, first));
          assertThrows(
              ConcurrentUseException.class, () -> near.registerRead(one, waiter("second")));
          assertThrows(ConcurrentUseException.class, () -> near.read(one));
          near.unregister(first);
          near.unregister(first);
          Waiter third = waiter("third");
          assertEquals(0, near.registerRead(one, third));
          near.unregister(first); // not its wait any more
          far.write(new byte[1]);
          untilEnded(third);
          assertTrue(first.isWaiting());
        });
    trail.is("third");
  }

  @Test
  void aWaiterIsGrantedWhenThereIsRoomToWrite() throws Exception {
    onPair(
        (near, far) -> {
          ByteBuffer much = ByteBuffer.allocate(10_000_000);
          Waiter waiter = waiter("room");
          while (near.registerWrite(much, waiter) > 0) {
            // as long as there is room
          }
          assertTrue(much.hasRemaining());
          byte[] _ = far.inputStream().readNBytes(much.position());
          untilEnded(waiter);
          near.unregister(waiter);
          assertTrue(near.registerWrite(much, null) > 0);
        });
    trail.is("room");
  }

  @Test
  void aCloseGrantsAndTheNextTryTells() throws Exception {
    onPair(
        (near, _) -> {
          Waiter waiter = waiter("closed");
          assertEquals(0, near.registerRead(one, waiter));
          near.close();
          assertTrue(waiter.isGranted());
          near.unregister(waiter);
          assertThrows(ClosedChannelException.class, () -> near.registerRead(one, waiter));
        });
    trail.is("closed");
  }

  @Test
  void nowAndThenSomethingIsWaitedForThoughItIsThere() throws Exception {
    onPair(
        (near, far) -> {
          far.write(new byte[1_000]);
          int waits = 0;
          for (int i = 0; i < 1_000; i++) {
            one.clear();
            Waiter waiter = new Waiter(() -> {});
            while (near.registerRead(one, waiter) == 0) {
              waits++;
              untilEnded(waiter);
              near.unregister(waiter);
              waiter = new Waiter(() -> {});
            }
          }
          assertTrue(waits >= 10 && waits <= 20, () -> "the others have had their turn");
        });
  }

  @Test
  void buffersThatMakeNoSenseAreRefused() throws Exception {
    onPair(
        (near, _) -> {
          ByteBuffer empty = ByteBuffer.allocate(0);
          assertThrows(IllegalArgumentException.class, () -> near.registerRead(empty, null));
          assertThrows(IllegalArgumentException.class, () -> near.registerWrite(empty, null));
        });
  }

  @Test
  void aWaiterIsGrantedWhenSomebodyConnects() throws Exception {
    Body body =
        () -> {
          try (StreamListener listener = StreamListener.bind(ANY_PORT)) {
            Waiter waiter = waiter("somebody");
            assertNull(listener.registerAccept(waiter));
            try (SocketChannel client = SocketChannel.open(listener.localAddress())) {
              untilEnded(waiter);
              listener.unregister(waiter);
              StreamSocket accepted = Objects.requireNonNull(listener.registerAccept(null));
              assertEquals(client.getLocalAddress(), accepted.remoteAddress());
              accepted.close();
            }
          }
        };
    Hub.run(body);
    trail.is("somebody");
  }

  @Test
  void aWaiterIsGrantedWhenADatagramComes() throws Exception {
    Body body =
        () -> {
          try (UdpSocket server = UdpSocket.bind(ANY_PORT);
              UdpSocket client = UdpSocket.connect(server.localAddress())) {
            Waiter waiter = waiter("datagram");
            assertNull(server.registerReceive(one, waiter));
            assertTrue(client.registerSend(ByteBuffer.allocate(1), null, null));
            untilEnded(waiter);
            server.unregister(waiter);
            assertNotNull(server.registerReceive(one, null));
            assertTrue(client.registerSend(ByteBuffer.allocate(0), null, waiter("never")));
            assertFalse(waiter.isWaiting());
          }
        };
    Hub.run(body);
    trail.is("datagram");
  }
}

package dev.celadon.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.net.SocketPair;
import dev.celadon.net.StreamSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HubSelectorTest {

  private static final int READ = SelectionKey.OP_READ;
  private static final int WRITE = SelectionKey.OP_WRITE;

  private final List<Pipe> pipes = new ArrayList<>();

  @AfterEach
  void closeThePipes() throws IOException {
    for (Pipe pipe : pipes) {
      pipe.source().close();
      pipe.sink().close();
    }
  }

  private Pipe pipe() throws IOException {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    pipe.sink().configureBlocking(false);
    pipes.add(pipe);
    return pipe;
  }

  /** An echo server as textbooks have it. */
  private static void serve(Selector selector, ServerSocketChannel server) throws IOException {
    server.register(selector, SelectionKey.OP_ACCEPT);
    while (selector.isOpen()) {
      selector.select();
      if (!selector.isOpen()) {
        return;
      }
      Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
      while (keys.hasNext()) {
        SelectionKey key = keys.next();
        keys.remove();
        if (key.isAcceptable()) {
          SocketChannel client = server.accept();
          client.configureBlocking(false);
          client.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(1_000));
        } else if (key.isReadable()) {
          SocketChannel client = (SocketChannel) key.channel();
          ByteBuffer buffer = (ByteBuffer) key.attachment();
          if (client.read(buffer) < 0) {
            client.close();
          } else {
            buffer.flip();
            key.interestOps(SelectionKey.OP_WRITE);
          }
        } else if (key.isWritable()) {
          ByteBuffer buffer = (ByteBuffer) key.attachment();
          ((SocketChannel) key.channel()).write(buffer);
          if (!buffer.hasRemaining()) {
            buffer.clear();
            key.interestOps(SelectionKey.OP_READ);
          }
        }
      }
    }
  }

  @Test
  void aTextbookEchoServerServesGreenletsOfItsOwnHub() throws Exception {
    Hub.run(
        () -> {
          Selector selector = HubSelector.open();
          try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            server.configureBlocking(false);
            Greenlet<?> serving = Greenlets.spawn(() -> serve(selector, server));
            List<Greenlet<?>> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
              byte mark = (byte) i;
              clients.add(Greenlets.spawn(() -> echo(server, mark)));
            }
            Greenlets.joinAllOrThrow(clients);
            selector.close();
            serving.result();
          }
        });
  }

  private static void echo(ServerSocketChannel server, byte mark) throws IOException {
    try (StreamSocket socket = StreamSocket.connect(server.getLocalAddress())) {
      byte[] got = new byte[1];
      for (int i = 0; i < 10; i++) {
        socket.write(new byte[] {mark});
        assertEquals(1, socket.read(got));
        assertEquals(mark, got[0]);
      }
    }
  }

  @Test
  void keysAreSelectedAsTheContractSays() throws Exception {
    Hub.run(
        () -> {
          try (Selector selector = HubSelector.open()) {
            selectedAsTheContractSays(selector, pipe());
          }
        });
  }

  @Test
  void soDoesTheJdk() throws Exception {
    try (Selector selector = Selector.open()) {
      selectedAsTheContractSays(selector, pipe());
    }
  }

  private static void selectedAsTheContractSays(Selector selector, Pipe pipe) throws IOException {
    SelectionKey reading = pipe.source().register(selector, READ, "mine");
    SelectionKey writing = pipe.sink().register(selector, 0);
    assertSame(reading, pipe.source().keyFor(selector));
    assertSame(reading, pipe.source().register(selector, READ, "mine"), "again");
    assertEquals("mine", reading.attachment());
    assertEquals(Set.of(reading, writing), selector.keys());
    assertEquals(0, selector.selectNow());
    assertEquals(0, selector.select(1));
    SelectTest.put(pipe);
    assertEquals(1, selector.select());
    assertEquals(Set.of(reading), selector.selectedKeys());
    assertTrue(reading.isReadable());
    assertEquals(0, selector.selectNow(), "nothing has changed");
    assertEquals(0, selector.select(), "nothing has changed");
    writing.interestOps(WRITE);
    assertEquals(1, selector.select());
    assertEquals(Set.of(reading, writing), selector.selectedKeys());
    selector.selectedKeys().clear();
    assertEquals(2, selector.selectNow());
    assertThrows(UnsupportedOperationException.class, () -> selector.selectedKeys().add(reading));
    assertThrows(UnsupportedOperationException.class, () -> selector.keys().clear());
    writing.interestOpsAnd(~WRITE);
    selector.selectedKeys().clear();
    assertEquals(1, SelectTest.take(pipe));
    assertEquals(0, selector.selectNow());
    SelectTest.put(pipe);
    Set<SelectionKey> told = new HashSet<>();
    assertEquals(1, selector.select(told::add, 10_000));
    assertEquals(1, selector.selectNow(told::add));
    assertEquals(1, selector.select(told::add));
    assertEquals(Set.of(reading), told);
    assertEquals(Set.of(), selector.selectedKeys());
    assertThrows(IllegalArgumentException.class, () -> reading.interestOps(WRITE));
    assertThrows(IllegalArgumentException.class, () -> selector.select(-1));

    reading.cancel();
    assertFalse(reading.isValid());
    assertThrows(CancelledKeyException.class, reading::readyOps);
    assertThrows(CancelledKeyException.class, () -> reading.interestOps(READ));
    assertThrows(CancelledKeyException.class, () -> pipe.source().register(selector, READ));
    assertEquals(0, selector.selectNow());
    assertEquals(Set.of(writing), selector.keys());
    assertNull(pipe.source().keyFor(selector));
    assertFalse(pipe.source().isRegistered());
    pipe.source().configureBlocking(true);
    pipe.source().configureBlocking(false);
    SelectionKey fresh = pipe.source().register(selector, READ);
    assertEquals(1, selector.select());
    pipe.source().close();
    assertFalse(fresh.isValid());
    assertEquals(0, selector.selectNow());
    assertEquals(Set.of(), selector.selectedKeys());

    selector.wakeup();
    assertEquals(0, selector.select(), "a wake-up before counts");
    Thread.currentThread().interrupt();
    assertEquals(0, selector.select());
    assertTrue(Thread.interrupted());

    selector.close();
    selector.close();
    assertFalse(writing.isValid());
    assertNull(pipe.sink().keyFor(selector));
    assertThrows(ClosedSelectorException.class, selector::selectNow);
    assertThrows(ClosedSelectorException.class, selector::keys);
    assertThrows(ClosedSelectorException.class, selector::selectedKeys);
    assertThrows(ClosedSelectorException.class, () -> pipe.sink().register(selector, WRITE));
  }

  @Test
  void wakeUpAndCloseEndASelectionFromAnyThread() throws Exception {
    Hub.run(
        () -> {
          Selector selector = HubSelector.open();
          SelectionKey _ = pipe().source().register(selector, READ);
          Greenlet<Integer> first = Greenlets.spawn(() -> selector.select());
          Greenlets.yieldNow();
          assertThrows(ConcurrentUseException.class, selector::selectNow);
          selector.wakeup();
          assertEquals(0, first.result());
          Greenlet<Integer> second = Greenlets.spawn(() -> selector.select());
          Greenlets.yieldNow();
          Thread waker = Thread.ofPlatform().start(selector::wakeup);
          assertEquals(0, second.result());
          waker.join();
          Greenlet<Integer> third = Greenlets.spawn(() -> selector.select());
          Greenlets.yieldNow();
          selector.close();
          assertEquals(0, third.result());
        });
  }

  @Test
  void aKilledSelectionLeavesTheSelectorAsItWas() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          try (Selector selector = HubSelector.open()) {
            SelectionKey key = pipe.source().register(selector, READ);
            Greenlet<?> killed = Greenlets.spawn(() -> selector.select());
            Greenlets.yieldNow();
            killed.kill();
            SelectTest.put(pipe);
            assertEquals(1, selector.select());
            assertEquals(Set.of(key), selector.selectedKeys());
          }
        });
  }

  @Test
  void aSelectorMovesFromHubToHub() throws Exception {
    Pipe pipe = pipe();
    try (Selector selector = HubSelector.open();
        Hub other = Hub.start("other")) {
      SelectionKey _ = pipe.source().register(selector, READ);
      Hub.run(() -> assertEquals(0, selector.selectNow()));
      Greenlet<Integer> there = Greenlet.spawn(other, () -> selector.select());
      SelectTest.put(pipe);
      assertEquals(1, there.get());
      assertEquals(0, selector.select(), "on a plain thread; nothing has changed");
      selector.selectedKeys().clear();
      assertEquals(1, selector.select());
    }
  }

  @Test
  void aSocketOfCeladonMayBeSelectedToo() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair();
              Selector selector = HubSelector.open()) {
            StreamSocket socket = pair.first();
            SelectionKey key = socket.channel().register(selector, READ);
            Greenlet<Integer> reading = Greenlets.spawn(() -> socket.read(new byte[1]));
            Greenlet<Integer> selecting = Greenlets.spawn(() -> selector.select());
            Greenlets.yieldNow();
            pair.second().write(new byte[2]);
            assertEquals(1, reading.result());
            assertEquals(1, selecting.result());
            assertTrue(key.isReadable());
            socket.close();
            assertFalse(key.isValid());
            assertEquals(0, selector.selectNow());
            assertEquals(Set.of(), selector.keys());
          }
        });
  }

  @Test
  void noDescriptorIsLeftOfClosedChannels() throws Exception {
    Path descriptors = Path.of("/proc/self/fd");
    if (!Files.exists(descriptors)) {
      return;
    }
    Hub.run(
        () -> {
          churn();
          long before = count(descriptors);
          for (int i = 0; i < 20; i++) {
            churn();
          }
          assertTrue(count(descriptors) - before < 20, "descriptors are left");
        });
  }

  /** Opens, selects and closes in several orders. */
  private void churn() throws IOException {
    try (Selector selector = HubSelector.open();
        ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 4; i++) {
        try (SocketChannel client = SocketChannel.open(server.getLocalSocketAddress());
            Socket accepted = server.accept()) {
          client.configureBlocking(false);
          SelectionKey key = client.register(selector, READ | WRITE);
          if (i > 0) {
            assertEquals(1, selector.select(_ -> {}));
          }
          if (i > 1) {
            assertTrue(Select.waitWrite(client, java.time.Duration.ofSeconds(5)));
          }
          if (i > 2) {
            key.cancel();
          }
          assertTrue(accepted.isConnected());
        }
        if (i % 2 == 0) {
          assertEquals(0, selector.selectNow());
        }
      }
    }
    Greenlets.yieldNow();
    Hub.current().loop().look();
    Greenlets.sleep(java.time.Duration.ofMillis(1)); // the hub's selector lets go
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void interestThatChangesBeforeEachLookLosesNoChannel() throws Exception {
    Hub.run(
        () -> {
          Pipe first = pipe();
          Pipe second = pipe();
          try (HubSelector selector = HubSelector.open()) {
            SelectionKey one = first.source().register(selector, READ);
            SelectionKey other = second.source().register(selector, READ);
            SelectTest.put(first);
            SelectTest.put(second);
            for (int i = 0; i < 5; i++) {
              List<SelectionKey> found = new ArrayList<>();
              assertEquals(2, selector.selectNow(found::add));
              assertEquals(Set.of(one, other), Set.copyOf(found));
              (i % 2 == 0 ? one : other).interestOps(READ);
              Select.waitRead(first.source()); // the hub looks
            }
          }
        });
  }
}

package dev.celadon.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Trail;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorPollerTest {

  private final SelectorPoller poller = new SelectorPoller();
  private final List<Pipe> pipes = new ArrayList<>();
  private final Trail trail = new Trail();

  private Pipe pipe() throws IOException {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    pipes.add(pipe);
    return pipe;
  }

  @AfterEach
  void close() throws IOException {
    poller.close();
    for (Pipe pipe : pipes) {
      pipe.source().close();
      pipe.sink().close();
    }
  }

  @Test
  void aReadinessThatNobodyWaitsForIsDisarmedAfterSomeReports() throws IOException {
    Pipe pipe = pipe();
    IoWatcher watcher = poller.watch(pipe.source());
    watcher.start(SelectionKey.OP_READ, ops -> trail.step("ready"));
    int _ = pipe.sink().write(ByteBuffer.wrap(new byte[] {1}));
    poller.poll(0);
    trail.is("ready");
    poller.poll(0);
    assertEquals(SelectionKey.OP_READ, watcher.armed(), "whoever was woken may not have run yet");
    int polls = 1;
    while (watcher.armed() != 0) {
      poller.poll(0);
      assertTrue(++polls < 100, "a busy loop must not be told for ever");
    }
    watcher.start(SelectionKey.OP_READ, ops -> trail.step("again"));
    poller.poll(0);
    trail.is("ready again");
  }

  @Test
  void aPollThatWaitsReturnsOnlyOnceForWhatNobodyWaitsFor() throws IOException {
    Pipe pipe = pipe();
    IoWatcher watcher = poller.watch(pipe.source());
    watcher.start(SelectionKey.OP_READ, ops -> trail.step("ready"));
    int _ = pipe.sink().write(ByteBuffer.wrap(new byte[] {1}));
    poller.poll(0);
    poller.poll(Long.MAX_VALUE);
    assertEquals(0, watcher.armed());
    trail.is("ready");
  }

  @Test
  void theInterestInAConnectionEndsWithIt() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open();
        SocketChannel client = SocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      client.configureBlocking(false);
      IoWatcher watcher = poller.watch(client);
      if (!client.connect(server.getLocalAddress())) {
        watcher.start(SelectionKey.OP_CONNECT, ops -> trail.step("connected"));
        poller.poll(Long.MAX_VALUE);
        trail.is("connected");
        assertEquals(0, watcher.armed(), "the kernel would report that it can be written to");
        assertTrue(client.finishConnect());
      }
      watcher.start(SelectionKey.OP_CONNECT, ops -> trail.step("too late"));
      watcher.start(SelectionKey.OP_READ, ops -> trail.step("ready"));
      assertEquals(SelectionKey.OP_READ, watcher.armed());
    }
  }

  @Test
  @SuppressWarnings("try") // closed in the middle, too
  void theInterestInAConnectionEndsWithTheWaitForIt() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open();
        SocketChannel client = SocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      client.configureBlocking(false);
      IoWatcher watcher = poller.watch(client);
      boolean connected = client.connect(server.getLocalAddress());
      watcher.start(SelectionKey.OP_CONNECT, ops -> trail.step("connected"));
      watcher.stop();
      assertEquals(0, watcher.armed(), "it may be found connected without a wait");
      while (!connected) {
        connected = client.finishConnect();
      }
      int writable = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;
      watcher.start(writable, ops -> trail.step("writable"));
      poller.poll(Long.MAX_VALUE);
      trail.is("writable");
      assertEquals(SelectionKey.OP_WRITE, watcher.armed());
      watcher.start(writable, ops -> trail.step("never"));
      client.close();
      watcher.stop();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 200})
  void aChannelThatSomebodyHasClosedIsFoundBeforeASleep(int channels) throws IOException {
    for (int i = 0; i < channels; i++) {
      poller.watch(pipe().source()).start(SelectionKey.OP_READ, ops -> trail.step("gone" + ops));
    }
    poller.lookForClosed();
    trail.is("");
    pipes.getFirst().source().close();
    poller.lookForClosed();
    trail.is("gone0");
  }
}

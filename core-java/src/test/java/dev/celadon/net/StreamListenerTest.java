package dev.celadon.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.select.ConcurrentUseException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamListenerTest {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir Path folder;

  @Test
  void closeWakesWhoeverAccepts() throws Exception {
    Hub.run(
        () -> {
          StreamListener listener = StreamListener.bind(ANY_PORT);
          Greenlet<?> accepting = Greenlets.spawn(listener::accept);
          Greenlets.yieldNow();
          assertThrows(ConcurrentUseException.class, listener::accept);
          listener.close();
          listener.close();
          assertThrows(AsynchronousCloseException.class, accepting::result);
          assertThrows(ClosedChannelException.class, listener::accept);
        });
  }

  @Test
  void givesUpAfterItsTimeout() throws Exception {
    Hub.run(
        () -> {
          try (StreamListener listener = StreamListener.bind(ANY_PORT)) {
            assertNull(listener.tryAccept());
            listener.setTimeout(Duration.ofMillis(1));
            assertThrows(SocketTimeoutException.class, listener::accept);
            assertThrows(
                IllegalArgumentException.class, () -> listener.setTimeout(Duration.ofMillis(-1)));
          }
        });
  }

  @Test
  void anAddressInUseIsNamed() throws Exception {
    try (StreamListener first = StreamListener.bind(ANY_PORT)) {
      BindException refused =
          assertThrows(BindException.class, () -> StreamListener.bind(first.localAddress()));
      assertEquals(
          "cannot listen at " + first.localAddress() + ": Address already in use",
          refused.getMessage());
    }
  }

  @Test
  void severalMayShareAPort() throws Exception {
    ListenOptions shared = ListenOptions.defaults().withReusePort(true);
    try (StreamListener first = StreamListener.bind(ANY_PORT, shared);
        StreamListener second = StreamListener.bind(first.localAddress(), shared)) {
      assertEquals(first.port(), second.port());
    }
    assertThrows(IllegalArgumentException.class, () -> ListenOptions.defaults().withBacklog(0));
  }

  @Test
  void aUnixDomainListenerHasNoPort() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
    try (StreamListener listener = StreamListener.bind(address)) {
      assertEquals(address, listener.localAddress());
      UnsupportedOperationException refused =
          assertThrows(UnsupportedOperationException.class, listener::port);
      assertTrue(refused.getMessage().contains("localAddress()"));
    }
  }

  @Test
  void closeDeletesTheFileAlsoWhenTheChannelWasClosedBefore() throws Exception {
    Hub.run(
        () -> {
          Path file = folder.resolve("listener");
          StreamListener listener = StreamListener.bind(UnixDomainSocketAddress.of(file));
          listener.channel().close();
          assertTrue(Files.exists(file));
          listener.close();
          assertFalse(Files.exists(file));
        });
  }
}

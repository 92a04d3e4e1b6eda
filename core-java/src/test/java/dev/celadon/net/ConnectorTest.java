package dev.celadon.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.dns.Dns;
import dev.celadon.dns.Resolver;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connecting to a host with several addresses; after RFC 8305. */
class ConnectorTest {

  private static final ConnectOptions QUICK =
      ConnectOptions.defaults().withAttemptDelay(Duration.ofMillis(10));

  @Test
  void anAddressThatRefusesMakesRoomAtOnce() throws Exception {
    Hub.run(
        () -> {
          try (StreamListener listener = listen("127.0.0.2")) {
            resolveTo("127.0.0.3", "127.0.0.4", "127.0.0.2");
            ConnectOptions patient =
                ConnectOptions.defaults().withAttemptDelay(Duration.ofSeconds(2));
            try (StreamSocket socket = StreamSocket.connect("host", listener.port(), patient)) {
              assertEquals(
                  new InetSocketAddress("127.0.0.2", listener.port()), socket.remoteAddress());
            }
          }
        });
  }

  @Test
  void anAddressThatIsSilentIsOvertaken() throws Exception {
    Hub.run(
        () -> {
          try (StreamListener listener = listen("127.0.0.2");
              var _ = new Silent("127.0.0.3", listener.port())) {
            resolveTo("127.0.0.3", "127.0.0.2");
            try (StreamSocket socket = StreamSocket.connect("host", listener.port(), QUICK)) {
              assertEquals(
                  new InetSocketAddress("127.0.0.2", listener.port()), socket.remoteAddress());
            }
          }
        });
  }

  @Test
  void everyFailureIsTold() throws Exception {
    Hub.run(
        () -> {
          StreamListener closed = listen("127.0.0.2");
          closed.close();
          resolveTo("127.0.0.2", "127.0.0.3");
          ConnectException refused =
              assertThrows(
                  ConnectException.class, () -> StreamSocket.connect("host", closed.port(), QUICK));
          assertTrue(refused.getMessage().contains("host:" + closed.port()));
          assertEquals(2, refused.getSuppressed().length);
          assertTrue(refused.getSuppressed()[0].getMessage().contains("127.0.0.2"));
          assertTrue(refused.getSuppressed()[1].getMessage().contains("127.0.0.3"));
        });
  }

  @Test
  void theTimeLimitIsForTheWholeAndLeavesNothingOpen() throws Exception {
    Hub.run(
        () -> {
          try (Silent silent = new Silent("127.0.0.3", 0)) {
            resolveTo("127.0.0.3");
            SocketTimeoutException over =
                assertThrows(
                    SocketTimeoutException.class,
                    () ->
                        StreamSocket.connect(
                            "host", silent.port(), QUICK.withTimeout(Duration.ofMillis(20))));
            assertTrue(over.getMessage().contains("host:" + silent.port()), over.getMessage());
            assertNobodyWaits();
          }
        });
  }

  @Test
  void theTimeLimitIsForTheNameToo() throws Exception {
    Hub.run(
        () -> {
          Dns.use(new Slow());
          assertThrows(
              SocketTimeoutException.class,
              () -> StreamSocket.connect("host", 80, QUICK.withTimeout(Duration.ofMillis(20))));
        });
  }

  @Test
  void aKilledConnectLeavesNothingOpen() throws Exception {
    Hub.run(
        () -> {
          try (Silent silent = new Silent("127.0.0.3", 0)) {
            resolveTo("127.0.0.3");
            Greenlet<?> connecting =
                Greenlets.spawn(() -> StreamSocket.connect("host", silent.port(), QUICK));
            Greenlets.sleep(Duration.ofMillis(5));
            connecting.kill();
            assertNobodyWaits();
          }
        });
  }

  @Test
  void familiesTakeTurns() throws Exception {
    List<String> order = new ArrayList<>();
    Hub.run(
        () -> {
          StreamListener closed = listen("127.0.0.2");
          closed.close();
          resolveTo("127.0.0.2", "127.0.0.3", "::1");
          ConnectException refused =
              assertThrows(
                  ConnectException.class, () -> StreamSocket.connect("host", closed.port(), QUICK));
          for (Throwable one : refused.getSuppressed()) {
            order.add(one.getMessage().contains("127.0.0") ? "4" : "6");
          }
        });
    assertEquals(List.of("4", "6", "4"), order);
  }

  private static void assertNobodyWaits() {
    for (int i = 0; i < 1_000 && !Hub.current().loop().isDrained(); i++) {
      Greenlets.yieldNow(); // what is ready is no wait
    }
    assertTrue(Hub.current().loop().isDrained());
  }

  private static StreamListener listen(String host) throws IOException {
    return StreamListener.bind(new InetSocketAddress(host, 0));
  }

  private static void resolveTo(String... literals) throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>();
    for (String literal : literals) {
      addresses.add(InetAddress.getByName(literal));
    }
    Dns.use(
        new Resolver() {
          @Override
          public List<InetAddress> lookup(String host) {
            return addresses;
          }

          @Override
          public String reverse(InetAddress address) {
            return "host";
          }
        });
  }

  /** Never answers. */
  private static final class Slow implements Resolver {

    @Override
    public List<InetAddress> lookup(String host) {
      Greenlets.sleep(Duration.ofDays(1));
      return List.of();
    }

    @Override
    public String reverse(InetAddress address) {
      return "host";
    }
  }

  /** A listener whose queue is full, so that the system leaves further connections unanswered. */
  private static final class Silent implements AutoCloseable {

    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final List<SocketChannel> waiting = new ArrayList<>();

    Silent(String host, int port) throws IOException {
      listener.bind(new InetSocketAddress(host, port), 1);
      for (int i = 0; i < 8; i++) {
        SocketChannel one = SocketChannel.open();
        one.configureBlocking(false);
        one.connect(listener.getLocalAddress());
        waiting.add(one);
      }
    }

    int port() throws IOException {
      return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    @Override
    public void close() throws IOException {
      for (SocketChannel one : waiting) {
        one.close();
      }
      listener.close();
    }
  }
}

package dev.celadon.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;

/** What differs from the sockets of the JDK; what does not is in {@link SocketContractTest}. */
class HubSocketTest {

  private final Trail trail = new Trail();

  private interface Talk {
    void between(Socket client, Socket server) throws Exception;
  }

  private static void connected(Talk talk) throws Exception {
    Hub.run(
        () -> {
          try (ServerSocket listener = listener();
              Socket client =
                  new HubSocketFactory().createSocket("localhost", listener.getLocalPort());
              Socket server = listener.accept()) {
            talk.between(client, server);
          }
        });
  }

  private static ServerSocket listener() throws IOException {
    return new HubServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  /** A server of the last century, with a client of the same age: no word of Celadon. */
  @Test
  void codeWrittenForSocketsServesManyAtOnce() throws Exception {
    Hub.run(
        () -> {
          try (ServerSocket listener = listener()) {
            Greenlet<?> accepting =
                Greenlets.spawn(
                    () -> {
                      while (true) {
                        Socket socket = listener.accept();
                        Greenlets.spawn(() -> answer(socket));
                      }
                    });
            List<Greenlet<String>> asking = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
              String path = "/" + i;
              asking.add(Greenlets.spawn(() -> ask(new HubSocketFactory(), listener, path)));
            }
            for (int i = 0; i < 20; i++) {
              assertEquals("you asked for /" + i, asking.get(i).result());
            }
            accepting.kill();
            assertFalse(listener.isClosed());
          }
        });
  }

  private static void answer(Socket socket) throws IOException {
    try (socket) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      String path = in.readLine().split(" ", 3)[1];
      String header;
      do {
        header = in.readLine();
      } while (!header.isEmpty());
      String page = "you asked for " + path;
      OutputStream out = socket.getOutputStream();
      out.write(
          ("HTTP/1.0 200 OK\r\nContent-Length: " + page.length() + "\r\n\r\n").getBytes(US_ASCII));
      out.write(page.getBytes(US_ASCII));
    }
  }

  private static String ask(SocketFactory sockets, ServerSocket server, String path)
      throws IOException {
    try (Socket socket = sockets.createSocket("localhost", server.getLocalPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(("GET " + path + " HTTP/1.0\r\nHost: localhost\r\n\r\n").getBytes(US_ASCII));
      String all = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      return all.substring(all.indexOf("\r\n\r\n") + 4);
    }
  }

  @Test
  void aKilledReadLeavesTheSocketOpenAndTakesNothing() throws Exception {
    connected(
        (client, server) -> {
          Greenlet<?> reader = Greenlets.spawn(() -> client.getInputStream().read());
          Greenlets.yieldNow();
          reader.kill();
          assertFalse(client.isClosed());
          server.getOutputStream().write(7);
          assertEquals(7, client.getInputStream().read());
        });
  }

  @Test
  void aTimeoutLeavesTheSocketOpenToo() throws Exception {
    connected(
        (client, server) -> {
          try (Timeout own = Timeout.start(Duration.ofMillis(1))) {
            TimeoutExpired expired =
                assertThrows(TimeoutExpired.class, () -> client.getInputStream().read());
            assertSame(own, expired.timeout());
          }
          assertFalse(client.isClosed());
          client.getOutputStream().write(8);
          assertEquals(8, server.getInputStream().read());
        });
  }

  @Test
  void aKilledAcceptTakesNoConnection() throws Exception {
    Hub.run(
        () -> {
          try (ServerSocket listener = listener()) {
            Greenlet<?> first = Greenlets.spawn(() -> listener.accept());
            Greenlet<?> second = Greenlets.spawn(() -> listener.accept());
            Greenlets.yieldNow();
            first.kill();
            second.kill();
            try (Socket client =
                    new HubSocketFactory().createSocket("localhost", listener.getLocalPort());
                Socket server = listener.accept()) {
              assertTrue(server.isConnected());
              assertTrue(client.isConnected());
            }
          }
        });
  }

  @Test
  void aKilledConnectClosesWhatItHasBegun() throws Exception {
    Hub.run(
        () -> {
          List<Socket> sockets = new ArrayList<>();
          try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Greenlet<?> connecting =
                Greenlets.spawn(
                    () -> {
                      while (true) {
                        Socket next = new HubSocket();
                        sockets.add(next);
                        next.connect(full.getLocalSocketAddress());
                      }
                    });
            while (sockets.isEmpty() || sockets.getLast().isConnected()) {
              Greenlets.yieldNow();
            }
            connecting.kill();
            Socket last = sockets.getLast();
            assertThrows(SocketException.class, last::getTcpNoDelay);
          } finally {
            for (Socket socket : sockets) {
              socket.close();
            }
          }
        });
  }

  @Test
  void anInterruptEndsAReadAsTheJdkHasIt() throws Exception {
    connected(
        (client, server) -> {
          Greenlet<?> reader =
              Greenlets.spawn(
                  () -> {
                    IOException told =
                        assertThrows(IOException.class, () -> client.getInputStream().read());
                    assertTrue(Thread.interrupted());
                    boolean virtual = Thread.currentThread().isVirtual();
                    assertEquals(virtual, client.isClosed());
                    Class<?> type = virtual ? SocketException.class : InterruptedIOException.class;
                    assertSame(type, told.getClass());
                  });
          Greenlets.yieldNow();
          reader.thread().interrupt();
          reader.result();
        });
  }

  @Test
  void readersTakeTurnsInTheOrderOfTheirCalls() throws Exception {
    connected(
        (client, server) -> {
          List<Greenlet<?>> readers = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            int number = i;
            readers.add(
                Greenlets.spawn(() -> trail.step(number + ":" + client.getInputStream().read())));
          }
          Greenlets.yieldNow();
          readers.get(1).kill();
          server.getOutputStream().write(new byte[] {5, 6});
          readers.get(2).join();
          trail.is("0:5 2:6");
        });
  }

  @Test
  void oneReadsWhileAnotherWrites() throws Exception {
    connected(
        (client, server) -> {
          Greenlet<Integer> reader = Greenlets.spawn(() -> client.getInputStream().read());
          Greenlet<?> writer =
              Greenlets.spawn(() -> client.getOutputStream().write(new byte[5_000_000]));
          Greenlets.yieldNow();
          server.getOutputStream().write(1);
          assertEquals(1, reader.result());
          assertEquals(5_000_000, server.getInputStream().readNBytes(5_000_000).length);
          writer.join();
        });
  }

  @Test
  void aNameIsLookedUpBesideTheHub() throws Exception {
    Hub.run(
        () -> {
          try (ServerSocket listener = listener();
              Socket socket = new HubSocket()) {
            socket.connect(
                InetSocketAddress.createUnresolved("localhost", listener.getLocalPort()), 10_000);
            assertTrue(socket.isConnected());
          }
        });
  }

  @Test
  void aSocketOfCeladonGetsTheFace() throws Exception {
    Hub.run(
        () -> {
          try (ServerSocket listener = listener();
              StreamSocket plain = StreamSocket.connect("localhost", listener.getLocalPort())) {
            Socket face = HubSocket.of(plain);
            assertTrue(face.isConnected());
            face.setTcpNoDelay(true);
            assertTrue(plain.option(StandardSocketOptions.TCP_NODELAY));
            face.close();
            assertFalse(plain.isOpen());
          }
        });
  }

  @Test
  void aSocketMovesFromHubToHubAndToThreads() throws Exception {
    Socket[] ends = new Socket[2];
    Hub.run(
        () -> {
          try (ServerSocket listener = listener()) {
            ends[0] = new HubSocketFactory().createSocket("localhost", listener.getLocalPort());
            ends[1] = listener.accept();
            Greenlet<Integer> reader = Greenlets.spawn(() -> ends[0].getInputStream().read());
            Greenlets.yieldNow();
            ends[1].getOutputStream().write(1);
            assertEquals(1, reader.result());
          }
        });
    try (Hub other = Hub.start("other")) {
      Greenlet<Integer> reader = Greenlet.spawn(other, () -> ends[0].getInputStream().read());
      ends[1].getOutputStream().write(2);
      assertEquals(2, reader.get());
      Greenlet<Integer> closed =
          Greenlet.spawn(
              other,
              () -> {
                assertThrows(SocketException.class, () -> ends[0].getInputStream().read());
                return 3;
              });
      ends[0].close();
      assertEquals(3, closed.get());
    }
    ends[1].close();
  }

  @Test
  void factoriesAreFoundByTheNamesOfTheirClasses() throws Exception {
    for (Class<?> type : List.of(HubSocketFactory.class, HubServerSocketFactory.class)) {
      assertInstanceOf(type, type.getConstructor().newInstance());
      assertSame(type, type.getMethod("getDefault").invoke(null).getClass());
    }
    assertNotSame(SocketFactory.getDefault(), HubSocketFactory.getDefault());
    assertNotSame(ServerSocketFactory.getDefault(), HubServerSocketFactory.getDefault());
  }

  @Test
  void threadsAndGreenletsUseOneSocketTogether() throws Exception {
    Body body =
        () -> {
          try (ServerSocket listener = listener();
              Socket client =
                  new HubSocketFactory().createSocket("localhost", listener.getLocalPort());
              Socket server = listener.accept()) {
            int each = 200;
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
              threads.add(Thread.ofPlatform().start(() -> write(client, each)));
            }
            List<Greenlet<?>> greenlets = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
              greenlets.add(Greenlets.spawn(() -> write(client, each)));
            }
            assertEquals(6 * each, server.getInputStream().readNBytes(6 * each).length);
            Greenlets.joinAllOrThrow(greenlets);
            for (Thread thread : threads) {
              thread.join();
            }
          }
        };
    Hub.run(body);
  }

  private static void write(Socket socket, int count) {
    try {
      for (int i = 0; i < count; i++) {
        socket.getOutputStream().write(1);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

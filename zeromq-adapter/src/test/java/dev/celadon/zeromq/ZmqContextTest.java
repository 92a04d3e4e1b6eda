package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.OnHub.SHORT;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

@ParameterizedClass
@EnumSource(IoMode.class)
class ZmqContextTest {

  private final ContextOptions options;

  ZmqContextTest(IoMode io) {
    this.options = ContextOptions.defaults().withIo(io);
  }

  @Test
  void contextWithoutSocketsEndsAtOnce() throws Exception {
    OnHub.run(
        () -> {
          ZmqContext context = ZmqContext.open(options);
          assertFalse(context.isClosed());
          context.close();
          context.close();
          context.term(SHORT);
          assertTrue(context.isClosed());
          assertThrows(ZmqClosedException.class, () -> context.socket(SocketType.REQ));
        });
  }

  @Test
  void closeClosesTheSocketsAndWakesWhoeverWaits() throws Exception {
    OnHub.run(
        () -> {
          ZmqContext context = ZmqContext.open(options);
          ZmqSocket socket = context.socket(SocketType.PULL);
          socket.bind(ANY_PORT);
          Greenlet<String> receiver = spawn(() -> socket.recvString());
          yieldNow();
          assertEquals(List.of(socket), context.sockets());
          context.close();
          receiver.join();
          assertTrue(receiver.exception() instanceof ZmqClosedException);
          assertTrue(socket.isClosed());
          assertThrows(ZmqClosedException.class, () -> socket.recv(LONG));
          assertTrue(context.sockets().isEmpty());
        });
  }

  @Test
  void termNamesTheSocketsThatHoldItUp() throws Exception {
    OnHub.run(
        () -> {
          ZmqContext context = ZmqContext.open(options);
          ZmqSocket open = context.socket(SocketType.PULL);
          String endpoint = open.bind(ANY_PORT);
          ZmqSocket lingers = context.socket(SocketType.PUSH);
          lingers.options().linger(Duration.ofMillis(700));
          lingers.connect("tcp://127.0.0.1:9"); // nobody
          lingers.send("unsent");
          lingers.close();
          Greenlet<String> receiver = spawn(() -> open.recvString());
          yieldNow();
          ZmqTermTimeoutException e =
              assertThrows(
                  ZmqTermTimeoutException.class, () -> context.term(Duration.ofMillis(50)));
          assertEquals(2, e.openSockets().size(), e::getMessage);
          assertTrue(e.getMessage().contains("PULL socket " + endpoint), e::getMessage);
          assertTrue(
              e.getMessage().contains("PUSH socket tcp://127.0.0.1:9 (closed"), e::getMessage);
          assertTrue(e.getMessage().contains("ZmqContextTest"), e::getMessage);
          receiver.join();
          assertTrue(receiver.exception() instanceof ZmqClosedException);
          assertThrows(ZmqClosedException.class, () -> open.recv(LONG));
          open.close();
          context.term(LONG);
        });
  }

  @Test
  void termWaitsForTheLastClose() throws Exception {
    OnHub.run(
        () -> {
          ZmqContext context = ZmqContext.open(options);
          ZmqSocket socket = context.socket(SocketType.PULL);
          Greenlet<?> ending = spawn(() -> context.term(LONG));
          sleep(Duration.ofMillis(20));
          assertFalse(ending.isReady());
          socket.close();
          ending.result();
        });
  }

  @Test
  void closedSocketsSendWhatIsQueued() throws Exception {
    OnHub.run(
        () -> {
          ZmqContext receiving = ZmqContext.open(options);
          ZmqSocket sink = receiving.socket(SocketType.PULL);
          String endpoint = sink.bind(ANY_PORT);
          ZmqContext sending = ZmqContext.open(options.withLinger(Duration.ofSeconds(20)));
          ZmqSocket source = sending.socket(SocketType.PUSH);
          source.connect(endpoint);
          for (int i = 0; i < 500; i++) {
            source.send("message " + i);
          }
          sending.close();
          for (int i = 0; i < 500; i++) {
            assertEquals("message " + i, sink.recvString(LONG));
          }
          receiving.close();
        });
  }

  @Test
  void contextEndsWithItsHub() throws Exception {
    AtomicReference<Greenlet<String>> waiting = new AtomicReference<>();
    OnHub.run(
        () -> {
          ZmqContext context = ZmqContext.open(options.withLinger(SocketOptions.FOREVER));
          ZmqSocket socket = context.socket(SocketType.DEALER);
          socket.bind(ANY_PORT);
          waiting.set(spawn(() -> socket.recvString()));
          yieldNow();
        });
    assertTrue(waiting.get().isReady());
    assertNull(waiting.get().exception(), "the hub's end is a kill, not a failure");
  }

  @Test
  void threadThatDrivesItsHubUsesSocketsItself() throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (Hub hub = Hub.current();
                      ZmqContext context = ZmqContext.open(options)) {
                    assertSame(hub, context.hub());
                    ZmqSocket server = context.socket(SocketType.REP);
                    ZmqSocket client = context.socket(SocketType.REQ);
                    client.connect(server.bind(ANY_PORT));
                    client.send("hello");
                    assertEquals("hello", server.recvString(LONG));
                    server.send("world");
                    assertEquals("world", client.recvString(LONG));
                  } catch (Throwable t) {
                    failure.set(t);
                  }
                });
    thread.join();
    if (failure.get() != null) {
      throw new AssertionError(failure.get());
    }
  }

  @Test
  void hubsTalkToEachOther() throws Exception {
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      CountDownLatch done = new CountDownLatch(1);
      AtomicReference<String> endpoint = new AtomicReference<>();
      CountDownLatch bound = new CountDownLatch(1);
      one.spawnRaw(
          () -> {
            ZmqSocket server = ZmqContext.open(options).socket(SocketType.REP);
            endpoint.set(server.bind(ANY_PORT));
            bound.countDown();
            while (true) {
              server.send(server.recv());
            }
          });
      assertTrue(bound.await(20, TimeUnit.SECONDS));
      two.spawnRaw(
          () -> {
            ZmqSocket client = ZmqContext.open(options).socket(SocketType.REQ);
            client.connect(endpoint.get());
            for (int i = 0; i < 100; i++) {
              client.send("x" + i);
              assertEquals("x" + i, client.recvString(LONG));
            }
            done.countDown();
          });
      assertTrue(done.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void socketsAreLimited() throws Exception {
    OnHub.run(
        () -> {
          try (ZmqContext context = ZmqContext.open(options.withMaxSockets(2))) {
            context.socket(SocketType.REQ);
            ZmqException e =
                assertThrows(
                    ZmqException.class,
                    () -> {
                      for (int i = 0; i < 3; i++) {
                        context.socket(SocketType.REQ);
                      }
                    });
            assertTrue(e.getMessage().contains("withMaxSockets"), e::getMessage);
          }
        });
  }

  @Test
  void withoutIoThreadsThereIsOnlyInproc() throws Exception {
    OnHub.run(
        () -> {
          try (ZmqContext context = ZmqContext.open(options.withIoThreads(0))) {
            ZmqSocket sink = context.socket(SocketType.PULL);
            ZmqSocket source = context.socket(SocketType.PUSH);
            source.connect(sink.bind("inproc://only"));
            Greenlet<String> receiver = spawn(() -> sink.recvString(LONG));
            yieldNow();
            source.send("inside");
            assertEquals("inside", receiver.result());
            ZmqAddressException e =
                assertThrows(ZmqAddressException.class, () -> sink.bind(ANY_PORT));
            assertTrue(e.getMessage().contains("withIoThreads"), e::getMessage);
          }
        });
  }

  @Test
  void severalIoThreadsShareTheWork() throws Exception {
    OnHub.run(
        () -> {
          try (ZmqContext context = ZmqContext.open(options.withIoThreads(3))) {
            ZmqSocket sink = context.socket(SocketType.PULL);
            String endpoint = sink.bind(ANY_PORT);
            for (int i = 0; i < 6; i++) {
              ZmqSocket source = context.socket(SocketType.PUSH);
              source.connect(endpoint);
              source.send("m");
            }
            for (int i = 0; i < 6; i++) {
              assertEquals("m", sink.recvString(LONG));
            }
          }
        });
  }

  @Test
  void inprocMayConnectFirst() throws Exception {
    OnHub.run(
        () -> {
          try (ZmqContext context = ZmqContext.open(options)) {
            ZmqSocket source = context.socket(SocketType.PUSH);
            source.connect("inproc://later");
            source.send("early");
            ZmqSocket never = context.socket(SocketType.PUSH);
            never.connect("inproc://never");
            ZmqSocket sink = context.socket(SocketType.PULL);
            sink.bind("inproc://later");
            assertEquals("early", sink.recvString(LONG));
          }
        });
  }

  @Test
  void noDescriptorIsLeft() throws Exception {
    useMany();
    int before = OnHub.descriptors();
    for (int round = 0; round < 5; round++) {
      useMany();
    }
    int after = OnHub.descriptors();
    assertTrue(after <= before, "descriptors before: " + before + ", after: " + after);
  }

  private void useMany() throws Exception {
    OnHub.run(
        () -> {
          int before = -1;
          for (int round = 0; round < 4; round++) {
            try (ZmqContext context = ZmqContext.open(options)) {
              ZmqSocket server = context.socket(SocketType.ROUTER);
              String endpoint = server.bind(ANY_PORT);
              List<ZmqSocket> clients = new ArrayList<>();
              for (int i = 0; i < 10; i++) {
                ZmqSocket client = context.socket(SocketType.DEALER);
                client.connect(endpoint);
                client.send("hello");
                server.recvMessage(LONG);
                clients.add(client);
              }
              clients.subList(0, 5).forEach(ZmqSocket::close);
              ZmqSocket lost = context.socket(SocketType.REQ);
              lost.options().linger(Duration.ZERO);
              lost.connect("tcp://127.0.0.1:9");
            }
            sleep(
                Duration.ofMillis(
                    1)); // the hub's selector has let go of closed channels after its next look
            if (before < 0) {
              before = OnHub.descriptors();
            } else {
              int now = OnHub.descriptors();
              int first = before;
              assertTrue(now <= first, () -> "descriptors: first " + first + ", now " + now);
            }
          }
        });
  }
}

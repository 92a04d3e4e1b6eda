package dev.celadon.jeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.hub.Hub;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import zmq.ZError;

/** Where there is no hub, everything blocks as in JeroMQ, and nobody makes one. */
class OutsideOfAHubTest {

  private interface Body {
    void run() throws Exception;
  }

  /** The threads of tests may have hubs. */
  private static void onFreshThread(Body body) throws Exception {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    body.run();
                    assertNull(Hub.currentOrNull());
                  } catch (Throwable e) {
                    failure.set(e);
                  }
                });
    thread.join();
    if (failure.get() != null) {
      throw new AssertionError("the thread failed", failure.get());
    }
  }

  @Test
  void socketsBlockTheirThreads() throws Exception {
    onFreshThread(
        () -> {
          try (ZContext context = new ZContext()) {
            ZMQ.Socket rep = context.createSocket(SocketType.REP);
            assertNull(rep.green());
            assertNotNull(rep.base());
            rep.bind("inproc://hello");
            Thread client =
                Thread.ofPlatform()
                    .start(
                        () -> {
                          try (ZContext shadow = context.shadow()) {
                            ZMQ.Socket req = shadow.createSocket(SocketType.REQ);
                            req.connect("inproc://hello");
                            req.send("hello");
                            assertEquals("[ hello, ! ]", String.valueOf(ZMsg.recvMsg(req)));
                          }
                        });
            ZMsg request = assertNotNullMessage(ZMsg.recvMsg(rep));
            assertTrue(request.append("!").send(rep));
            client.join();
            assertNull(rep.recvStr(ZMQ.DONTWAIT));
            assertEquals(ZError.EAGAIN, rep.errno());
          }
        });
  }

  private static ZMsg assertNotNullMessage(ZMsg message) {
    assertNotNull(message);
    return message;
  }

  @Test
  void pollersForksAndTokensWork() throws Exception {
    onFreshThread(
        () -> {
          try (ZContext context = new ZContext()) {
            ZMQ.Socket pipe = context.fork((_, _, parent) -> parent.send(parent.recvStr() + "!"));
            try (ZMQ.Poller poller = context.createPoller(1)) {
              poller.register(pipe, ZMQ.Poller.POLLIN);
              assertEquals(0, poller.poll(0));
              pipe.send("hello");
              assertEquals(1, poller.poll(-1));
              assertTrue(poller.pollin(0));
            }
            assertEquals("hello!", pipe.recvStr());
          }
        });
  }

  @Test
  void contextOfNoHubIsRefusedOnOne() throws Exception {
    onFreshThread(
        () -> {
          try (ZContext context = new ZContext()) {
            IllegalStateException refused =
                assertThrows(
                    IllegalStateException.class,
                    () ->
                        Hub.run(
                            () -> {
                              ZMQ.Socket _ = context.createSocket(SocketType.PUSH);
                            }));
            assertTrue(refused.getMessage().contains("outside of a hub"), refused::getMessage);
            assertFalse(context.isClosed());
          }
        });
  }
}

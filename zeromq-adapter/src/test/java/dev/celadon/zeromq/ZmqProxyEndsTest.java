package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.Pipeline.PLACES;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.GreenletExit;
import dev.celadon.queue.Queue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** How proxies end, and what becomes of the message that is under way. */
@ParameterizedClass
@EnumSource(IoMode.class)
class ZmqProxyEndsTest {

  private final IoMode io;

  ZmqProxyEndsTest(IoMode io) {
    this.io = io;
  }

  // --- A back that is picky about its peers

  private static ZmqSocket pickyRouter(ZmqContext context) {
    ZmqSocket back = context.socket(SocketType.ROUTER);
    back.options().routerMandatory(true).sendHighWaterMark(1);
    return back;
  }

  @Test
  void messageForAPeerThatHasLeftIsCountedAndSkipped() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket front = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(front.bind("inproc://front"));
          ZmqSocket back = pickyRouter(context);
          ZmqSocket peer = context.socket(SocketType.DEALER);
          peer.options().identity("here".getBytes(UTF_8));
          peer.connect(back.bind("inproc://back"));
          peer.send("hello");
          assertEquals("here", back.recvMessage(LONG).text(0));
          try (ZmqProxy proxy = new ZmqProxy(front, back)) {
            proxy.start();
            source.send(ZmqMessage.of("gone", "1"));
            source.send(ZmqMessage.of("here", "2"));
            assertEquals("2", peer.recvString(LONG));
            ProxyStatistics statistics = proxy.statistics();
            assertEquals(1, statistics.undeliverable());
            assertEquals(2, statistics.frontendReceived().messages());
            assertEquals(1, statistics.backendSent().messages());
          }
        });
  }

  @Test
  void messageThatStandsInLineIsPutBackByPauseKillAndClose() throws Exception {
    for (String way : List.of("pause", "kill", "close", "go on")) {
      OnHub.run(
          io,
          context -> {
            ZmqSocket front = context.socket(SocketType.PULL);
            ZmqSocket source = context.socket(SocketType.PUSH);
            source.connect(front.bind("inproc://front"));
            ZmqSocket back = pickyRouter(context);
            ZmqSocket peer = context.socket(SocketType.DEALER);
            peer.options().identity("p".getBytes(UTF_8)).receiveHighWaterMark(1);
            peer.connect(back.bind("inproc://back"));
            peer.send("hello");
            assertEquals("p", back.recvMessage(LONG).text(0));
            int count = 10;
            for (int i = 0; i < count; i++) {
              source.send(ZmqMessage.of("p", String.valueOf(i)));
            }
            Queue<String> seen = new Queue<>();
            ProxyOptions options =
                ProxyOptions.defaults().withListener(message -> seen.put(message.text(1)));
            ZmqProxy proxy = new ZmqProxy(front, back, options);
            Greenlet<ProxyEnd> proxying = proxy.start();
            while (proxy.statistics().frontendReceived().messages()
                == proxy.statistics().backendSent().messages()) {
              sleep(Duration.ofMillis(1));
            }
            long sent = proxy.statistics().backendSent().messages();
            assertTrue(sent < count, "sent " + sent);
            switch (way) {
              case "pause" -> {
                proxy.pause();
                assertEquals(sent, proxy.statistics().frontendReceived().messages());
                proxy.resume();
              }
              case "kill" -> proxying.kill();
              case "close" -> proxy.close();
              default -> {}
            }
            if (!proxy.isRunning()) {
              assertEquals(sent, proxy.statistics().frontendReceived().messages());
              new ZmqProxy(front, back, options).start();
            }
            for (int i = 0; i < count; i++) {
              assertEquals(String.valueOf(i), peer.recvString(LONG), way);
              assertEquals(String.valueOf(i), seen.get(), way);
            }
          });
    }
  }

  // --- Ends

  private interface Deed {
    void on(ZmqContext context, Pipeline line, ZmqSocket capture, ZmqSocket control)
        throws Exception;
  }

  private void endsBy(ProxyEnd expected, boolean isPaused, Deed deed) throws Exception {
    OnHub.run(
        () -> {
          try (ZmqContext context =
              ZmqContext.open(ContextOptions.defaults().withIo(io).withLinger(Duration.ZERO))) {
            Pipeline line = Pipeline.over(context, "tcp");
            ZmqSocket capture = context.socket(SocketType.PUB);
            ZmqSocket control = context.socket(SocketType.REP);
            ZmqProxy proxy =
                new ZmqProxy(
                    line.front(),
                    line.back(),
                    ProxyOptions.defaults().withCapture(capture).withControl(control));
            Greenlet<ProxyEnd> proxying = proxy.start();
            line.sending(2);
            line.expect(0, 2);
            if (isPaused) {
              proxy.pause();
            }
            sleep(Duration.ofMillis(2));
            deed.on(context, line, capture, control);
            assertEquals(expected, proxying.get(20, TimeUnit.SECONDS));
            assertEquals(expected, proxy.end());
            assertFalse(proxy.isRunning());
          }
        });
  }

  @Test
  void closedSocketOrContextEndsIt() throws Exception {
    for (boolean isPaused : new boolean[] {false, true}) {
      endsBy(ProxyEnd.FRONTEND_CLOSED, isPaused, (_, line, _, _) -> line.front().close());
      endsBy(ProxyEnd.BACKEND_CLOSED, isPaused, (_, line, _, _) -> line.back().close());
      endsBy(ProxyEnd.CAPTURE_CLOSED, isPaused, (_, _, capture, _) -> capture.close());
      endsBy(ProxyEnd.CONTROL_CLOSED, isPaused, (_, _, _, control) -> control.close());
      endsBy(
          ProxyEnd.CONTEXT_ENDED,
          isPaused,
          (context, _, _, _) ->
              assertThrows(ZmqTermTimeoutException.class, () -> context.term(Duration.ZERO)));
      endsBy(ProxyEnd.FRONTEND_CLOSED, isPaused, (context, _, _, _) -> context.close());
    }
  }

  @Test
  void killsAtEveryPointLoseAndDoubleNothing() throws Exception {
    for (String place : PLACES) {
      OnHub.run(
          io,
          context -> {
            Pipeline line =
                place.equals("tcp")
                    ? Pipeline.over(context, ANY_PORT, ANY_PORT, 3)
                    : Pipeline.over(context, "inproc://one", "inproc://two", 3);
            int count = 2000;
            Greenlet<?> sending = line.sending(count);
            Greenlet<?> arriving = spawn(() -> line.expect(0, count));
            int kills = 0;
            for (int step = 0; !arriving.isReady(); step = (step + 1) % 40) {
              Greenlet<ProxyEnd> proxying = new ZmqProxy(line.front(), line.back()).start();
              for (int i = 0; i < step; i++) {
                yieldNow();
              }
              if (step % 3 == 0) {
                sleep(Duration.ofNanos(step * 5_000L));
              }
              proxying.kill();
              kills++;
              assertTrue(proxying.value() == null && proxying.isReady());
            }
            arriving.result();
            sending.result();
            assertTrue(kills > 20, "kills: " + kills);
            assertEquals(0, line.front().looking());
            assertEquals(0, line.back().looking());
            assertEquals(0, context.caughtUp());
          });
    }
  }

  @Test
  void killIsSeenAndThrown() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pipeline line = Pipeline.over(context, "inproc");
          ZmqProxy proxy = new ZmqProxy(line.front(), line.back());
          Greenlet<?> proxying = spawn(() -> assertThrows(GreenletExit.class, proxy::run));
          yieldNow();
          proxying.kill();
          assertEquals(ProxyEnd.FAILED, proxy.end());
        });
  }

  // --- Misuse

  @Test
  void misuseIsRefused() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket front = context.socket(SocketType.ROUTER);
          ZmqSocket back = context.socket(SocketType.DEALER);
          ZmqSocket other = context.socket(SocketType.PAIR);
          ProxyOptions options = ProxyOptions.defaults();
          for (ProxyOptions wrong :
              List.of(
                  options.withCapture(front),
                  options.withControl(back),
                  options.withCapture(other).withControl(other))) {
            assertThrows(IllegalArgumentException.class, () -> new ZmqProxy(front, back, wrong));
          }
          ZmqProxy proxy = new ZmqProxy(front, back);
          boolean[] refused = {false};
          Thread thread =
              Thread.ofPlatform()
                  .start(
                      () -> {
                        assertThrows(WrongThreadException.class, proxy::run);
                        assertThrows(WrongThreadException.class, proxy::pause);
                        refused[0] = true;
                      });
          thread.join();
          assertTrue(refused[0]);
        });
  }
}

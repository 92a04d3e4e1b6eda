package dev.celadon.zeromq;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** Many greenlets, many sockets. */
class ZmqScaleTest {

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void tenThousandReceiversAreServedInTheirOrderThoughHalfOfThemDie(IoMode io) throws Exception {
    int receivers = 10_000;
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(sink.bind("inproc://crowd"));
          List<String> trail = new ArrayList<>();
          List<String> expected = new ArrayList<>();
          List<Greenlet<?>> all = new ArrayList<>();
          for (int i = 0; i < receivers; i++) {
            int number = i;
            all.add(spawn(() -> trail.add(number + " got " + sink.recvString(LONG))));
          }
          while (sink.metrics().waitingReceivers() < receivers) {
            yieldNow();
          }
          List<Integer> dying = new ArrayList<>();
          for (int i = 0; i < receivers; i++) {
            dying.add(i);
          }
          Collections.shuffle(dying, new Random(7));
          dying.subList(receivers / 2, receivers).clear();
          dying.forEach(number -> all.get(number).kill());
          assertEquals(receivers / 2, sink.metrics().waitingReceivers());
          boolean[] isDead = new boolean[receivers];
          dying.forEach(number -> isDead[number] = true);
          int message = 0;
          for (int i = 0; i < receivers; i++) {
            if (!isDead[i]) {
              source.send("" + message, LONG);
              expected.add(i + " got " + message);
              message++;
            }
          }
          joinAll(all);
          assertEquals(expected, trail);
          assertEquals(0, context.caughtUp());
        });
  }

  @Test
  void thousandSocketsTakeNoDescriptors() throws Exception {
    int sockets = 1_000;
    OnHub.run(
        () -> {
          ContextOptions options =
              ContextOptions.defaults().withMaxSockets(sockets + 1).withLinger(Duration.ZERO);
          try (ZmqContext context = ZmqContext.open(options)) {
            ZmqSocket sink = context.socket(SocketType.PULL);
            String _ = sink.bind("inproc://sink");
            int before = OnHub.descriptors();
            for (int round = 0; round < 3; round++) {
              List<ZmqSocket> made = new ArrayList<>();
              for (int i = 0; i < sockets; i++) {
                ZmqSocket source = context.socket(SocketType.PUSH);
                source.connect("inproc://sink");
                source.send("" + i);
                made.add(source);
              }
              assertEquals(before, OnHub.descriptors());
              int sum = 0;
              for (int i = 0; i < sockets; i++) {
                sum += Integer.parseInt(sink.recvString(LONG));
              }
              assertEquals(sockets * (sockets - 1) / 2, sum);
              made.forEach(ZmqSocket::close);
              while (!made.stream().allMatch(ZmqSocket::isGone)) {
                int _ = sink.events(); // which says goodbye to them
                yieldNow();
              }
            }
            assertEquals(before, OnHub.descriptors());
          }
        });
  }

  /** In simulated time, so that the look of each second does not fall between. */
  @ParameterizedTest
  @CsvSource({"HUB,10,0", "HUB,1000,0", "HUB_PIPES,100,256", "HUB_PIPES,1000,256"})
  void messageCostsNoLookAtTheSocketsThatWait(IoMode io, int waiting, int mostLooks)
      throws Exception {
    int messages = 50;
    Hub.run(
        HubOptions.defaults().withClock(new VirtualClock()),
        () -> {
          ContextOptions options =
              ContextOptions.defaults().withIo(io).withMaxSockets(2_100).withLinger(Duration.ZERO);
          try (ZmqContext context = ZmqContext.open(options)) {
            List<Greenlet<?>> waits = new ArrayList<>();
            List<ZmqSocket> idle = new ArrayList<>();
            for (int i = 0; i < waiting; i++) {
              ZmqSocket socket = context.socket(SocketType.PULL);
              String _ = socket.bind("inproc://idle" + i);
              idle.add(socket);
              waits.add(spawn(() -> socket.recv()));
            }
            ZmqSocket one = context.socket(SocketType.PAIR);
            ZmqSocket two = context.socket(SocketType.PAIR);
            two.connect(one.bind("inproc://busy"));
            Greenlet<?> echo =
                spawn(
                    () -> {
                      while (true) {
                        two.send(two.recv());
                      }
                    });
            one.send("connected");
            assertEquals("connected", one.recvString());
            long before = context.waiting().looks();
            for (int i = 0; i < messages; i++) {
              one.send("" + i);
              assertEquals("" + i, one.recvString());
            }
            long each = (context.waiting().looks() - before) / messages;
            assertTrue(each <= mostLooks, () -> each + " looks for a message and its answer");
            if (io == IoMode.HUB) {
              assertEquals(0, idle.stream().mapToLong(socket -> socket.metrics().wakes()).sum());
            }
            echo.kill();
            waits.forEach(Greenlet::kill);
          }
        });
  }
}

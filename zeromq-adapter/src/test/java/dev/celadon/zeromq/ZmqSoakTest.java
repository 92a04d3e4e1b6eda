package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.InterruptedWaitException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.commons.logging.Logger;
import org.junit.platform.commons.logging.LoggerFactory;
import org.zeromq.SocketType;

/**
 * Both directions of one connection, shared by many greenlets that are killed, interrupted and
 * late, while other sockets come and go.
 *
 * <p>The long form: {@code mvn -Psoak verify -pl zeromq-adapter -am -Dtest=ZmqSoakTest
 * -Dsurefire.failIfNoSpecifiedTests=false}; {@code -DargLine=-Dsoak.messages=1000000} makes it
 * shorter.
 */
class ZmqSoakTest {

  private static final Logger LOG = LoggerFactory.getLogger(ZmqSoakTest.class);

  private static final int SENDERS_PER_SIDE = 4;
  private static final int RECEIVERS_PER_SIDE = 4;

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void nothingIsLostOrDoubledInAWhile(IoMode io) throws Exception {
    for (int seed = 1; seed <= 3; seed++) {
      soak(io, 20_000, seed);
    }
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  @Tag("soak")
  @Timeout(1800)
  void nothingIsLostOrDoubledInALongTime(IoMode io) throws Exception {
    long messages = Long.getLong("soak.messages", 10_000_000);
    for (int seed = 1; seed <= 4; seed++) {
      soak(io, messages / 4, 1000 + seed);
    }
  }

  private static void soak(IoMode io, long messages, long seed) throws Exception {
    OnHub.run(
        () -> {
          int before = OnHub.descriptors();
          Soak soak = new Soak(io, messages, seed);
          try (ZmqContext context =
              ZmqContext.open(ContextOptions.defaults().withIo(io).withLinger(Duration.ZERO))) {
            soak.run(context);
            assertEquals(0, context.caughtUp(), soak.hint);
          }
          for (int i = 0; i < 200 && OnHub.descriptors() > before + 20; i++) {
            sleep(Duration.ofMillis(5)); // the hub's selector lets go of closed channels by and by
          }
          int after = OnHub.descriptors();
          assertTrue(
              after <= before + 20, // the hub's own, made meanwhile
              () -> soak.hint + ", descriptors before: " + before + ", after: " + after);
          LOG.info(soak::report);
        });
  }

  /** One run. */
  private static final class Soak {

    final String hint;
    private final Random random;
    private final int perSender;
    private final int[] sent = new int[2 * SENDERS_PER_SIDE];
    private final List<BitSet> got = new ArrayList<>();
    private final long begin = System.nanoTime();
    private long received;
    private int kills;
    private int interrupts;
    private int timeouts;
    private int closes;

    Soak(IoMode io, long messages, long seed) {
      this.random = new Random(seed);
      this.perSender = (int) (messages / (2 * SENDERS_PER_SIDE));
      this.hint = io + ", seed " + seed;
      for (int i = 0; i < sent.length; i++) {
        got.add(new BitSet(perSender));
      }
    }

    long expected() {
      return (long) perSender * sent.length;
    }

    /** A greenlet of the crowd, which has a successor when it ends too early. */
    private final class Member {
      private final Runnable body;
      private Greenlet<?> greenlet;
      private Thread thread = Thread.currentThread();

      Member(Runnable body) {
        this.body = body;
        greenlet = start();
      }

      private Greenlet<?> start() {
        return spawn(
            () -> {
              thread = Thread.currentThread();
              body.run();
            });
      }

      void harm() {
        if (!greenlet.isReady()) {
          if (random.nextBoolean()) {
            kills++;
            greenlet.killAsync();
          } else if (thread != Thread.currentThread()) {
            interrupts++;
            thread.interrupt();
          }
        }
      }

      void renew() {
        if (greenlet.isReady()) {
          greenlet = start();
        }
      }
    }

    void run(ZmqContext context) throws Exception {
      ZmqSocket one = context.socket(SocketType.DEALER);
      ZmqSocket two = context.socket(SocketType.DEALER);
      for (ZmqSocket socket : List.of(one, two)) {
        int highWaterMark = 1 + random.nextInt(8);
        socket.options().sendHighWaterMark(highWaterMark).receiveHighWaterMark(highWaterMark);
      }
      two.connect(one.bind("tcp://127.0.0.1:*"));
      List<Member> senders = new ArrayList<>();
      List<Member> receivers = new ArrayList<>();
      for (int i = 0; i < SENDERS_PER_SIDE; i++) {
        int number = i;
        senders.add(new Member(() -> sendAll(one, number)));
        senders.add(new Member(() -> sendAll(two, SENDERS_PER_SIDE + number)));
      }
      for (int i = 0; i < RECEIVERS_PER_SIDE; i++) {
        receivers.add(new Member(() -> receiveAll(one)));
        receivers.add(new Member(() -> receiveAll(two)));
      }
      Greenlet<?> churn = spawn(() -> comeAndGo(context));
      long last = -1;
      int still = 0;
      while (received < expected()) {
        senders.get(random.nextInt(senders.size())).harm();
        receivers.get(random.nextInt(receivers.size())).harm();
        sleep(Duration.ofNanos(random.nextInt(500_000)));
        senders.forEach(Member::renew);
        receivers.forEach(Member::renew);
        still = received == last ? still + 1 : 0;
        last = received;
        assertTrue(still < 50_000, () -> "it stands still: " + report());
      }
      churn.kill();
      for (Member member : senders) {
        member.greenlet.kill();
      }
      for (Member member : receivers) {
        member.greenlet.kill();
      }
      for (BitSet seen : got) {
        assertEquals(perSender, seen.cardinality(), this::report);
      }
    }

    private void sendAll(ZmqSocket socket, int number) {
      while (sent[number] < perSender) {
        ZmqMessage message =
            ZmqMessage.of(String.valueOf(number), String.valueOf(sent[number]), "rest");
        try {
          if (random.nextInt(8) == 0) {
            socket.send(message, Duration.ofNanos(random.nextInt(100_000)));
          } else {
            socket.send(message);
          }
          sent[number]++;
        } catch (ZmqTimeoutException e) {
          timeouts++;
        } catch (InterruptedWaitException e) {
          boolean _ = Thread.interrupted();
        }
      }
    }

    private void receiveAll(ZmqSocket socket) {
      int[] newest = new int[sent.length];
      Arrays.fill(newest, -1);
      while (true) {
        try {
          ZmqMessage message =
              random.nextInt(8) == 0
                  ? socket.recvMessage(Duration.ofNanos(random.nextInt(100_000)))
                  : socket.recvMessage();
          assertEquals(3, message.size(), hint);
          note(message, newest);
        } catch (ZmqTimeoutException e) {
          timeouts++;
          yieldNow();
        } catch (InterruptedWaitException e) {
          boolean _ = Thread.interrupted();
        }
      }
    }

    private void note(ZmqMessage message, int[] newest) {
      int number = Integer.parseInt(message.text(0));
      int index = Integer.parseInt(message.text(1));
      assertTrue(index > newest[number], () -> hint + ": out of order, " + message);
      newest[number] = index;
      assertTrue(!got.get(number).get(index), () -> hint + ": doubled, " + message);
      got.get(number).set(index);
      received++;
    }

    /** Sockets that are closed at any moment, with whoever waits for them. */
    private void comeAndGo(ZmqContext context) {
      ZmqSocket router = context.socket(SocketType.ROUTER);
      String endpoint = router.bind("tcp://127.0.0.1:*");
      spawn(
          () -> {
            while (true) {
              router.send(router.recvMessage());
            }
          });
      while (true) {
        ZmqSocket client = context.socket(SocketType.DEALER);
        client.connect(endpoint);
        Greenlet<?> waits = spawn(() -> client.recvString(LONG));
        client.send("x");
        sleep(Duration.ofNanos(random.nextInt(5_000_000)));
        client.close();
        closes++;
        waits.join();
      }
    }

    String report() {
      double seconds = (System.nanoTime() - begin) / 1e9;
      return "%s: %d of %d messages in %.1f s (%.0f a second), %d kills, %d interrupts, %d timeouts, %d closes"
          .formatted(
              hint,
              received,
              expected(),
              seconds,
              received / seconds,
              kills,
              interrupts,
              timeouts,
              closes);
    }
  }
}

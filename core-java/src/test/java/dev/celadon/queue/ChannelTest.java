package dev.celadon.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.Waiter;
import dev.celadon.simulation.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ChannelTest {

  private final Trail trail = new Trail();
  private final Channel<String> channel = new Channel<>();

  private static void run(Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }

  private Greenlet<?> putter(String item) {
    return Greenlets.spawn(
        () -> {
          channel.put(item);
          trail.step("put:" + item);
        });
  }

  private Greenlet<?> getter(String name) {
    return Greenlets.spawn(
        () -> {
          String item = channel.get();
          trail.step(name + ":" + item);
        });
  }

  @Test
  void whoGetsGoesOnBeforeWhoPutIfThePutterWasFirst() throws Exception {
    run(
        () -> {
          Greenlet<?> putter = putter("a");
          Greenlets.yieldNow();
          assertEquals(1, channel.balance());
          getter("x").join();
          putter.join();
          assertEquals(0, channel.balance());
        });
    trail.is("x:a put:a");
  }

  @Test
  void whoGetsGoesOnBeforeWhoPutIfTheGetterWasFirst() throws Exception {
    run(
        () -> {
          getter("x");
          Greenlets.yieldNow();
          assertEquals(-1, channel.balance());
          putter("a").join();
        });
    trail.is("x:a put:a");
  }

  @Test
  void pairsAreServedInOrder() throws Exception {
    run(
        () -> {
          putter("a");
          putter("b");
          putter("c");
          Greenlets.yieldNow();
          assertEquals(3, channel.balance());
          trail.step(channel.get());
          trail.step(channel.get());
          trail.step(channel.get());
          Greenlets.yieldNow();
          getter("x");
          getter("y");
          Greenlets.yieldNow();
          channel.put("d");
          channel.put("e");
        });
    trail.is("a b c put:a put:b put:c x:d y:e");
  }

  @Test
  void nothingIsEverKept() throws Exception {
    run(
        () -> {
          assertFalse(channel.tryPut("a"), "nobody waits");
          assertNull(channel.tryGet());
          assertFalse(channel.put("a", Duration.ZERO));
          assertFalse(channel.put("a", Duration.ofSeconds(1)));
          assertNull(channel.get(Duration.ofSeconds(1)));
          putter("b");
          Greenlets.yieldNow();
          assertEquals(0, channel.size());
          assertTrue(channel.isEmpty());
          assertTrue(channel.isFull());
          assertEquals("Channel[balance 1]", channel.toString());
          assertEquals("b", channel.tryGet());
          getter("x");
          Greenlets.yieldNow();
          assertTrue(channel.tryPut("c"));
          assertFalse(channel.tryPut("d"), "x has something already");
          Greenlets.yieldNow();
        });
    trail.is("put:b x:c");
  }

  @Test
  void aSideThatGaveUpLeavesNoTrace() throws Exception {
    run(
        () -> {
          Greenlet<?> killed = putter("never");
          Greenlets.yieldNow();
          killed.kill();
          assertEquals(0, channel.balance());
          assertNull(channel.tryGet());
          killed = getter("never");
          Greenlets.yieldNow();
          killed.kill();
          assertEquals(0, channel.balance());
          assertFalse(channel.tryPut("a"));
        });
    trail.is("");
  }

  @Test
  void aKillOnTheWayOutOfAPutArrivesLater() throws Exception {
    run(
        () -> {
          getter("x");
          Greenlets.yieldNow();
          Greenlet<?> putter =
              Greenlets.spawn(
                  () -> {
                    channel.put("a");
                    trail.step("put");
                    Greenlets.yieldNow();
                    trail.step("never");
                  });
          Greenlets.spawn(() -> putter.killAsync()); // hits while the getter has its turn
          putter.join();
          assertTrue(putter.isCancelled());
        });
    trail.is("x:a put");
  }

  @Test
  void aCallbackCannotPutEvenIfSomebodyWaits() throws Exception {
    run(
        () -> {
          getter("x");
          Greenlets.yieldNow();
          Hub.current()
              .runCallback(
                  () -> {
                    assertThrows(BlockingSwitchOut.class, () -> channel.put("a"));
                    assertTrue(channel.tryPut("b"));
                    trail.step("tried");
                  });
          Greenlets.sleep(Duration.ofSeconds(1));
        });
    trail.is("tried x:b");
  }

  @Test
  void theEndReachesBothSides() throws Exception {
    run(
        () -> {
          Greenlet<?> putter =
              Greenlets.spawn(() -> assertThrows(QueueShutDown.class, () -> channel.put("a")));
          Greenlets.yieldNow();
          channel.shutdown();
          channel.shutdown();
          putter.result();
          assertTrue(channel.isShutDown());
          assertThrows(QueueShutDown.class, channel::get);
          assertThrows(QueueShutDown.class, channel::tryGet);
          assertThrows(QueueShutDown.class, () -> channel.tryPut("b"));
          Channel<String> other = new Channel<>();
          Greenlet<?> getter =
              Greenlets.spawn(
                  () -> {
                    for (String item : other) {
                      trail.step(item);
                    }
                    trail.step("end");
                  });
          other.put("c");
          other.put("d");
          other.shutdown();
          getter.join();
        });
    trail.is("c d end");
  }

  @Test
  void whoSelectsIsToldOfAPutter() throws Exception {
    run(
        () -> {
          assertFalse(channel.isReady());
          assertTrue(channel.register(new Waiter(() -> trail.step("ready"))));
          putter("a");
          Greenlets.yieldNow();
          assertTrue(channel.isReady());
          assertFalse(channel.register(new Waiter(() -> trail.step("never"))));
          assertEquals("a", channel.get());
          Waiter gone = new Waiter(() -> trail.step("never"));
          assertTrue(channel.register(gone));
          assertTrue(gone.cancel());
          channel.unregister(gone);
          Greenlets.yieldNow();
        });
    trail.is("ready put:a");
  }

  @Test
  void carriesItemsBetweenThreadsAndHubs() throws Exception {
    int each = 1_000;
    Channel<Integer> numbers = new Channel<>();
    AtomicLong sum = new AtomicLong();
    Body putter =
        () -> {
          for (int i = 1; i <= each; i++) {
            numbers.put(i);
          }
        };
    Body getter =
        () -> {
          for (int number : numbers) {
            sum.addAndGet(number);
          }
        };
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      List<Greenlet<?>> putters = List.of(Greenlet.spawn(one, putter), Greenlet.spawn(two, putter));
      List<Greenlet<?>> getters =
          new ArrayList<>(List.of(Greenlet.spawn(one, getter), Greenlet.spawn(two, getter)));
      Thread putterThread = Thread.ofPlatform().start(() -> quietly(putter));
      Thread getterThread = Thread.ofPlatform().start(() -> quietly(getter));
      putters.forEach(Greenlet::result);
      putterThread.join();
      numbers.shutdown();
      getters.forEach(Greenlet::result);
      getterThread.join();
    }
    assertEquals(3L * each * (each + 1) / 2, sum.get());
  }

  private static void quietly(Body body) {
    try {
      body.run();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void callbacksStandInLineAndWhatTheyCannotUseIsForTheNext() throws Exception {
    run(
        () -> {
          Waiter first = new Waiter(() -> trail.step("first"));
          assertNull(channel.registerGet(first));
          Greenlet<?> second = getter("second");
          Greenlets.yieldNow();
          assertTrue(channel.registerPut("a", null));
          assertEquals("a", first.value());
          channel.putBack("a");
          second.join();
          Waiter bringing = new Waiter(() -> trail.step("brought"));
          assertFalse(channel.registerPut("b", bringing));
          assertEquals("b", channel.registerGet(null));
          channel.putBack("b");
          channel.shutdown();
          assertEquals("b", channel.get());
          assertThrows(QueueShutDown.class, channel::get);
        });
    trail.is("first second:a brought");
  }
}

package dev.celadon.monkey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.celadon.DirectModeOnly;
import dev.celadon.Greenlets;
import dev.celadon.dns.Dns;
import dev.celadon.dns.PlatformDns;
import dev.celadon.dns.Resolver;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.CarrierMode;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.JdkPollers;
import dev.celadon.monkey.PatchedPart.Part;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("try") // when a patch is taken back is the subject
class MonkeyTest {

  private static final String JDK_WAIT = "the subject is a wait of the JDK";

  @AfterEach
  void nothingIsPatchedAfterwards() {
    PlatformDns.unpatch(); // which outlives the hub that asked for it
    Hub holder = JdkPollers.holder();
    if (holder != null) {
      assertTrue(JdkPollers.takeBack(holder));
    }
    assertNull(holder, "a test left a patch behind");
  }

  @ParameterizedTest
  @EnumSource
  @DirectModeOnly(JDK_WAIT)
  void blockingSocketsOfGreenletsWorkBeforeAndAfterAndKeepTheirOrder(Line.Kind kind)
      throws Exception {
    Hub.run(
        () -> {
          Hub hub = Hub.current();
          List<Integer> expected = List.of(0, 1, 2, 3, 4);
          assertEquals(expected, echo(kind, hub.threadFactory()));
          try (Patch patch = Monkey.patchAll()) {
            assertTrue(isSocketsPatched(patch), patch.toString());
            assertEquals(expected, echo(kind, hub.threadFactory()));
          }
          assertEquals(expected, echo(kind, hub.threadFactory()));
        });
  }

  private static List<Integer> echo(Line.Kind kind, ThreadFactory threads) throws Exception {
    List<Integer> answers = new ArrayList<>();
    try (Line line = Line.open(kind)) {
      Thread server =
          threads.newThread(
              () -> {
                for (int i = 0; i < 5; i++) {
                  line.far().send(line.far().receive());
                }
              });
      server.start();
      for (int i = 0; i < 5; i++) {
        line.near().send(i);
        answers.add(line.near().receive());
      }
      server.join();
    }
    return answers;
  }

  @Test
  @DirectModeOnly(JDK_WAIT)
  void theHubWaitsForAllSocketsOfVirtualThreadsWhileItIsPatchedAndNotBeforeOrAfter()
      throws Exception {
    try (Hub hub = Hub.start("poller")) {
      Greenlet.spawn(hub, () -> {}).get();
      long before = hub.statistics().runs();
      hearTenTimes();
      assertTrue(hub.statistics().runs() - before < 10, "the hub has nothing to do with it");
      try (Patch _ = Monkey.patch(hub, Part.SOCKETS)) {
        assertTrue(Monkey.isPatched(Part.SOCKETS));
        hearTenTimes(); // the first time may be the old scheduler's
        long patched = hub.statistics().runs();
        hearTenTimes();
        assertTrue(hub.statistics().runs() - patched >= 10, "the pollers ran on the hub");
      }
      assertFalse(Monkey.isPatched(Part.SOCKETS));
      hearTenTimes();
      long after = hub.statistics().runs();
      hearTenTimes();
      assertTrue(hub.statistics().runs() - after < 10, "the pollers have gone back");
    }
  }

  /** Ten waits of a thread that has to do with no hub, each a wake-up of a poller. */
  private static void hearTenTimes() throws Exception {
    try (Line line = Line.open(Line.Kind.SOCKET)) {
      List<Integer> heard = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        Thread stranger = Thread.startVirtualThread(() -> heard.add(line.far().receive()));
        awaitBlocked(() -> stranger);
        line.near().send(i);
        stranger.join();
      }
      assertEquals(IntStream.range(0, 10).boxed().toList(), heard);
    }
  }

  @Test
  @DirectModeOnly(JDK_WAIT)
  void whoWaitsInAReadGoesOnWaitingWhenThePatchIsTakenBackAndAlsoWhenItComes() throws Exception {
    Hub.run(
        () -> {
          for (Line.Kind kind : Line.Kind.values()) {
            try (Line line = Line.open(kind);
                Line other = Line.open(kind)) {
              Greenlet<Integer> unpatched = Greenlets.spawn(() -> other.far().receive());
              awaitBlocked(unpatched::thread);
              Patch patch = Monkey.patchAll();
              Greenlet<Integer> patched = Greenlets.spawn(() -> line.far().receive());
              awaitBlocked(patched::thread);
              other.near().send(7);
              assertEquals(7, unpatched.result());
              patch.close();
              line.near().send(8);
              assertEquals(8, patched.result());
            }
          }
        });
  }

  @Test
  @DirectModeOnly(JDK_WAIT)
  void whenTheHubEndsOthersWhoWaitForSocketsDoNotHang() throws Exception {
    try (Line first = Line.open(Line.Kind.SOCKET);
        Line second = Line.open(Line.Kind.DATAGRAM);
        Line third = Line.open(Line.Kind.SOCKET);
        Hub other = Hub.start("other")) {
      Hub hub = Hub.start("ends");
      Patch patch = Monkey.patchAll(hub);
      assertTrue(isSocketsPatched(patch));
      Greenlet<Integer> dies = Greenlet.spawn(hub, () -> third.far().receive());
      Greenlet<Integer> elsewhere = Greenlet.spawn(other, () -> first.far().receive());
      int[] received = new int[1];
      Thread stranger = Thread.startVirtualThread(() -> received[0] = second.far().receive());
      awaitBlocked(() -> stranger);
      awaitBlocked(elsewhere::thread);
      awaitBlocked(dies::thread);
      hub.close();
      assertNull(JdkPollers.holder());
      patch.close();
      assertTrue(dies.isReady());
      first.near().send(1);
      second.near().send(2);
      assertEquals(1, elsewhere.get());
      stranger.join();
      assertEquals(2, received[0]);
      assertEquals(List.of(0, 1, 2, 3, 4), echo(Line.Kind.SOCKET, Thread.ofVirtual().factory()));
    }
  }

  @Test
  @DirectModeOnly(JDK_WAIT)
  void theHubOfAProgramGivesThemBackAtItsEnd() throws Exception {
    Patch ended =
        Hub.run(
            () -> {
              Patch patch = Monkey.patchAll();
              assertTrue(isSocketsPatched(patch));
              assertSame(Hub.current(), JdkPollers.holder());
              return patch;
            });
    assertNull(JdkPollers.holder());
    ended.close(); // which has the look-ups to take back
    Hub.run(
        () ->
            assertEquals(
                List.of(0, 1, 2, 3, 4), echo(Line.Kind.SOCKET, Hub.current().threadFactory())));
  }

  @Test
  @DirectModeOnly(JDK_WAIT)
  void aSecondHubTakesThemOverAndTheFirstPatchThenTakesNothingBack() throws Exception {
    try (Hub first = Hub.start("first");
        Hub second = Hub.start("second")) {
      Patch ofFirst = Monkey.patchAll(first);
      Patch again = Monkey.patchAll(first);
      assertSame(first, JdkPollers.holder());
      assertEquals(ofFirst.parts(), again.parts());
      Patch ofSecond = Monkey.patchAll(second);
      assertSame(second, JdkPollers.holder());
      ofFirst.close();
      assertSame(second, JdkPollers.holder());
      first.close();
      assertSame(second, JdkPollers.holder());
      ofSecond.close();
      ofSecond.close();
      assertNull(JdkPollers.holder());
      again.close();
    }
  }

  @Test
  void aPatchWithinAPatchTakesNothingFromTheOuterOneInEitherOrder() throws Exception {
    for (boolean innerFirst : List.of(true, false)) {
      Hub.run(
          () -> {
            Hub hub = Hub.current();
            Patch outer = Monkey.patchAll();
            Hub holder = JdkPollers.holder();
            boolean lookUps = Monkey.isPatched(Part.DNS);
            Patch inner = Monkey.patchAll();
            Patch first = innerFirst ? inner : outer;
            first.close();
            first.close();
            assertSame(holder, JdkPollers.holder());
            assertEquals(isSocketsPatched(outer) ? hub : null, holder);
            assertEquals(lookUps, Monkey.isPatched(Part.DNS));
            (innerFirst ? outer : inner).close();
            assertNull(JdkPollers.holder());
            assertFalse(Monkey.isPatched(Part.DNS));
          });
    }
  }

  @Test
  @DirectModeOnly(JDK_WAIT)
  void aPatchOfAHubThatLostTheSocketsMeanwhileDoesNotTakeThemFromItsNextOne() throws Exception {
    try (Hub first = Hub.start("first");
        Hub second = Hub.start("second")) {
      Patch early = Monkey.patch(first, Part.SOCKETS);
      Patch between = Monkey.patch(second, Part.SOCKETS);
      Patch late = Monkey.patch(first, Part.SOCKETS);
      early.close();
      between.close();
      assertSame(first, JdkPollers.holder());
      late.close();
      assertNull(JdkPollers.holder());
    }
  }

  @Test
  @DirectModeOnly(JDK_WAIT)
  void theHubOfAPlainThreadIsRefusedBecauseItMayStandStill() throws Exception {
    Thread plain =
        new Thread(
            () -> {
              Patch patch = Monkey.patchAll();
              assertFalse(patch.isComplete());
              PatchedPart sockets = patch.parts().getFirst();
              assertEquals(Part.SOCKETS, sockets.part());
              assertTrue(
                  sockets.detail().endsWith("in between: use Hub.run or Hub.start"),
                  sockets.toString());
              patch.close();
              Hub.current().close();
            },
            "plain");
    Throwable[] failure = new Throwable[1];
    plain.setUncaughtExceptionHandler((_, thrown) -> failure[0] = thrown);
    plain.start();
    plain.join();
    assertNull(failure[0], () -> String.valueOf(failure[0]));
  }

  @Test
  void aHubThatHasEndedIsRefused() {
    Hub hub = Hub.start("ended");
    hub.close();
    if (JdkPollers.obstacle() == null) {
      assertThrows(HubClosedException.class, () -> Monkey.patch(hub, Part.SOCKETS));
    } else {
      assertFalse(isSocketsPatched(Monkey.patch(hub, Part.SOCKETS)));
    }
  }

  @Test
  void portableModeIsToldWithWhatToDo() throws Exception {
    Hub.run(
        () -> {
          Hub hub = Hub.current();
          try (Patch patch = Monkey.patch(hub, Part.SOCKETS)) {
            boolean direct = hub.carrierMode().kind() == CarrierMode.Kind.DIRECT;
            assertEquals(direct, patch.isComplete());
            if (!direct) {
              String told = patch.toString();
              assertTrue(told.contains("SOCKETS not patched: greenlets run in portable"), told);
              assertTrue(told.contains("use the sockets of dev.celadon.net"), told);
              assertTrue(told.contains("--add-opens java.base/java.lang=ALL-UNNAMED"), told);
              assertEquals(0, JdkPollers.count());
            }
          }
        });
  }

  @Test
  void lookUpsArePatchedToo() throws Exception {
    assumeFalse(PlatformDns.isPatched(), "by a provider, for good");
    Hub.run(
        () -> {
          Patch patch = Monkey.patchAll();
          Patch later = Monkey.patch(Hub.current(), Part.DNS);
          assertEquals(Monkey.isPatched(Part.DNS), later.isComplete(), later.toString());
          assertEquals(later.parts().getFirst(), patch.parts().getLast());
          Dns.use(new OneName());
          if (later.isComplete()) {
            InetAddress[] found = InetAddress.getAllByName("monkey.test");
            assertEquals("[monkey.test/192.0.2.7]", Arrays.toString(found));
          } else {
            assertTrue(later.toString().contains("InetAddress cannot be patched"));
          }
          patch.close();
          assertEquals(later.isComplete(), Monkey.isPatched(Part.DNS), "the later one is open");
          later.close();
          assertFalse(Monkey.isPatched(Part.DNS));
        });
  }

  private static final class OneName implements Resolver {
    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
      return List.of(InetAddress.getByAddress(host, new byte[] {(byte) 192, 0, 2, 7}));
    }

    @Override
    public String reverse(InetAddress address) throws UnknownHostException {
      throw new UnknownHostException(address.toString());
    }
  }

  @Test
  @DirectModeOnly(JDK_WAIT)
  void nothingIsLostWhileThePollersMoveBetweenHubsAndTheJdkAllTheTime() throws Exception {
    try (Hub left = Hub.start("left");
        Hub right = Hub.start("right")) {
      List<Thread> echoes = new ArrayList<>();
      List<String> wrong = new ArrayList<>();
      for (ThreadFactory threads :
          List.of(left.threadFactory(), right.threadFactory(), Thread.ofVirtual().factory())) {
        for (int i = 0; i < 4; i++) {
          echoes.add(
              threads.newThread(
                  () -> {
                    for (int round = 0; round < 20; round++) {
                      for (Line.Kind kind : Line.Kind.values()) {
                        try {
                          assertEquals(List.of(0, 1, 2, 3, 4), echo(kind, threads));
                        } catch (Exception | AssertionError e) {
                          synchronized (wrong) {
                            wrong.add(e.toString());
                          }
                        }
                      }
                    }
                  }));
        }
      }
      AtomicBoolean over = new AtomicBoolean();
      Thread mover =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; !over.get(); i++) {
                      Patch patch = Monkey.patch(i % 2 == 0 ? left : right, Part.SOCKETS);
                      if (i % 3 == 0) {
                        patch.close();
                      }
                      if (i % 5 == 0) {
                        Hub short_ = Hub.start("short");
                        boolean _ = isSocketsPatched(Monkey.patch(short_, Part.SOCKETS));
                        short_.close();
                      }
                      Thread.onSpinWait();
                    }
                  });
      echoes.forEach(Thread::start);
      for (Thread echo : echoes) {
        echo.join();
      }
      over.set(true);
      mover.join();
      assertEquals(List.of(), wrong);
    }
    assertNull(JdkPollers.holder());
  }

  @Test
  @DirectModeOnly(JDK_WAIT)
  void aPatchThatMeetsTheEndOfItsHubLeavesNothingBehind() throws Exception {
    for (int i = 0; i < 300; i++) {
      Hub hub = Hub.start("meets");
      Thread giver =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      JdkPollers.giveTo(hub);
                    } catch (HubClosedException e) {
                      // The end came first.
                    }
                  });
      hub.close();
      giver.join();
      assertNull(JdkPollers.holder());
    }
  }

  private static boolean isSocketsPatched(Patch patch) {
    return patch.parts().stream().anyMatch(part -> part.part() == Part.SOCKETS && part.patched());
  }

  /** From a greenlet, whose turn the other may need, or from a plain thread. */
  private static void awaitBlocked(Supplier<Thread> waiter) {
    while (waiter.get() == null || waiter.get().getState() != Thread.State.WAITING) {
      if (Thread.currentThread().isVirtual()) {
        Greenlets.yieldNow();
      } else {
        Thread.onSpinWait();
      }
    }
  }
}

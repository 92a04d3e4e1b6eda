package dev.celadon.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.celadon.DirectModeOnly;
import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.sync.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A lock of the JDK that greenlets, the lane and other threads want at the same time: whoever holds
 * it and whoever is first in line, the hub goes on and everybody gets it.
 */
@DirectModeOnly("a wait of the JDK gives the turn back")
class ContendedLockTest {

  /** The two kinds of locks of the JDK. */
  interface Kind {
    void locked(Runnable body);
  }

  static Stream<Kind> kinds() {
    ReentrantLock lock = new ReentrantLock();
    Object monitor = new Object();
    return Stream.of(
        body -> {
          lock.lock();
          try {
            body.run();
          } finally {
            lock.unlock();
          }
        },
        body -> {
          synchronized (monitor) {
            body.run();
          }
        });
  }

  /** Who was in the lock. Guarded by it. */
  private final List<String> holders = new ArrayList<>();

  private Runnable enters(String name) {
    return () -> holders.add(name);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aParkedGreenletHoldsItAndTheLaneAndGreenletsWantIt(Kind kind) throws Exception {
    Hub.run(
        () -> {
          Hub hub = Hub.current();
          Event go = new Event();
          Event laneDone = new Event();
          Greenlet<?> holder =
              Greenlets.spawn(
                  () ->
                      kind.locked(
                          () -> {
                            holders.add("holder");
                            go.waitUntilSet();
                          }));
          Greenlets.yieldNow();
          Greenlet<?> second = Greenlets.spawn(() -> kind.locked(enters("greenlet")));
          hub.runCallback(
              () -> {
                kind.locked(enters("lane"));
                laneDone.set();
              });
          Greenlets.yieldNow();
          Greenlets.yieldNow();
          assertEquals(List.of("holder"), holders); // and the hub runs this meanwhile
          go.set();
          Greenlets.joinAll(holder, second);
          laneDone.waitUntilSet();
          assertEquals(3, holders.size());
        });
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anotherThreadHoldsItAndAGreenletStandsBeforeTheLane(Kind kind) throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Thread outside =
        Thread.ofPlatform()
            .start(
                () ->
                    kind.locked(
                        () -> {
                          holders.add("outside");
                          held.countDown();
                          awaitQuietly(release);
                        }));
    held.await();
    Hub.run(
        () -> {
          Hub hub = Hub.current();
          Event laneDone = new Event();
          Greenlet<?> first = Greenlets.spawn(() -> kind.locked(enters("greenlet")));
          Greenlets.yieldNow();
          hub.runCallback(
              () -> {
                kind.locked(enters("lane"));
                laneDone.set();
              });
          Greenlets.yieldNow();
          Greenlet<?> last = Greenlets.spawn(() -> kind.locked(enters("last")));
          Greenlets.yieldNow();
          release.countDown();
          Greenlets.joinAll(first, last);
          laneDone.waitUntilSet();
          assertEquals(4, holders.size());
        });
    outside.join();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theLaneHoldsItWhileItWaitsForAnotherThread(Kind kind) throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Hub.run(
        () -> {
          Hub hub = Hub.current();
          hub.runCallback(
              () ->
                  kind.locked(
                      () -> {
                        holders.add("lane");
                        awaitQuietly(release);
                      }));
          Greenlets.yieldNow();
          Greenlet<?> greenlet = Greenlets.spawn(() -> kind.locked(enters("greenlet")));
          Thread outside = Thread.ofPlatform().start(() -> kind.locked(enters("outside")));
          Greenlets.yieldNow();
          assertEquals(List.of("lane"), holders);
          release.countDown();
          greenlet.join();
          outside.join();
          assertEquals(3, holders.size());
        });
  }

  /** As a logger does whose appender has a lock. */
  @ParameterizedTest
  @MethodSource("kinds")
  void theErrorHandlerWantsWhatAParkedGreenletHolds(Kind kind) throws Exception {
    Event reported = new Event();
    HubOptions options =
        HubOptions.defaults()
            .withErrorHandler(
                (_, _) -> {
                  kind.locked(enters("handler"));
                  reported.set();
                });
    Hub.run(
        options,
        () -> {
          Event go = new Event();
          Greenlets.spawn(() -> kind.locked(() -> go.waitUntilSet()));
          Greenlets.yieldNow();
          Greenlets.spawn(
              () -> {
                throw new IllegalStateException("to be reported");
              });
          Hub.current()
              .runCallback(
                  () -> {
                    throw new IllegalStateException("to be reported, too");
                  });
          Greenlets.yieldNow();
          Greenlets.yieldNow();
          assertEquals(List.of(), holders);
          go.set();
          reported.waitUntilSet();
          while (holders.size() < 2) {
            Greenlets.yieldNow();
          }
        });
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

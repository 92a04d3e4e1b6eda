package dev.celadon;

import static dev.celadon.Mistakes.inCallback;
import static dev.celadon.Mistakes.inOther;
import static dev.celadon.Mistakes.myself;
import static dev.celadon.Mistakes.offload;
import static dev.celadon.Mistakes.on;
import static dev.celadon.Mistakes.options;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Iwait;
import dev.celadon.greenlet.Shield;
import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.CarrierMode;
import dev.celadon.hub.Hub;
import dev.celadon.hub.LoopExit;
import dev.celadon.hub.Strand;
import dev.celadon.pool.Group;
import dev.celadon.simulation.Simulation;
import dev.celadon.sync.Event;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;

/** Mistakes with hubs, greenlets and waits. */
@SuppressWarnings({"NullAway", "try"}) // mistakes
final class HubMistakes {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private HubMistakes() {}

  static void addTo(Mistakes all) {
    waits(all);
    hubs(all);
    closedHubs(all);
    greenlets(all);
    all.onAThread("explore without a seed", () -> Simulation.explore(0, () -> {}));
    all.inAGreenlet(
        "a share beyond 1", () -> Hub.current().statistics().lateness().percentileNanos(99));
  }

  private static void waits(Mistakes all) {
    all.inAGreenlet("wait in a callback", () -> inCallback(() -> new Event().waitUntilSet()));
    all.inAGreenlet("sleep in a callback", () -> inCallback(() -> Greenlets.sleep(SECOND)));
    all.inAGreenlet("start a timeout in a callback", () -> inCallback(() -> Timeout.start(SECOND)));
    all.inAGreenlet(
        "`Group.apply` in a callback", () -> inCallback(() -> new Group().apply(() -> "x")));
    all.inAGreenlet(
        "`ThreadPool.apply` in a callback",
        () -> inCallback(() -> offload("p", 0).apply(() -> "x")));
    all.inAGreenlet("wait for one's own end", () -> myself().join());
    all.inAGreenlet("ask for one's own result", () -> myself().result());
    all.onAThread(
        "wait for what nobody can bring",
        () -> Hub.run(options().withLoopExit(LoopExit.When.DRAINED), () -> forever()));
  }

  private static void forever() {
    new Event().waitUntilSet();
  }

  private static void hubs(Mistakes all) {
    all.inAGreenlet("`Hub.run` inside a greenlet", () -> Hub.run(() -> "x"));
    all.onAThread(
        "a hub for a foreign virtual thread",
        () -> on(Thread.ofVirtual().name("foreign"), Hub::current));
    all.inAGreenlet("close one's own hub", () -> Hub.current().close());
    all.onAThread("close the hub of another thread", HubMistakes::closeTheHubOfAnotherThread);
    all.onAThread(
        "join a hub from outside",
        () -> {
          try (Hub hub = Hub.start("service")) {
            on(Thread.ofPlatform().name("plain"), () -> hub.join(SECOND));
          }
        });
    all.inAGreenlet("unref without ref", () -> Hub.current().unref());
    all.inAGreenlet(
        "throw into the lane", () -> inCallback(() -> Strand.current().throwIn(new Error())));
    all.onAThread(
        "throw into a thread without a hub",
        () -> on(Thread.ofPlatform().name("plain"), () -> Strand.current().throwIn(new Error())));
    all.onAThread("a batch limit of zero", () -> options().withBatchLimit(Duration.ZERO));
    all.onAThread(
        "a negative close timeout", () -> options().withCloseTimeout(Duration.ofSeconds(-1)));
    all.onAThread("an unknown carrier mode", HubMistakes::chooseAnUnknownMode);
  }

  private static Hub closed() {
    Hub hub = Hub.start("service");
    hub.close();
    return hub;
  }

  private static void closeTheHubOfAnotherThread() throws Throwable {
    Hub[] hub = new Hub[1];
    Thread.ofPlatform().name("other").start(() -> hub[0] = Hub.current()).join();
    on(Thread.ofPlatform().name("plain"), hub[0]::close);
  }

  private static void chooseAnUnknownMode() throws Throwable {
    Method choose = CarrierMode.class.getDeclaredMethod("choose", String.class);
    choose.setAccessible(true);
    try {
      Object _ = choose.invoke(null, "fast");
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void closedHubs(Mistakes all) {
    all.onAThread("spawn on a closed hub", () -> Greenlet.spawn(closed(), () -> "x"));
    all.onAThread("a callback on a closed hub", () -> closed().runCallback(() -> {}));
    all.onAThread("a close hook on a closed hub", () -> closed().onClose(() -> {}));
  }

  private static void greenlets(Mistakes all) {
    all.inAGreenlet("spawn null", () -> Greenlets.spawn((dev.celadon.hub.Body) null));
    all.inAGreenlet("kill oneself", () -> myself().kill());
    all.inAGreenlet(
        "a subclass without `run`",
        () -> {
          Bodiless greenlet = new Bodiless();
          greenlet.start();
          greenlet.result();
        });
    all.inAGreenlet("start a timeout twice", () -> Timeout.start(SECOND).start());
    all.inAGreenlet(
        "start a closed timeout",
        () -> {
          Timeout timeout = new Timeout(SECOND);
          timeout.close();
          timeout.start();
        });
    all.inAGreenlet(
        "close somebody else's timeout",
        () -> {
          Timeout timeout = Timeout.start(SECOND);
          inOther(timeout::close);
        });
    all.inAGreenlet(
        "close somebody else's shield",
        () -> {
          try (Shield shield = Shield.open()) {
            inOther(shield::close);
          }
        });
    all.inAGreenlet("unshield without shield", () -> Strand.current().unshield());
    all.inAGreenlet("a negative count", () -> Greenlets.iwait(List.of(), -1, SECOND));
    all.inAGreenlet(
        "go on with a closed iwait",
        () -> {
          Iwait<Event> closed = Greenlets.iwait(List.of(new Event()));
          closed.close();
          closed.iterator().next();
        });
  }

  private static class Bodiless extends Greenlet<String> {}
}

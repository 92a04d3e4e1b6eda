package dev.celadon.junit;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.monitor.HubSnapshot;
import dev.celadon.monitor.RunReport;
import dev.celadon.queue.Queue;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The thread that drives the hub of one test. Its first greenlet runs what JUnit's thread gives it,
 * one after the other, so that it is the test that hears when nothing can run any more.
 *
 * <p>Made and called by JUnit's thread.
 */
final class TestThread {
  /*
   * Between two calls the first greenlet waits for another thread. That is counted (ref), so that the hub neither takes it for the end
   * of all things nor lets virtual time jump meanwhile.
   */

  /** How long a test that took too long has for its clean-up, and its hub for its end. */
  private static final Duration CLEAN_UP_TIME = Duration.ofSeconds(5);

  private static final int LAST_TURNS = 1_000;

  private static final String GONE =
      "the first greenlet of the hub has ended already: the test has killed it, or shut its hub"
          + " down";

  private final Duration timeout;
  private final Queue<Call> calls = new Queue<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final CompletableFuture<RawGreenlet> first = new CompletableFuture<>();
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

  private TestThread(Duration timeout) {
    this.timeout = timeout;
  }

  static TestThread start(HubOptions options, Duration timeout) {
    TestThread made = new TestThread(timeout);
    HubOptions reporting = options.withErrorHandler((_, failure) -> made.failures.add(failure));
    Thread _ = Thread.ofPlatform().daemon().name(options.name()).start(() -> made.drive(reporting));
    return made;
  }

  private void drive(HubOptions options) {
    try {
      Hub.run(options, this::takeCalls);
    } catch (Throwable failure) {
      failures.add(failure);
      first.completeExceptionally(failure);
    } finally {
      ended.complete(true);
    }
  }

  private void takeCalls() {
    RawGreenlet self = Objects.requireNonNull(RawGreenlet.currentOrNull());
    Hub hub = self.hub();
    hub.ref();
    first.complete(self);
    try {
      for (Call call = calls.get(); !call.isLast(); call = calls.get()) {
        hub.unref();
        call.run();
        if (hub.isClosed()) {
          return; // nobody's turn any more, whether its next call or its kill would have come first
        }
        hub.ref();
      }
      hub.unref();
    } catch (GreenletExit exit) {
      if (!hub.isClosed()) {
        throw exit;
      }
    }
  }

  /** Something to run in the first greenlet. */
  private record Call(@Nullable Work work, CompletableFuture<Outcome> outcome) {

    boolean isLast() {
      return work == null;
    }

    void run() {
      try {
        outcome.complete(new Outcome(Objects.requireNonNull(work).run(), null));
      } catch (Throwable failure) {
        outcome.complete(new Outcome(null, failure));
      }
      boolean _ = Thread.interrupted(); // else it would reach whatever waits next
    }
  }

  /** What came out of a call. A future itself would take a wrapper off some failures. */
  private record Outcome(@Nullable Object value, @Nullable Throwable failure) {}

  Hub hub() {
    return first.join().hub();
  }

  /** Runs something in the first greenlet; throws what it throws, unchanged. */
  void call(Work work) throws Throwable {
    Call call = submit(work);
    Outcome outcome;
    try {
      outcome = call.outcome.get(timeout.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException _) {
      AssertionError overdue =
          new AssertionError("the test is not over after " + timeout.toSeconds() + " s\n" + look());
      stop(call);
      throw overdue;
    } catch (InterruptedException interrupted) {
      stop(call);
      throw interrupted;
    }
    if (outcome.failure != null) {
      throw outcome.failure;
    }
  }

  private Call submit(@Nullable Work work) {
    Call call = new Call(work, new CompletableFuture<>());
    calls.put(call);
    CompletableFuture<Void> _ =
        ended.thenRun(() -> call.outcome.complete(new Outcome(null, new AssertionError(GONE))));
    return call;
  }

  /** What a test does. */
  interface Work {
    @Nullable Object run() throws Throwable;
  }

  private String look() {
    Hub hub = hub();
    RunReport all = RunReport.capture();
    List<HubSnapshot> ours = all.hubs().stream().filter(each -> each.hub() == hub).toList();
    return new RunReport(all.options(), ours, List.of()).toString();
  }

  private void stop(Call call) {
    first.join().throwIn(new GreenletExit("the test took too long"));
    if (!isOver(call.outcome, Duration.ofSeconds(1))) {
      Thread running = hub().running();
      if (running != null) {
        running.interrupt();
      }
      boolean _ = isOver(call.outcome, CLEAN_UP_TIME);
    }
  }

  private static boolean isOver(CompletableFuture<?> outcome, Duration patience) {
    try {
      Object _ = outcome.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException _) {
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends the hub, and gives what has failed in it behind the back of the test, or null. */
  @Nullable Throwable end(boolean tellLeaks) {
    Call leaks = submit(TestThread::leftOnes);
    Call _ = submit(null);
    if (!isOver(ended, CLEAN_UP_TIME.plus(timeout))) {
      failures.add(new AssertionError(first.join().hub() + " does not end: " + look()));
    } else if (tellLeaks
        && failures.isEmpty()
        && leaks.outcome.join().value instanceof String left) {
      failures.add(new AssertionError(left));
    }
    Throwable failure = failures.isEmpty() ? null : failures.getFirst();
    for (Throwable other : failures) {
      if (other != failure) {
        Objects.requireNonNull(failure).addSuppressed(other);
      }
    }
    return failure;
  }

  /** Who is left when everything that is ready has had its turn; null for nobody. */
  private static @Nullable String leftOnes() {
    RawGreenlet self = Objects.requireNonNull(RawGreenlet.currentOrNull());
    Hub hub = self.hub();
    for (int turn = 0; turn < LAST_TURNS && hub.liveGreenlets() > 1; turn++) {
      if (turn > 0 && hub.loop().readyTasks() == 0) {
        break;
      }
      Greenlets.yieldNow();
    }
    List<String> left =
        hub.live().stream().filter(each -> each != self).map(TestThread::describe).toList();
    return left.isEmpty()
        ? null
        : "the test is over, but "
            + left.size()
            + " of its greenlets are not: end them, or say leaks = Leaks.KILL: "
            + String.join("; ", left);
  }

  private static String describe(RawGreenlet greenlet) {
    String waitsFor = greenlet.waitsFor();
    String site = greenlet instanceof Greenlet<?> known ? ", spawned at " + known.spawnSite() : "";
    return greenlet + (waitsFor == null ? "" : " waits for " + waitsFor) + site;
  }
}

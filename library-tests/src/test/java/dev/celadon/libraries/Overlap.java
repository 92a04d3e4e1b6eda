package dev.celadon.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.monkey.Patch;
import dev.celadon.sync.AsyncResult;
import dev.celadon.threadpool.ThreadPool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Many greenlets make a slow call at once, and the hub goes on meanwhile: proven by what the server
 * sees, not by a clock. The server answers nobody before all calls have reached it; if one of them
 * held the hub, the next would not come.
 */
final class Overlap {

  /** How long the server waits for callers that will not come. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int BEATS = 10;

  interface Call {
    /** The answer to the caller of this number, who expects the number. */
    int answer(int number) throws Exception;
  }

  private final AtomicInteger beats = new AtomicInteger();
  private final Gate gate;

  private Overlap(Gate gate) {
    this.gate = gate;
  }

  /**
   * Proves it.
   *
   * @param calls how many greenlets call
   * @param together how many of them reach the server at once
   */
  static void prove(How how, int calls, int together, Gate gate, Call call) throws Exception {
    new Overlap(gate).run(how, calls, together, call);
  }

  private void run(How how, int calls, int together, Call call) throws Exception {
    FutureTask<Integer> observer = new FutureTask<>(() -> observe(together));
    Hub.run(
        () -> {
          try (ThreadPool pool = new ThreadPool(calls);
              Patch _ = how.prepare()) {
            Greenlet<?> heart = Greenlets.spawn(this::beat);
            List<Greenlet<Integer>> callers = new ArrayList<>();
            for (int number = 0; number < calls; number++) {
              int mine = number;
              callers.add(Greenlets.spawn(() -> how.call(pool, () -> call.answer(mine))));
            }
            AsyncResult<Integer> seen = new AsyncResult<>();
            Thread.ofPlatform()
                .name("observer")
                .start(
                    () -> {
                      observer.run();
                      seen.set(1);
                    });
            int _ = seen.result();
            List<Integer> answers = new ArrayList<>();
            if (observer.state() == FutureTask.State.SUCCESS) {
              for (Greenlet<Integer> caller : callers) {
                answers.add(caller.result());
              }
              assertEquals(IntStream.range(0, calls).boxed().toList(), answers);
            }
            heart.kill();
            assertEquals(together, observer.get(), "in flight at once");
          }
        });
  }

  private void beat() {
    while (true) {
      beats.getAndIncrement();
      Greenlets.sleep(Duration.ofMillis(1));
    }
  }

  /** On a plain thread: waits for the callers, then for the heart, then lets all go. */
  private int observe(int together) throws Exception {
    await("callers", together, gate::waiting);
    int before = beats.get();
    await("beats", before + BEATS, beats::get);
    int atOnce = gate.waiting();
    gate.open();
    return atOnce;
  }

  interface Count {
    int now() throws Exception;
  }

  static void await(String what, int wanted, Count count) throws Exception {
    Instant end = Instant.now().plus(PATIENCE);
    while (count.now() < wanted) {
      assertTrue(Instant.now().isBefore(end), () -> "too few " + what + ": " + wanted + " wanted");
      Thread.sleep(1);
    }
  }
}

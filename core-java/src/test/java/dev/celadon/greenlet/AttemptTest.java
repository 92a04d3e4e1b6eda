package dev.celadon.greenlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.hub.GreenletExit;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class AttemptTest extends VirtualTimeTest {

  @Test
  void expectedErrorsAreResultsAndOthersAreReported() throws Exception {
    FileNotFoundException missing = new FileNotFoundException("x");
    run(
        () -> {
          Callable<String> failing =
              () -> {
                throw missing;
              };
          Greenlet<Attempt<String>> expected =
              Greenlets.spawn(
                  Greenlets.wrapErrors(failing, IllegalStateException.class, IOException.class));
          assertEquals(new Attempt.Threw<>(missing), expected.result());
          assertTrue(expected.isSuccessful());
          assertEquals(
              new Attempt.Returned<>("x"),
              Greenlets.spawn(Greenlets.wrapErrors(() -> "x", IOException.class)).result());
          Greenlets.spawn(Greenlets.wrapErrors(failing, RuntimeException.class)).join();
        });
    assertEquals(1, reports.size());
  }

  @Test
  void killsAndTimeoutsPassUnlessTheyAreNamed() throws Exception {
    run(
        () -> {
          Callable<String> waiting =
              () -> {
                forever();
                return "never";
              };
          Greenlet<Attempt<String>> killed =
              Greenlets.spawn(Greenlets.wrapErrors(waiting, Throwable.class));
          Greenlet<Attempt<String>> named =
              Greenlets.spawn(Greenlets.wrapErrors(waiting, GreenletExit.class));
          Greenlets.yieldNow();
          Greenlets.killAll(List.of(killed, named));
          assertTrue(killed.isCancelled());
          assertTrue(named.result() instanceof Attempt.Threw);
          assertThrows(
              TimeoutExpired.class,
              () ->
                  Greenlets.withTimeout(
                      Duration.ofSeconds(1), Greenlets.wrapErrors(waiting, Error.class)));
          Attempt<String> outOfTime =
              Greenlets.withTimeout(
                  Duration.ofSeconds(1), Greenlets.wrapErrors(waiting, TimeoutExpired.class));
          switch (outOfTime) {
            case Attempt.Returned<String>(String value) -> trail.step(value);
            case Attempt.Threw<String>(Throwable error) -> trail.step(error.getMessage());
          }
        });
    trail.is("Timeout[PT1S] expired");
  }
}

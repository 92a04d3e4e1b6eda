package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A greenlet that returns and one that fails, asked before and after their ends. */
final class GreenletState {

  private GreenletState() {}

  static void run() {
    Greenlet<String> winner = spawn(GreenletState::win);
    Greenlet<@Nullable Void> loser = spawn(GreenletState::fail);

    IO.println(winner.isStarted()); // true
    IO.println(loser.isStarted()); // true

    // A failure stays inside its greenlet: joinAll does not throw it
    joinAll(winner, loser);

    IO.println(winner.value()); // "You win!"
    IO.println(loser.value()); // null

    IO.println(winner.isReady()); // true
    IO.println(loser.isReady()); // true

    IO.println(winner.isSuccessful()); // true
    IO.println(loser.isSuccessful()); // false

    // Nobody waited for its result, so the hub has logged the failure. It can still be looked at,
    // and loser.result() would throw it
    IO.println(Objects.requireNonNull(loser.exception()).getMessage());
  }

  private static String win() {
    return "You win!";
  }

  private static void fail() throws Exception {
    throw new Exception("You fail at failing.");
  }
}

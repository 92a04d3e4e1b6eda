package dev.celadon.examples.tutorial;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A class of its own for what a greenlet does, with fields for what it needs. */
final class GreenletClass {

  private GreenletClass() {}

  private static final class MyGreenlet extends Greenlet<@Nullable Void> {

    private final String message;
    private final Duration time;

    MyGreenlet(String message, Duration time) {
      this.message = message;
      this.time = time;
    }

    @Override
    protected @Nullable Void run() {
      IO.println(message);
      Greenlets.sleep(time);
      return null;
    }
  }

  static void run() {
    MyGreenlet greenlet = new MyGreenlet("Hi there!", Duration.ofSeconds(3));
    greenlet.start();
    greenlet.join();
  }
}

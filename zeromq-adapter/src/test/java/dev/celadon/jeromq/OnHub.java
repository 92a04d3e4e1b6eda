package dev.celadon.jeromq;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.zeromq.ContextOptions;
import dev.celadon.zeromq.IoMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the body of a test as the first greenlet of a hub, with a context that is closed behind it.
 */
final class OnHub {

  static final Duration LONG = Duration.ofSeconds(20);

  /** The body of a test. */
  interface WithContext {
    void run(ZContext context) throws Exception;
  }

  private OnHub() {}

  /** Fails for what fails in any greenlet. */
  static void run(IoMode io, WithContext body) throws Exception {
    List<Throwable> failures = new ArrayList<>();
    Hub.run(
        HubOptions.defaults().withErrorHandler((source, failure) -> failures.add(failure)),
        () ->
            Greenlets.withTimeout(
                LONG,
                () -> {
                  try (ZContext context = new ZContext(ContextOptions.defaults().withIo(io))) {
                    body.run(context);
                  }
                  return null;
                }));
    if (!failures.isEmpty()) {
      throw new AssertionError("greenlets failed: " + failures, failures.getFirst());
    }
  }
}

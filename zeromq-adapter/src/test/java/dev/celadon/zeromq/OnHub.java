package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.Greenlets;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Runs the body of a test as the first greenlet of a hub, with a context that is closed behind it.
 */
final class OnHub {

  static final Duration LONG = Duration.ofSeconds(20);
  static final Duration SHORT = Duration.ofMillis(30);

  /** The body of a test. */
  interface WithContext {
    void run(ZmqContext context) throws Exception;
  }

  private OnHub() {}

  static void run(IoMode io, WithContext body) throws Exception {
    run(
        () ->
            Greenlets.withTimeout(
                Duration.ofSeconds(45),
                () -> {
                  try (ZmqContext context =
                      ZmqContext.open(
                          ContextOptions.defaults().withIo(io).withLinger(Duration.ZERO))) {
                    body.run(context);
                  }
                  return null;
                }));
  }

  /** Fails for what fails in any greenlet, unless it is the end of a socket or of patience. */
  static void run(Body body) throws Exception {
    List<Throwable> failures = new ArrayList<>();
    Hub.run(
        HubOptions.defaults()
            .withErrorHandler(
                (source, failure) -> {
                  if (!(failure instanceof ZmqClosedException
                      || failure instanceof ZmqTimeoutException)) {
                    failures.add(failure);
                  }
                }),
        body);
    if (!failures.isEmpty()) {
      throw new AssertionError("greenlets failed: " + failures, failures.getFirst());
    }
  }

  static int descriptors() {
    return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
  }

  static int openFilesLimit() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/limits"), UTF_8).stream()
            .filter(one -> one.startsWith("Max open files"))
            .findFirst()
            .orElseThrow();
    String soft = Pattern.compile("\\s{2,}").splitAsStream(line).toList().get(1);
    return soft.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(soft);
  }
}

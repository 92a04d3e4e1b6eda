package dev.celadon.hub;

import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the hubs of this JVM run their greenlets, and why so. See {@link Hub#carrierMode}.
 *
 * <p>Direct mode is taken where the JVM lets it; the system property {@value #PROPERTY}, {@code
 * direct} or {@code portable}, decides otherwise. It is read once, at the first hub.
 *
 * <p>Immutable.
 *
 * @param kind the mode
 * @param reason why this one, and how to get the other
 */
public record CarrierMode(Kind kind, String reason) {

  /** The system property that chooses. */
  public static final String PROPERTY = "celadon.carrier";

  /** The ways in which greenlets can take turns. */
  public enum Kind {
    /**
     * Greenlets are virtual threads whose scheduler is the hub: a blocking call of any library
     * gives the turn back.
     */
    DIRECT,
    /**
     * Greenlets are ordinary virtual threads that pass the turn on among themselves. Every call of
     * Celadon works as in direct mode, at several times the cost; a blocking call of another
     * library holds the hub as long as it lasts, and a kill or timeout arrives after it.
     */
    PORTABLE
  }

  private static final class Chosen {
    static final CarrierMode MODE = choose(System.getProperty(PROPERTY));
  }

  /** What this JVM runs; tells of it in the log, the first time. */
  static CarrierMode chosen() {
    return Chosen.MODE;
  }

  static CarrierMode choose(@Nullable String wish) {
    Logger log = LoggerFactory.getLogger(Hub.class);
    return switch (wish == null ? "" : wish.toLowerCase(Locale.ROOT)) {
      case "" -> asPossible(log);
      case "portable" -> told(log, new CarrierMode(Kind.PORTABLE, "chosen by -D" + PROPERTY));
      case "direct" -> told(log, asDemanded());
      default ->
          throw new IllegalArgumentException(
              "-D%s=%s names no mode: use direct or portable".formatted(PROPERTY, wish));
    };
  }

  private static CarrierMode told(Logger log, CarrierMode mode) {
    log.info("greenlets run in {}", mode);
    return mode;
  }

  private static CarrierMode asPossible(Logger log) {
    String obstacle = obstacle();
    if (obstacle == null) {
      return told(log, new CarrierMode(Kind.DIRECT, "the JVM lets hubs schedule virtual threads"));
    }
    log.warn(
        "greenlets run in portable mode, slower, and held up by blocking calls of other libraries:"
            + " {}. -D{}=portable silences this warning",
        obstacle,
        PROPERTY);
    return new CarrierMode(Kind.PORTABLE, obstacle);
  }

  /**
   * Why direct mode cannot be. A virtual thread that asks first has a platform thread look, which
   * initialises {@link DirectCarrier} then: a class that waits for another thread while it is being
   * initialised would lock that thread out of its own methods.
   */
  private static @Nullable String obstacle() {
    if (!Thread.currentThread().isVirtual()) {
      return DirectCarrier.obstacle();
    }
    FutureTask<@Nullable String> look = new FutureTask<>(DirectCarrier::obstacle);
    Thread.ofPlatform().name("celadon-start").start(look);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return look.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new LinkageError("the look for direct mode", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static CarrierMode asDemanded() {
    String obstacle = obstacle();
    if (obstacle != null) {
      throw new IllegalStateException(
          "-D%s=direct, but Celadon cannot run greenlets so here: %s"
              .formatted(PROPERTY, obstacle));
    }
    return new CarrierMode(Kind.DIRECT, "chosen by -D" + PROPERTY);
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + " mode (" + reason + ")";
  }
}

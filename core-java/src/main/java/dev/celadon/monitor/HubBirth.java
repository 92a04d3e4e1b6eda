package dev.celadon.monitor;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubExtension;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What happens at the birth of every hub: it is watched if the system property {@code
 * celadon.monitor} says so, and shows its greenlets to flight recordings that ask for them.
 *
 * <p>Immutable.
 */
public final class HubBirth implements HubExtension {

  private static final String PROPERTY = "celadon.monitor";

  /** For the service loader. */
  public HubBirth() {}

  @Override
  public void opened(Hub hub) {
    MonitorOptions options = optionsOf(System.getProperty(PROPERTY));
    if (options != null) {
      HubMonitor _ = HubMonitor.watch(hub, options);
    }
    FlightEvents.opened();
  }

  /** The options that the property asks for, or null. */
  static @Nullable MonitorOptions optionsOf(@Nullable String property) {
    String text = property == null ? "false" : property.strip().toLowerCase(Locale.ROOT);
    return switch (text) {
      case "false", "off", "no", "0" -> null;
      case "true", "on", "yes", "" -> MonitorOptions.defaults();
      default -> MonitorOptions.defaults().withMaxBlockingTime(Duration.ofMillis(millisOf(text)));
    };
  }

  private static long millisOf(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "the system property "
              + PROPERTY
              + " must be true, false or a number of milliseconds: "
              + text,
          e);
    }
  }
}

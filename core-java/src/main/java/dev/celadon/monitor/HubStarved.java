package dev.celadon.monitor;

import dev.celadon.hub.Hub;
import java.time.Duration;
import java.util.List;

/**
 * Ready work of a hub had to wait for longer than the limit although no single greenlet held the
 * hub for so long: there is more work than one thread can do, or it comes in too large pieces.
 *
 * <p>Immutable, but for {@code info}.
 *
 * @param hub the hub
 * @param duration how long a piece of work that the monitor handed over has waited, at least
 * @param runs how many other pieces of work ran meanwhile
 * @param info lines about the circumstances, which a listener may change
 */
public record HubStarved(Hub hub, Duration duration, long runs, List<String> info)
    implements HubStall {

  @Override
  public String format() {
    StringBuilder text = new StringBuilder(200);
    text.append(hub)
        .append(" is starved: ready work waited for at least ")
        .append(duration.toMillis())
        .append(" ms while ")
        .append(runs)
        .append(" other pieces of work ran");
    Words.addLines(text, info, "  ");
    return text.toString();
  }
}

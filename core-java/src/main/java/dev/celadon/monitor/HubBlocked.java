package dev.celadon.monitor;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.RawGreenlet;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One greenlet holds its hub: it has not given its turn away for longer than the limit. gevent's
 * {@code EventLoopBlocked}.
 *
 * <p>Immutable, but for {@code info}.
 *
 * @param hub the hub on which nothing else can run
 * @param greenlet who holds it; null if that is code outside of every greenlet, or if it was over
 *     before one could look
 * @param duration how long at least
 * @param stack where it was a moment ago; empty if it was over before one could look
 * @param info lines about the circumstances, which a listener may change
 */
public record HubBlocked(
    Hub hub,
    @Nullable RawGreenlet greenlet,
    Duration duration,
    List<StackTraceElement> stack,
    List<String> info)
    implements HubStall {

  @Override
  public String format() {
    StringBuilder text = new StringBuilder(200 + 80 * stack.size());
    text.append(hub).append(" is blocked for at least ").append(duration.toMillis()).append(" ms");
    if (greenlet != null) {
      text.append(" by ").append(Words.nameOf(greenlet));
      if (greenlet instanceof Greenlet<?> known) {
        text.append(", spawned at ").append(known.spawnSite());
      }
    }
    Words.addLines(text, info, "  ");
    Words.addStack(text, stack, Integer.MAX_VALUE, "    ");
    return text.toString();
  }
}

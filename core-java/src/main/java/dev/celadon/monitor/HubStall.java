package dev.celadon.monitor;

import dev.celadon.hub.Hub;
import java.time.Duration;
import java.util.List;

/**
 * What a {@link HubMonitor} has to tell: work of a hub had to wait for too long, because of one
 * greenlet or because of many.
 */
public sealed interface HubStall permits HubBlocked, HubStarved {

  /**
   * The hub on which work had to wait.
   *
   * @return the hub
   */
  Hub hub();

  /**
   * How long it has lasted until now, at least.
   *
   * @return a lower bound
   */
  Duration duration();

  /**
   * Lines about the circumstances. A listener may add and change lines before the stall is logged.
   *
   * @return the list itself, mutable, used by the monitor's thread only
   */
  List<String> info();

  /**
   * The stall in words.
   *
   * @return several lines
   */
  String format();
}

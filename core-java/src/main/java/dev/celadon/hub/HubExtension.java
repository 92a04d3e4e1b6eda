package dev.celadon.hub;

import java.util.ServiceLoader;

/**
 * Hears of every hub that is made, for the floors above: monitors, recorders, metrics. Found by
 * {@link ServiceLoader}, once in a program.
 *
 * <p>Implementations are safe for use from any thread.
 */
public interface HubExtension {

  /**
   * A hub was made, and nothing has run on it yet.
   *
   * @param hub the new hub; the calling code does not run on it, and must not wait
   */
  void opened(Hub hub);
}

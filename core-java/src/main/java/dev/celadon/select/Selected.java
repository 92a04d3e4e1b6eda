package dev.celadon.select;

import java.nio.channels.SelectableChannel;
import java.util.List;

/**
 * What {@link Select#select} has found: the channels that are ready, in the order in which they
 * were given.
 *
 * <p>Immutable.
 *
 * @param readable those that can be read, accept, or have reached their end
 * @param writable those that have room, or whose connection stands
 */
public record Selected(List<SelectableChannel> readable, List<SelectableChannel> writable) {

  /** Copies the lists. */
  public Selected {
    readable = List.copyOf(readable);
    writable = List.copyOf(writable);
  }

  /**
   * Whether nothing is ready: time was over first.
   *
   * @return true if both lists are empty
   */
  public boolean isEmpty() {
    return readable.isEmpty() && writable.isEmpty();
  }
}

package dev.celadon.hub;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A value that every hub has one of: the slot in which an upper floor keeps what belongs to a hub.
 *
 * <p>Kept in a static field, like a {@link ThreadLocal}. The value is made at the first use and
 * lives as long as its hub.
 *
 * <p>Safe for use from any thread; the value itself is used on its hub only.
 *
 * @param <T> the type of the value
 */
public final class HubLocal<T> {

  private static final AtomicInteger NEXT_SLOT = new AtomicInteger();

  final int slot = NEXT_SLOT.getAndIncrement();
  final Function<? super Hub, ? extends T> initial;

  /**
   * Makes a slot.
   *
   * @param initial makes the value of a hub, at its first use, in the greenlet that uses it; must
   *     not wait
   */
  public HubLocal(Function<? super Hub, ? extends T> initial) {
    this.initial = Objects.requireNonNull(initial, "initial");
  }
}

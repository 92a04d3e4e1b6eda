package dev.celadon.greenlet;

import java.util.Objects;

/**
 * The hold of a {@code try} block on a greenlet that must not outlive it; see {@link
 * Greenlet#killOnClose}.
 *
 * <p>Immutable.
 *
 * @param greenlet which must not outlive the block
 */
public record GreenletScope(Greenlet<?> greenlet) implements AutoCloseable {

  /** Checks that there is one. */
  public GreenletScope {
    Objects.requireNonNull(greenlet, "greenlet");
  }

  /**
   * Kills the greenlet and waits for its end; whoever wants it to end by itself joins it in the
   * block. Switches unless it has ended.
   */
  @Override
  public void close() {
    greenlet.kill();
  }
}

package dev.celadon.hub;

import org.jspecify.annotations.Nullable;

/**
 * Ends a greenlet from outside: what {@code kill} throws into it at its next switch point.
 *
 * <p>A greenlet that ends with it counts as successful, and nothing is reported.
 */
public final class GreenletExit extends SwitchPointError {

  private static final long serialVersionUID = 1L;

  /** Makes an exit without a message. */
  public GreenletExit() {
    this("killed");
  }

  /**
   * Makes an exit that says why.
   *
   * @param message why the greenlet has to end
   */
  public GreenletExit(@Nullable String message) {
    super(message);
  }
}

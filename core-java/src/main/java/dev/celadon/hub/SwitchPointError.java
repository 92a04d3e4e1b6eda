package dev.celadon.hub;

import org.jspecify.annotations.Nullable;

/**
 * Something thrown into a greenlet from outside, which arrives at a switch point: a kill, a
 * timeout.
 *
 * <p>An {@link Error}, so that {@code catch (Exception e)} does not eat it by mistake. Code that
 * catches it to clean up throws it on.
 */
public abstract class SwitchPointError extends Error {

  private static final long serialVersionUID = 1L;

  /**
   * For the kinds of it.
   *
   * @param message what happened
   */
  protected SwitchPointError(@Nullable String message) {
    super(message);
  }
}

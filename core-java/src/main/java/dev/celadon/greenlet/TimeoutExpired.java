package dev.celadon.greenlet;

import dev.celadon.hub.SwitchPointError;

/**
 * A {@link Timeout} is over. Thrown at the next switch point of the greenlet that started it.
 *
 * <p>An {@link Error}, so that {@code catch (Exception e)} does not eat it by mistake. Whoever
 * catches it asks {@link #timeout} whose it is, and throws a foreign one on.
 */
public final class TimeoutExpired extends SwitchPointError {

  private static final long serialVersionUID = 1L;

  private final transient Timeout timeout;

  TimeoutExpired(Timeout timeout) {
    super(timeout + " expired");
    this.timeout = timeout;
  }

  /**
   * Whose expiry this is.
   *
   * @return the timeout that threw this
   */
  public Timeout timeout() {
    return timeout;
  }
}

package dev.celadon.hub;

/**
 * A call that would wait was made where nothing may wait: in a callback of the hub, or in a
 * coroutine slice.
 *
 * <p>All callbacks of a hub share one greenlet. If one of them waited, all the others would wait
 * with it.
 */
public final class BlockingSwitchOut extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message what was called and what to call instead
   */
  public BlockingSwitchOut(String message) {
    super(message);
  }
}

package dev.celadon.select;

/**
 * Thrown if a second greenlet or thread reads from, or writes to, what another one is reading from
 * or writing to already: their bytes would mix. One may read while another writes.
 */
public final class ConcurrentUseException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  /**
   * Makes the exception.
   *
   * @param message what is in use, by whom, and what to do
   */
  public ConcurrentUseException(String message) {
    super(message);
  }
}

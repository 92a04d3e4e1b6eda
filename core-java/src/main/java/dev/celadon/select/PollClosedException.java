package dev.celadon.select;

/** Thrown to whoever uses a {@link Poll} that is closed, or waits in it when it is closed. */
public final class PollClosedException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  /**
   * Makes the exception.
   *
   * @param message what was closed, and what to do
   */
  public PollClosedException(String message) {
    super(message);
  }
}

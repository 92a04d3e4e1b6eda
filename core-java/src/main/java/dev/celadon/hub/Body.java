package dev.celadon.hub;

/**
 * What a greenlet does when it has no result to give: a {@link Runnable} that may throw anything.
 *
 * <p>Its twin with a result is {@link java.util.concurrent.Callable}.
 */
@FunctionalInterface
public interface Body {

  /**
   * Does the work.
   *
   * @throws Exception whatever the work throws; the greenlet ends with it
   */
  void run() throws Exception;
}

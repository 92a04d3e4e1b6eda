package dev.celadon.hub;

/**
 * Something that becomes ready, so that one can wait for the first, or for all, of several of them.
 *
 * <p>Implementations are safe for use from any thread.
 */
public interface Waitable {

  /**
   * Whether there is nothing to wait for. With other threads around, the answer may be old at once.
   *
   * @return true if a wait would not switch
   */
  boolean isReady();

  /**
   * Adds a waiter. Never switches.
   *
   * @param waiter granted when this becomes ready, and takes nothing by that; to be taken back with
   *     {@link #unregister}
   * @return false if this is ready: the waiter was not added
   */
  boolean register(Waiter waiter);

  /**
   * Takes a waiter back whose wait is over.
   *
   * @param waiter what was given to {@link #register}
   */
  void unregister(Waiter waiter);
}

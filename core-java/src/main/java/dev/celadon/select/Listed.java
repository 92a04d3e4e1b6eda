package dev.celadon.select;

import org.jspecify.annotations.Nullable;

/**
 * What stands in the list of a channel's {@link ChannelWaits}: a wait that ends when it is told
 * ({@link Readiness}), or an interest that is listed again and again ({@link Interest}).
 *
 * <p>Confined to its hub while it is listed.
 */
abstract class Listed {

  @Nullable Listed before;

  @Nullable Listed behind;

  /** What is waited for: a set of the OP constants. */
  abstract int operations();

  /**
   * The loop's call: the channel is ready, and this is not listed any more. Must neither wait nor
   * run user code.
   *
   * @param heard the operations that are ready; none if the channel is closed
   */
  abstract void ready(int heard);
}

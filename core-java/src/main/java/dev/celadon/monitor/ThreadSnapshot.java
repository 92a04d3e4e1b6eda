package dev.celadon.monitor;

import java.util.List;

/**
 * What a platform thread was doing at the moment of a {@link RunReport}.
 *
 * <p>Immutable.
 *
 * @param thread the thread
 * @param state its state
 * @param stack where it was
 */
public record ThreadSnapshot(Thread thread, Thread.State state, List<StackTraceElement> stack) {

  /** Copies the stack. */
  public ThreadSnapshot {
    stack = List.copyOf(stack);
  }
}

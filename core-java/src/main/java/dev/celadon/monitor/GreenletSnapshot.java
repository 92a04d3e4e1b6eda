package dev.celadon.monitor;

import dev.celadon.hub.RawGreenlet;
import java.util.List;

/**
 * What a greenlet was doing at the moment of a {@link RunReport}.
 *
 * <p>Immutable; the greenlet in it goes on.
 *
 * @param greenlet the greenlet
 * @param name its name
 * @param state what it did, in words: running, ready, or what it waited for
 * @param stack where it was; empty before its first turn, or if no stacks were asked for
 */
public record GreenletSnapshot(
    RawGreenlet greenlet, String name, String state, List<StackTraceElement> stack) {

  /** Copies the stack. */
  public GreenletSnapshot {
    stack = List.copyOf(stack);
  }
}

package dev.celadon.monitor;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.RawGreenlet;
import java.util.List;

/** How reports name greenlets and show stacks. */
final class Words {

  private Words() {}

  /** The name; a subclass's own {@code toString} must not break a report. */
  static String nameOf(RawGreenlet greenlet) {
    if (greenlet instanceof Greenlet<?> known) {
      return known.name();
    }
    try {
      return greenlet.toString();
    } catch (RuntimeException e) {
      return greenlet.getClass().getName() + " (its toString failed: " + e + ")";
    }
  }

  static void addLines(StringBuilder text, List<String> lines, String indent) {
    lines.forEach(line -> text.append('\n').append(indent).append(line));
  }

  static void addStack(
      StringBuilder text, List<StackTraceElement> stack, int frames, String indent) {
    stack.stream()
        .limit(frames)
        .forEach(frame -> text.append('\n').append(indent).append("at ").append(frame));
    if (stack.size() > frames) {
      text.append('\n').append(indent).append("... ").append(stack.size() - frames).append(" more");
    }
  }
}

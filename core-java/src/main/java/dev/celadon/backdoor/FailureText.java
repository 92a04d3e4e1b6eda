package dev.celadon.backdoor;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a snippet threw, with the stack down to the snippet. */
record FailureText(Throwable failure) {

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    Set<Throwable> told = Collections.newSetFromMap(new IdentityHashMap<>());
    String relation = "";
    for (Throwable one = failure; one != null && told.add(one); one = one.getCause()) {
      text.append(relation).append(nameOf(one)).append('\n');
      addFrames(text, one.getStackTrace());
      relation = "Caused by: ";
    }
    return text.toString();
  }

  private static String nameOf(Throwable failure) {
    String message = messageOf(failure);
    return failure.getClass().getName() + (message == null ? "" : ": " + message);
  }

  /** It may be a snippet's own class. */
  private static @Nullable String messageOf(Throwable failure) {
    try {
      return failure.getLocalizedMessage();
    } catch (RuntimeException e) {
      return "no message, since that threw " + e.getClass().getName();
    }
  }

  private static void addFrames(StringBuilder text, StackTraceElement[] frames) {
    for (StackTraceElement frame : frames) {
      if (frame.getClassName().startsWith("REPL.")) {
        if (frame.getMethodName().equals("do_it$")) {
          return; // how it came to be evaluated is no news
        }
        text.append("    at ").append(frame.getMethodName()).append(" of a snippet\n");
      } else {
        text.append("    at ").append(frame).append('\n');
      }
    }
  }
}

package dev.celadon.zeromq;

import java.util.List;
import java.util.stream.Stream;

/** The place of the user's program that has made something, for reports. */
final class Origin {

  private static final StackWalker STACK = StackWalker.getInstance();

  private Origin() {}

  /** The innermost caller that is none of these classes. */
  static String of(Class<?>... ours) {
    List<String> names = Stream.of(ours).map(Class::getName).toList();
    return STACK.walk(
        frames ->
            frames
                .filter(frame -> !frame.getClassName().equals(Origin.class.getName()))
                .filter(frame -> !names.contains(frame.getClassName()))
                .findFirst()
                .map(frame -> frame.toStackTraceElement().toString())
                .orElse("an unknown place"));
  }
}

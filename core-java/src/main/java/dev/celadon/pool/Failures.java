package dev.celadon.pool;

import org.jspecify.annotations.Nullable;

/**
 * Several failures of which one is thrown: the first, with the others as suppressed ones.
 *
 * <p>Confined to the strand that made it.
 */
final class Failures {

  private @Nullable Throwable first;

  void add(@Nullable Throwable failure) {
    if (first == null) {
      first = failure;
    } else if (failure != null && failure != first) {
      first.addSuppressed(failure);
    }
  }

  @Nullable Throwable first() {
    return first;
  }

  void throwFirst() {
    if (first != null) {
      throw Failures.<RuntimeException>unchecked(first);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <E extends Throwable> RuntimeException unchecked(Throwable thrown) throws E {
    throw (E) thrown;
  }
}

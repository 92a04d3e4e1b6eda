package dev.celadon.greenlet;

import dev.celadon.hub.SwitchPointError;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended whose expected errors are results: with a value, or with such an error.
 *
 * <p>gevent's {@code wrap_errors}: a greenlet whose body is wrapped ends well with an expected
 * error, and nobody reports it.
 *
 * <p>Immutable.
 *
 * @param <T> the type of the value
 */
public sealed interface Attempt<T extends @Nullable Object> {

  /**
   * The call returned.
   *
   * @param value what it returned
   * @param <T> the type of the value
   */
  record Returned<T extends @Nullable Object>(T value) implements Attempt<T> {}

  /**
   * The call threw something expected.
   *
   * @param error what it threw
   * @param <T> the type of the value that there is not
   */
  record Threw<T extends @Nullable Object>(Throwable error) implements Attempt<T> {}

  /**
   * Makes a body that returns expected errors instead of throwing them.
   *
   * @param body what to run
   * @param expected the classes of those errors. A kill or timeout counts as expected only if its
   *     own class is named, not as a {@link Throwable} or {@link Error}
   * @param <T> the type of the body's result
   * @return the body to spawn
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  static <T extends @Nullable Object> Callable<Attempt<T>> wrapErrors(
      Callable<? extends T> body, Class<? extends Throwable>... expected) {
    return new WrappedErrors<>(Objects.requireNonNull(body, "body"), List.of(expected));
  }
}

/**
 * A body whose expected errors are results.
 *
 * @param <T> the type of the body's result
 */
record WrappedErrors<T extends @Nullable Object>(
    Callable<? extends T> inner, List<Class<? extends Throwable>> expected)
    implements Callable<Attempt<T>>, WrappedBody {

  @Override
  public Attempt<T> call() throws Exception {
    try {
      return new Attempt.Returned<>(inner.call());
    } catch (Throwable thrown) {
      if (isExpected(thrown)) {
        return new Attempt.Threw<>(thrown);
      }
      throw thrown;
    }
  }

  private boolean isExpected(Throwable thrown) {
    for (Class<? extends Throwable> type : expected) {
      if (type.isInstance(thrown)
          && (!(thrown instanceof SwitchPointError)
              || SwitchPointError.class.isAssignableFrom(type))) {
        return true;
      }
    }
    return false;
  }
}

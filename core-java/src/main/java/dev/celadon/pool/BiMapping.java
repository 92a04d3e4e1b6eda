package dev.celadon.pool;

import org.jspecify.annotations.Nullable;

/**
 * What a group does with each pair of items: a {@link java.util.function.BiFunction} that may throw
 * anything.
 *
 * @param <A> the type of the first items
 * @param <B> the type of the second items
 * @param <R> the type of the results
 */
@FunctionalInterface
public interface BiMapping<
    A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object> {

  /**
   * Does the work for one pair.
   *
   * @param first from the first input
   * @param second from the second input, at the same place
   * @return the result
   * @throws Exception whatever the work throws; it reaches whoever reads the result
   */
  R apply(A first, B second) throws Exception;
}

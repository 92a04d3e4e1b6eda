package dev.celadon.pool;

import org.jspecify.annotations.Nullable;

/**
 * What a group does with each item: a {@link java.util.function.Function} that may throw anything.
 *
 * @param <T> the type of the items
 * @param <R> the type of the results
 */
@FunctionalInterface
public interface Mapping<T extends @Nullable Object, R extends @Nullable Object> {

  /**
   * Does the work for one item.
   *
   * @param item the item
   * @return the result
   * @throws Exception whatever the work throws; it reaches whoever reads the result
   */
  R apply(T item) throws Exception;
}

package dev.celadon.pool;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The work that a mapping makes of its input, made while it is read. */
final class Tasks {

  private Tasks() {}

  static <T extends @Nullable Object, R extends @Nullable Object> Iterable<Callable<R>> of(
      Iterable<? extends T> items, Mapping<? super T, ? extends R> mapping) {
    Objects.requireNonNull(items, "items");
    Objects.requireNonNull(mapping, "mapping");
    return () -> new Single<T, R>(items.iterator(), mapping);
  }

  static <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
      Iterable<Callable<R>> of(
          Iterable<? extends A> first,
          Iterable<? extends B> second,
          BiMapping<? super A, ? super B, ? extends R> mapping) {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(second, "second");
    Objects.requireNonNull(mapping, "mapping");
    return () -> new Zipped<A, B, R>(first.iterator(), second.iterator(), mapping);
  }

  private record Single<T extends @Nullable Object, R extends @Nullable Object>(
      Iterator<? extends T> items, Mapping<? super T, ? extends R> mapping)
      implements Iterator<Callable<R>> {

    @Override
    public boolean hasNext() {
      return items.hasNext();
    }

    @Override
    public Callable<R> next() {
      T item = items.next();
      return () -> mapping.apply(item);
    }
  }

  private record Zipped<
          A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>(
      Iterator<? extends A> first,
      Iterator<? extends B> second,
      BiMapping<? super A, ? super B, ? extends R> mapping)
      implements Iterator<Callable<R>> {

    @Override
    public boolean hasNext() {
      return first.hasNext() && second.hasNext();
    }

    @Override
    public Callable<R> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      A one = first.next();
      B other = second.next();
      return () -> mapping.apply(one, other);
    }
  }
}

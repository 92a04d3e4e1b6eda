package dev.celadon.pool;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.hub.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Group} spreads work over members.
 *
 * <p>Safe for use from any thread.
 */
abstract sealed class Mapper permits Group {

  final Roster roster;

  Mapper(int limit) {
    this.roster = new Roster(this, limit);
  }

  /**
   * Runs something as a member on the current hub and gives its result. A member of this group that
   * calls it runs it itself: a full pool would otherwise wait for its own members. If the caller is
   * killed while it waits, the work goes on. Switches, unless a member calls it with a body that
   * does not.
   *
   * @param body what to run
   * @param <T> the type of its result
   * @return what the body returned
   * @throws java.util.concurrent.CancellationException if the member was killed
   * @throws Exception what the body threw, unchanged
   */
  public final <T extends @Nullable Object> T apply(Callable<? extends T> body) throws Exception {
    if (RawGreenlet.currentOrNull() instanceof Greenlet<?> caller && roster.contains(caller)) {
      return body.call();
    }
    Greenlet<T> greenlet = new Greenlet<>(Hub.current(), body);
    Waiter _ = Waiter.current(); // refused in a callback, before anything has begun
    roster.waitAndStart(greenlet);
    return greenlet.result();
  }

  /**
   * Starts something as a member on the current hub as soon as there is a place for it. Until then
   * it stands in line with those who wait in {@link Group#spawn}, and can be killed there. Never
   * switches.
   *
   * @param body what to run
   * @param <T> the type of its result
   * @return the greenlet, which may not be started yet
   */
  public final <T extends @Nullable Object> Greenlet<T> applyAsync(Callable<? extends T> body) {
    Greenlet<T> greenlet = new Greenlet<>(Hub.current(), body);
    roster.startInTurn(greenlet);
    return greenlet;
  }

  /**
   * Starts something as soon as there is a place for it, with somebody to call with the result; see
   * {@link #applyAsync(Callable)}. Never switches.
   *
   * @param body what to run
   * @param callback gets the result, in a greenlet of its own that is no member; not called after a
   *     failure or a kill
   * @param <T> the type of the result
   * @return the greenlet, which may not be started yet
   */
  public final <T extends @Nullable Object> Greenlet<T> applyAsync(
      Callable<? extends T> body, Consumer<? super T> callback) {
    Greenlet<T> greenlet = new Greenlet<>(Hub.current(), body);
    callWithValue(greenlet, callback);
    roster.startInTurn(greenlet);
    return greenlet;
  }

  private static <T extends @Nullable Object> void callWithValue(
      Greenlet<T> greenlet, Consumer<? super T> callback) {
    Objects.requireNonNull(callback, "callback");
    greenlet.linkValue(
        ended -> {
          if (!ended.isCancelled()) {
            callback.accept(ended.result()); // it has ended
          }
        });
  }

  /**
   * Does the same with all items, each one in a member of its own, and gives the results in the
   * order of the items.
   *
   * <p>If some fail, the failure of the first of them in the order of the items is thrown, as soon
   * as the ones before it have ended; the others go on, and their failures go to the hub's error
   * handler. So does the rest if the caller is killed while it waits. A member of a full pool must
   * not call this: it would wait for places that only it can give. Switches unless there are no
   * items.
   *
   * @param items are read in a greenlet of their own
   * @param mapping what to do with each
   * @param <T> the type of the items
   * @param <R> the type of the results
   * @return the results
   * @throws java.util.concurrent.CancellationException if a member was killed
   * @throws Exception a failure of an item or of the input, unchanged
   */
  public final <T extends @Nullable Object, R extends @Nullable Object> List<R> map(
      Iterable<? extends T> items, Mapping<? super T, ? extends R> mapping) throws Exception {
    return all(imap(items, mapping));
  }

  /**
   * Does the same with all pairs of items; see {@link #map(Iterable, Mapping)}. Ends with the
   * shorter input. Switches unless there are no items.
   *
   * @param first the first items
   * @param second the second items
   * @param mapping what to do with each pair
   * @param <A> the type of the first items
   * @param <B> the type of the second items
   * @param <R> the type of the results
   * @return the results
   * @throws java.util.concurrent.CancellationException if a member was killed
   * @throws Exception a failure of a pair or of an input, unchanged
   */
  public final <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
      List<R> map(
          Iterable<? extends A> first,
          Iterable<? extends B> second,
          BiMapping<? super A, ? super B, ? extends R> mapping)
          throws Exception {
    return all(imap(first, second, mapping));
  }

  private static <R extends @Nullable Object> List<R> all(Results<R> results) {
    List<R> all = new ArrayList<>();
    boolean complete = false;
    try {
      results.forEachRemaining(all::add);
      complete = true;
    } finally {
      if (!complete) {
        results.abandon();
      }
    }
    return all;
  }

  /**
   * Does {@link #map(Iterable, Mapping)} in a greenlet of its own, which is no member. Never
   * switches.
   *
   * @param items are read in a greenlet of their own
   * @param mapping what to do with each
   * @param <T> the type of the items
   * @param <R> the type of the results
   * @return the greenlet, whose result the list is
   */
  public final <T extends @Nullable Object, R extends @Nullable Object> Greenlet<List<R>> mapAsync(
      Iterable<? extends T> items, Mapping<? super T, ? extends R> mapping) {
    Objects.requireNonNull(items, "items");
    Objects.requireNonNull(mapping, "mapping");
    Callable<List<R>> body = () -> map(items, mapping);
    return Greenlet.spawn(body);
  }

  /**
   * Does {@link #map(Iterable, Mapping)} in a greenlet of its own, with somebody to call with the
   * results. Never switches.
   *
   * @param items are read in a greenlet of their own
   * @param mapping what to do with each
   * @param callback gets the results, in a greenlet of its own; not called after a failure or kill
   * @param <T> the type of the items
   * @param <R> the type of the results
   * @return the greenlet, whose result the list is
   */
  public final <T extends @Nullable Object, R extends @Nullable Object> Greenlet<List<R>> mapAsync(
      Iterable<? extends T> items,
      Mapping<? super T, ? extends R> mapping,
      Consumer<? super List<R>> callback) {
    Objects.requireNonNull(callback, "callback");
    Greenlet<List<R>> greenlet = mapAsync(items, mapping);
    callWithValue(greenlet, callback);
    return greenlet;
  }

  /**
   * Begins to do the same with all items, each one in a member of its own, and lets the caller read
   * the results meanwhile, in the order of the items. Never switches.
   *
   * @param items are read in a greenlet of their own
   * @param mapping what to do with each
   * @param <T> the type of the items
   * @param <R> the type of the results
   * @return the results, to be closed
   */
  public final <T extends @Nullable Object, R extends @Nullable Object> Results<R> imap(
      Iterable<? extends T> items, Mapping<? super T, ? extends R> mapping) {
    return new Results<R>(roster, Tasks.of(items, mapping), true, Integer.MAX_VALUE).start();
  }

  /**
   * Begins to do the same with all items, but never has more than so many results that were not
   * read, the ones in work included; see {@link #imap(Iterable, Mapping)}. Never switches.
   *
   * @param items are read in a greenlet of their own
   * @param mapping what to do with each
   * @param maxUnread the bound, at least 1
   * @param <T> the type of the items
   * @param <R> the type of the results
   * @return the results, to be closed
   * @throws IllegalArgumentException if {@code maxUnread} is less than 1
   */
  public final <T extends @Nullable Object, R extends @Nullable Object> Results<R> imap(
      Iterable<? extends T> items, Mapping<? super T, ? extends R> mapping, int maxUnread) {
    return new Results<R>(roster, Tasks.of(items, mapping), true, atLeastOne(maxUnread)).start();
  }

  /**
   * Begins to do the same with all pairs of items; see {@link #imap(Iterable, Mapping)}. Ends with
   * the shorter input. Never switches.
   *
   * @param first the first items
   * @param second the second items
   * @param mapping what to do with each pair
   * @param <A> the type of the first items
   * @param <B> the type of the second items
   * @param <R> the type of the results
   * @return the results, to be closed
   */
  public final <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
      Results<R> imap(
          Iterable<? extends A> first,
          Iterable<? extends B> second,
          BiMapping<? super A, ? super B, ? extends R> mapping) {
    return new Results<R>(roster, Tasks.of(first, second, mapping), true, Integer.MAX_VALUE)
        .start();
  }

  /**
   * As {@link #imap(Iterable, Mapping)}, but the results come in the order of completion. Never
   * switches.
   *
   * @param items are read in a greenlet of their own
   * @param mapping what to do with each
   * @param <T> the type of the items
   * @param <R> the type of the results
   * @return the results, to be closed
   */
  public final <T extends @Nullable Object, R extends @Nullable Object> Results<R> imapUnordered(
      Iterable<? extends T> items, Mapping<? super T, ? extends R> mapping) {
    return new Results<R>(roster, Tasks.of(items, mapping), false, Integer.MAX_VALUE).start();
  }

  /**
   * As {@link #imap(Iterable, Mapping, int)}, but the results come in the order of completion.
   * Never switches.
   *
   * @param items are read in a greenlet of their own
   * @param mapping what to do with each
   * @param maxUnread the bound, at least 1
   * @param <T> the type of the items
   * @param <R> the type of the results
   * @return the results, to be closed
   * @throws IllegalArgumentException if {@code maxUnread} is less than 1
   */
  public final <T extends @Nullable Object, R extends @Nullable Object> Results<R> imapUnordered(
      Iterable<? extends T> items, Mapping<? super T, ? extends R> mapping, int maxUnread) {
    return new Results<R>(roster, Tasks.of(items, mapping), false, atLeastOne(maxUnread)).start();
  }

  /**
   * As {@link #imap(Iterable, Iterable, BiMapping)}, but the results come in the order of
   * completion. Never switches.
   *
   * @param first the first items
   * @param second the second items
   * @param mapping what to do with each pair
   * @param <A> the type of the first items
   * @param <B> the type of the second items
   * @param <R> the type of the results
   * @return the results, to be closed
   */
  public final <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
      Results<R> imapUnordered(
          Iterable<? extends A> first,
          Iterable<? extends B> second,
          BiMapping<? super A, ? super B, ? extends R> mapping) {
    return new Results<R>(roster, Tasks.of(first, second, mapping), false, Integer.MAX_VALUE)
        .start();
  }

  private static int atLeastOne(int maxUnread) {
    if (maxUnread < 1) {
      throw new IllegalArgumentException(
          "maxUnread must be at least 1: " + maxUnread + "; leave it out for no bound");
    }
    return maxUnread;
  }
}

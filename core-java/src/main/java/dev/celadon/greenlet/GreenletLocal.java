package dev.celadon.greenlet;

import dev.celadon.hub.Body;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A variable of which every greenlet has its own; gevent's {@code local}. Usually in a static
 * field.
 *
 * <p>A new greenlet inherits nothing: it begins with the initial value. {@link ContextSnapshot}
 * carries chosen ones over. A plain thread has its own value too. The callbacks of a hub share one:
 * what one of them sets, the next one sees; {@link #where} leaves nothing behind.
 *
 * <p>A greenlet's values are free for collection when it has ended. A local that nobody refers to
 * is free at once, and its values at the latest with the greenlets that have them. None of its
 * calls switches, unless what it calls does.
 *
 * <p>Safe for use from any thread.
 *
 * @param <T> the type of the value
 */
public final class GreenletLocal<T extends @Nullable Object> {

  /** Stands for a null that was set. */
  private static final Object NOTHING = new Object();

  private final Supplier<? extends T> initial;

  /** Null if nothing is set. Every greenlet is a thread of its own, so this is all it takes. */
  @SuppressWarnings("ThreadLocalUsage") // the local itself is what stands in a static field
  private final ThreadLocal<@Nullable Object> contents = new ThreadLocal<>();

  private GreenletLocal(Supplier<? extends T> initial) {
    this.initial = initial;
  }

  /**
   * Makes a local that is null until it is set.
   *
   * @param <T> the type of the value
   * @return the local
   */
  public static <T> GreenletLocal<@Nullable T> create() {
    return new GreenletLocal<@Nullable T>(() -> null);
  }

  /**
   * Makes a local with an initial value.
   *
   * @param initial makes the value of a greenlet at its first {@link #get}, in that greenlet
   * @param <T> the type of the value
   * @return the local
   */
  public static <T extends @Nullable Object> GreenletLocal<T> withInitial(
      Supplier<? extends T> initial) {
    return new GreenletLocal<>(Objects.requireNonNull(initial, "initial"));
  }

  /**
   * The calling greenlet's value.
   *
   * @return what was set, or else the initial value
   */
  @SuppressWarnings({
    "unchecked",
    "NullAway"
  }) // NOTHING stands for the null of a T that may be null
  public T get() {
    Object content = contents.get();
    if (content == null) {
      T first = initial.get();
      set(first);
      return first;
    }
    return content == NOTHING ? null : (T) content;
  }

  /**
   * Sets the calling greenlet's value.
   *
   * @param value the value
   */
  public void set(T value) {
    contents.set(value == null ? NOTHING : value);
  }

  /**
   * Whether the calling greenlet has a value: by {@link #set}, or by an earlier {@link #get}.
   *
   * @return false if {@link #get} would make the initial value
   */
  public boolean isSet() {
    return contents.get() != null;
  }

  /** Takes the calling greenlet's value away; the next {@link #get} makes the initial one. */
  public void remove() {
    contents.remove();
  }

  /**
   * Runs something with another value, and restores what was before.
   *
   * @param value the value meanwhile
   * @param body what to run
   * @param <R> the type of its result
   * @return what the body returned
   * @throws Exception what the body threw
   */
  public <R extends @Nullable Object> R where(T value, Callable<? extends R> body)
      throws Exception {
    Objects.requireNonNull(body, "body");
    Object before = exchange(value == null ? NOTHING : value);
    try {
      return body.call();
    } finally {
      Object _ = exchange(before);
    }
  }

  /**
   * Runs something without a result with another value, and restores what was before.
   *
   * @param value the value meanwhile
   * @param body what to run
   * @throws Exception what the body threw
   */
  public void where(T value, Body body) throws Exception {
    Objects.requireNonNull(body, "body");
    Object before = exchange(value == null ? NOTHING : value);
    try {
      body.run();
    } finally {
      Object _ = exchange(before);
    }
  }

  /** What is set, as {@link #exchange} takes it; null if nothing is. */
  @Nullable Object content() {
    return contents.get();
  }

  /** Puts a content in place, or none, and gives the one before. */
  @Nullable Object exchange(@Nullable Object content) {
    Object before = contents.get();
    if (content == null) {
      contents.remove();
    } else {
      contents.set(content);
    }
    return before;
  }
}

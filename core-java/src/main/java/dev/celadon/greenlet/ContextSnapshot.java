package dev.celadon.greenlet;

import dev.celadon.hub.Body;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What a greenlet takes along from its spawner, which is nothing unless one asks for it.
 *
 * <pre>{@code
 * ContextSnapshot context = ContextSnapshot.capture().with(USER).with(TRACE);
 * Greenlet<Answer> answer = spawn(context.wrap(() -> ask()));
 * }</pre>
 *
 * <p>It holds the diagnostic context of SLF4J ({@link MDC}), the chosen {@link GreenletLocal}s and
 * the chosen {@link ScopedValue}s, all as they were when it was made. What it puts in place for a
 * body it takes away afterwards, so bodies may run anywhere. None of its calls switches, unless the
 * body does.
 *
 * <p>Immutable.
 */
public final class ContextSnapshot {

  /** A local and what it held; null if nothing was set. */
  private record Held(GreenletLocal<?> local, @Nullable Object content) {}

  private record WrappedCallable<T extends @Nullable Object>(
      ContextSnapshot context, Callable<? extends T> inner) implements Callable<T>, WrappedBody {
    @Override
    public T call() throws Exception {
      return context.call(inner);
    }
  }

  private record WrappedAction(ContextSnapshot context, Body inner) implements Body, WrappedBody {
    @Override
    public void run() throws Exception {
      context.run(inner);
    }
  }

  private final @Nullable Map<String, String> diagnostics;
  private final List<Held> locals;
  private final ScopedValue.@Nullable Carrier scopes;

  private ContextSnapshot(
      @Nullable Map<String, String> diagnostics,
      List<Held> locals,
      ScopedValue.@Nullable Carrier scopes) {
    this.diagnostics = diagnostics;
    this.locals = locals;
    this.scopes = scopes;
  }

  /**
   * Takes the calling greenlet's or thread's diagnostic context.
   *
   * @return the snapshot, without any local or scoped value
   */
  public static ContextSnapshot capture() {
    return new ContextSnapshot(MDC.getCopyOfContextMap(), List.of(), null);
  }

  /**
   * Takes the caller's value of a local as well.
   *
   * @param local which one; if it is not set, it will not be set for the body either
   * @return a snapshot that holds it too
   */
  public ContextSnapshot with(GreenletLocal<?> local) {
    Objects.requireNonNull(local, "local");
    List<Held> more = new ArrayList<>(locals);
    more.add(new Held(local, local.content()));
    return new ContextSnapshot(diagnostics, List.copyOf(more), scopes);
  }

  /**
   * Takes the caller's binding of a scoped value as well.
   *
   * @param value which one; if it is not bound, the body finds what is bound where it runs
   * @param <V> its type
   * @return a snapshot that holds it too
   */
  public <V extends @Nullable Object> ContextSnapshot with(ScopedValue<V> value) {
    if (!Objects.requireNonNull(value, "value").isBound()) {
      return this;
    }
    V bound = value.get();
    return new ContextSnapshot(
        diagnostics,
        locals,
        scopes == null ? ScopedValue.where(value, bound) : scopes.where(value, bound));
  }

  /**
   * Makes a body that runs in this context, wherever it runs.
   *
   * @param body what to run
   * @param <T> the type of its result
   * @return the body to spawn
   */
  public <T extends @Nullable Object> Callable<T> wrap(Callable<? extends T> body) {
    return new WrappedCallable<>(this, Objects.requireNonNull(body, "body"));
  }

  /**
   * Makes a body without a result that runs in this context, wherever it runs.
   *
   * @param body what to run
   * @return the body to spawn
   */
  public Body wrap(Body body) {
    return new WrappedAction(this, Objects.requireNonNull(body, "body"));
  }

  private void run(Body body) throws Exception {
    Object _ =
        call(
            () -> {
              body.run();
              return this; // anything
            });
  }

  private <T extends @Nullable Object> T call(Callable<? extends T> body) throws Exception {
    ContextSnapshot before = exchange();
    try {
      return scopes == null ? body.call() : scopes.call(body::call);
    } finally {
      ContextSnapshot _ = before.exchange();
    }
  }

  /**
   * Puts the diagnostic context and the locals of this snapshot in place where the caller runs, for
   * pieces of code that are no body, such as the slices of a coroutine. The scoped values stay as
   * they are: only a body can have them.
   *
   * @return what was in place before; its {@code exchange()} puts that back
   */
  public ContextSnapshot exchange() {
    Map<String, String> diagnosticsBefore = MDC.getCopyOfContextMap();
    List<Held> localsBefore = new ArrayList<>(locals.size());
    show(diagnostics);
    for (Held held : locals) {
      localsBefore.add(new Held(held.local, held.local.exchange(held.content)));
    }
    return new ContextSnapshot(diagnosticsBefore, localsBefore.reversed(), null);
  }

  private static void show(@Nullable Map<String, String> diagnostics) {
    if (diagnostics == null || diagnostics.isEmpty()) {
      MDC.clear();
    } else {
      MDC.setContextMap(diagnostics);
    }
  }
}

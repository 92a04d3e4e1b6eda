package dev.celadon.threadpool;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Blocking objects made fit for greenlets: each call of their interface runs on a thread of a pool
 * while the caller waits.
 *
 * <pre>{@code
 * Mailer mailer = Offloaded.serial(Mailer.class, new BlockingMailer());
 * mailer.send(letter); // other greenlets go on meanwhile
 * }</pre>
 *
 * <p>Exceptions come out unchanged. A kill or a timeout of the caller ends its wait at once, as in
 * {@link ThreadPool#apply(Callable)}. What a call returns is given out as it is, but for the object
 * itself, which stays wrapped. {@code equals}, {@code hashCode} and {@code toString} never call the
 * object, so that they never wait: two wrappers of one object are equal.
 *
 * <p>Safe for use from any thread.
 */
public final class Offloaded {

  private Offloaded() {}

  /**
   * Wraps an object for the own pool of the hub that calls: several calls may run at the same time,
   * so the object must be safe for use from any thread.
   *
   * @param face the interface whose calls are off-loaded
   * @param target the blocking object
   * @param <T> the interface
   * @return the wrapper
   * @throws IllegalArgumentException if {@code face} is no interface
   */
  public static <T> T proxy(Class<T> face, T target) {
    return wrap(face, target, null);
  }

  /**
   * Wraps an object for a certain pool: as many calls run at the same time as that has threads.
   *
   * @param face the interface whose calls are off-loaded
   * @param target the blocking object
   * @param pool where its calls run
   * @param <T> the interface
   * @return the wrapper
   * @throws IllegalArgumentException if {@code face} is no interface
   */
  public static <T> T proxy(Class<T> face, T target, ThreadPool pool) {
    Objects.requireNonNull(pool, "pool");
    return wrap(face, target, pool);
  }

  /**
   * Wraps an object that only one thread may use at a time, as is the rule for blocking ones: its
   * calls run one after the other, in the order in which they were made, on a pool of one thread
   * that is theirs. That thread ends when it is not needed.
   *
   * @param face the interface whose calls are off-loaded
   * @param target the blocking object
   * @param <T> the interface
   * @return the wrapper; each has a pool of its own, so make one for an object
   * @throws IllegalArgumentException if {@code face} is no interface
   */
  public static <T> T serial(Class<T> face, T target) {
    ThreadPoolOptions options =
        ThreadPoolOptions.defaults().withMaxSize(1).withName("serial-" + face.getSimpleName());
    return wrap(face, target, new ThreadPool(options));
  }

  private static <T> T wrap(Class<T> face, T target, @Nullable ThreadPool pool) {
    Objects.requireNonNull(face, "face");
    Objects.requireNonNull(target, "target");
    if (!face.isInterface()) {
      throw new IllegalArgumentException(
          "face must be an interface: "
              + face.getName()
              + "; for the calls of a class use ThreadPool.offload(() -> ..)");
    }
    return face.cast(
        Proxy.newProxyInstance(
            face.getClassLoader(), new Class<?>[] {face}, new Calls(target, pool)));
  }

  /** What a wrapper does. Without a pool: the one of the current hub. */
  private record Calls(Object target, @Nullable ThreadPool pool) implements InvocationHandler {

    @Override
    public @Nullable Object invoke(
        Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
      if (method.getDeclaringClass() == Object.class) {
        return switch (method.getName()) {
          case "equals" -> isWrapperOfTarget(Objects.requireNonNull(arguments)[0]);
          case "hashCode" -> System.identityHashCode(target);
          default -> "Offloaded[" + target.getClass().getName() + "]";
        };
      }
      Callable<@Nullable Object> call = () -> call(method, arguments);
      Object result = pool == null ? ThreadPool.offload(call) : pool.apply(call);
      return result == target ? proxy : result;
    }

    private @Nullable Object call(Method method, @Nullable Object @Nullable [] arguments)
        throws Exception {
      if (!method.canAccess(target)) {
        method.setAccessible(true); // an interface that is not public
      }
      try {
        return method.invoke(target, arguments);
      } catch (InvocationTargetException e) {
        throw Calls.<RuntimeException>unchecked(e.getCause());
      }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> RuntimeException unchecked(@Nullable Throwable thrown)
        throws E {
      throw (E) Objects.requireNonNull(thrown);
    }

    private boolean isWrapperOfTarget(@Nullable Object other) {
      return other != null
          && Proxy.isProxyClass(other.getClass())
          && Proxy.getInvocationHandler(other) instanceof Calls calls
          && calls.target == target;
    }
  }
}

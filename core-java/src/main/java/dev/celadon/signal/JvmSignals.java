package dev.celadon.signal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's own handling of signals: the one class that knows {@code sun.misc.Signal}.
 *
 * <p>Safe for use from any thread.
 */
final class JvmSignals {
  /*
   * Outside facts. The class sun.misc.Signal belongs to the module jdk.unsupported, which exports it to everybody, but which a small
   * run-time image may lack; and javac warns of every mention of it, which nothing can turn off. So it is reached by reflection. For
   * each arrival, the JVM makes a daemon thread "SIGTERM handler" that calls the handler; arrivals of one signal that follow each
   * other closely may become one. Signal.handle refuses what the JVM keeps for itself, which with -Xrs includes HUP, INT and TERM.
   */
  private static final String MODULE = "jdk.unsupported";

  private JvmSignals() {}

  private static Class<?> type(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new UnsupportedOperationException(
          "this run-time image cannot handle signals: add the module " + MODULE + " to it", e);
    }
  }

  private static Object signal(String name) {
    Objects.requireNonNull(name, "name");
    if (name.startsWith("SIG")) {
      throw new IllegalArgumentException(
          "the name of a signal goes without SIG: " + name + "; use " + name.substring(3));
    }
    try {
      return type("sun.misc.Signal").getConstructor(String.class).newInstance(name);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "this system has no signal " + name + "; kill -l lists what it has", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("sun.misc.Signal is not what it was", e);
    }
  }

  private static @Nullable Object call(
      Object target, String method, Class<?>[] types, Object... arguments) {
    try {
      Method found = type("sun.misc.Signal").getMethod(method, types);
      return found.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new LinkageError("sun.misc.Signal is not what it was", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("sun.misc.Signal is not what it was", e);
    }
  }

  /** The number of a signal, the same for all of its names. */
  static int number(String name) {
    return (int) Objects.requireNonNull(call(signal(name), "getNumber", new Class<?>[0]));
  }

  /** Something for {@link #handle} that runs an action, on the thread that the JVM makes. */
  static Object handler(Runnable action) {
    Class<?> face = type("sun.misc.SignalHandler");
    return Proxy.newProxyInstance(
        face.getClassLoader(),
        new Class<?>[] {face},
        (self, method, arguments) ->
            switch (method.getName()) {
              case "equals" -> self == Objects.requireNonNull(arguments)[0];
              case "hashCode" -> System.identityHashCode(self);
              case "toString" -> "a handler of Celadon";
              default -> {
                action.run();
                yield null;
              }
            });
  }

  /** Puts a handler in the place of another one, which it gives out. */
  static Object handle(String name, Object handler) {
    Object signal = signal(name);
    Class<?>[] types = {signal.getClass(), type("sun.misc.SignalHandler")};
    try {
      return Objects.requireNonNull(call(signal, "handle", types, signal, handler));
    } catch (IllegalArgumentException refused) {
      throw new IllegalArgumentException(
          "the JVM or the system keeps the signal "
              + name
              + " for itself: use another one; HUP, INT and TERM are free unless the JVM runs with"
              + " -Xrs",
          refused);
    }
  }

  /** Sends a signal to this process. */
  static void raise(String name) {
    Object signal = signal(name);
    try {
      Object _ = call(signal, "raise", new Class<?>[] {signal.getClass()}, signal);
    } catch (IllegalArgumentException refused) {
      throw new IllegalArgumentException(
          "the JVM does not raise the signal " + name + ": a handler for it must be there first",
          refused);
    }
  }
}

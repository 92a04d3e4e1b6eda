package dev.celadon.benchmarks;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The JDK's bare continuation under its virtual threads: the floor of every switch. Needs {@code
 * --add-opens java.base/jdk.internal.vm=ALL-UNNAMED}.
 */
final class RawContinuation {

  private static final MethodHandle NEW;
  private static final MethodHandle RUN;
  private static final MethodHandle YIELD;
  private static final MethodHandle IS_DONE;
  private static final Object SCOPE;

  static {
    try {
      Class<?> type = Class.forName("jdk.internal.vm.Continuation");
      Class<?> scopeType = Class.forName("jdk.internal.vm.ContinuationScope");
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
      SCOPE =
          lookup
              .findConstructor(scopeType, MethodType.methodType(void.class, String.class))
              .invoke("benchmark");
      NEW =
          lookup
              .findConstructor(type, MethodType.methodType(void.class, scopeType, Runnable.class))
              .asType(MethodType.methodType(Object.class, Object.class, Runnable.class));
      RUN =
          lookup
              .findVirtual(type, "run", MethodType.methodType(void.class))
              .asType(MethodType.methodType(void.class, Object.class));
      YIELD =
          lookup
              .findStatic(type, "yield", MethodType.methodType(boolean.class, scopeType))
              .asType(MethodType.methodType(boolean.class, Object.class));
      IS_DONE =
          lookup
              .findVirtual(type, "isDone", MethodType.methodType(boolean.class))
              .asType(MethodType.methodType(boolean.class, Object.class));
    } catch (Throwable e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Object continuation;

  RawContinuation(Runnable body) {
    try {
      continuation = (Object) NEW.invokeExact(SCOPE, body);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Mounts the continuation on the calling thread until it yields or ends. */
  void run() {
    try {
      RUN.invokeExact(continuation);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  boolean isDone() {
    try {
      return (boolean) IS_DONE.invokeExact(continuation);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Gives the running continuation's turn away. */
  static void yieldNow() {
    try {
      boolean _ = (boolean) YIELD.invokeExact(SCOPE);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}

package dev.celadon.benchmarks;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;

/**
 * The JDK's bare continuation under its virtual threads: the floor of every switch. Needs {@code
 * --add-opens java.base/jdk.internal.vm=ALL-UNNAMED}.
 */
final class RawContinuation {

  static final List<String> FLAGS = List.of("--add-opens", "java.base/jdk.internal.vm=ALL-UNNAMED");

  private final Object continuation;

  RawContinuation(Runnable body) {
    try {
      continuation = (Object) Doors.NEW.invokeExact(Doors.SCOPE, body);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Mounts the continuation on the calling thread until it yields or ends. */
  void run() {
    try {
      Doors.RUN.invokeExact(continuation);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  boolean isDone() {
    try {
      return (boolean) Doors.IS_DONE.invokeExact(continuation);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Gives the running continuation's turn away. */
  static void yieldNow() {
    try {
      boolean _ = (boolean) Doors.YIELD.invokeExact(Doors.SCOPE);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Opened where a continuation is made: only there are the flags set. */
  private static final class Doors {
    static final MethodHandle NEW;
    static final MethodHandle RUN;
    static final MethodHandle YIELD;
    static final MethodHandle IS_DONE;
    static final Object SCOPE;

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
  }
}

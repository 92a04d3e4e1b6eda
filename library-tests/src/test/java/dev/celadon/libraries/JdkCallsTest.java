package dev.celadon.libraries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.libraries.JdkCall.Action;
import dev.celadon.libraries.JdkCall.Wait;
import dev.celadon.threadpool.ThreadPool;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which waits of the JDK give the turn back, and which hold the hub. */
class JdkCallsTest {

  private final List<String> trail = new ArrayList<>();

  /** The greenlet that ends the wait runs only if the one that waits has given the turn back. */
  @ParameterizedTest
  @EnumSource
  void givesTheTurnBack(JdkCall call) throws Exception {
    assumeTrue(call.givesTheTurnBack, "it holds the hub: see holdsTheHub");
    assumeTrue(How.isDirect(), "portable mode does not promise this: see holdsTheHub");
    Wait wait = call.opening.open();
    Hub.run(
        () -> {
          Greenlet<?> waiter = Greenlets.spawn(() -> step("begin", wait.enter(), "end"));
          Greenlet<?> releaser =
              Greenlets.spawn(
                  () -> {
                    while (!isWaiting(waiter.thread())) {
                      Greenlets.yieldNow();
                    }
                    step("release", wait.release());
                  });
          releaser.result();
          waiter.result();
        });
    assertEquals(List.of("begin", "release", "end"), trail);
  }

  @ParameterizedTest
  @EnumSource
  void holdsTheHub(JdkCall call) throws Exception {
    assumeFalse(call.givesTheTurnBack && How.isDirect(), "it gives the turn back");
    Wait wait = call.opening.open();
    Hub.run(
        () -> {
          Greenlet<?> heart =
              Greenlets.spawn(
                  () -> {
                    while (true) {
                      trail.add("beat");
                      Greenlets.yieldNow();
                    }
                  });
          AtomicBoolean over = new AtomicBoolean();
          Greenlet<?> waiter = Greenlets.spawn(() -> step("begin", wait.enter(), "end"));
          Thread releaser =
              Thread.ofPlatform()
                  .start(
                      () -> {
                        while (!over.get() && !isInside(waiter.thread())) {
                          Thread.onSpinWait();
                        }
                        run(wait.release());
                      });
          waiter.result();
          heart.kill();
          over.set(true);
          releaser.join();
        });
    assertEquals("end", trail.get(trail.indexOf("begin") + 1), () -> trail.toString());
  }

  /** In both modes. */
  @ParameterizedTest
  @EnumSource
  void offloadedItGivesTheTurnBack(JdkCall call) throws Exception {
    assumeFalse(
        call.name().endsWith("INITIALISER"), "a class is initialised once: see holdsTheHub");
    Wait wait = call.opening.open();
    Hub.run(
        () -> {
          AtomicBoolean entered = new AtomicBoolean();
          Greenlet<?> waiter =
              Greenlets.spawn(
                  () -> {
                    trail.add("begin");
                    ThreadPool.offload(
                        () -> {
                          entered.set(true);
                          wait.enter().run();
                        });
                    trail.add("end");
                  });
          while (!entered.get()) {
            Greenlets.yieldNow();
          }
          step("release", wait.release());
          waiter.result();
        });
    assertEquals(List.of("begin", "release", "end"), trail);
  }

  private void step(String before, Action action, String... after) throws Exception {
    trail.add(before);
    action.run();
    trail.addAll(List.of(after));
  }

  private static void run(Action action) {
    try {
      action.run();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isWaiting(Thread thread) {
    return thread != null
        && switch (thread.getState()) {
          case WAITING, TIMED_WAITING, BLOCKED, TERMINATED -> true;
          case NEW, RUNNABLE -> false;
        };
  }

  /** Waits, or is in native code of the call, or in the JVM itself, where it has no frame. */
  private static boolean isInside(Thread thread) {
    if (thread == null) {
      return false;
    }
    StackTraceElement[] stack = thread.getStackTrace();
    return Stream.of(stack).anyMatch(frame -> frame.getMethodName().equals("step"))
        && (isWaiting(thread)
            || stack[0].isNativeMethod()
            || stack[0].getClassName().equals(JdkCall.class.getName()));
  }

  public static final class StandardInput {
    public static void main(String[] args) throws Exception {
      List<String> trail = new ArrayList<>();
      Hub.run(
          () -> {
            Greenlet<?> heart =
                Greenlets.spawn(
                    () -> {
                      while (true) {
                        trail.add("beat");
                        Greenlets.yieldNow();
                      }
                    });
            Greenlet<?> reader =
                Greenlets.spawn(
                    () -> {
                      trail.add("begin");
                      System.out.println("reading");
                      int _ = System.in.read();
                      trail.add("end");
                    });
            reader.result();
            heart.kill();
          });
      System.out.println(trail.get(trail.indexOf("begin") + 1));
    }
  }

  @Test
  void standardInputHoldsTheHub() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-Dceladon.carrier=" + (How.isDirect() ? "direct" : "portable"),
                "-cp",
                System.getProperty("java.class.path"),
                StandardInput.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    assertEquals("reading", output.readLine());
    process.getOutputStream().write('x');
    process.getOutputStream().close();
    assertEquals("end", output.readLine());
    assertEquals(0, process.waitFor());
  }
}

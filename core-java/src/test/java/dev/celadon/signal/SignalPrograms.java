package dev.celadon.signal;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import dev.celadon.sync.Event;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** What the child JVMs of the tests do, by the name of the case. */
final class SignalPrograms {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(300);

  private SignalPrograms() {}

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  public static void main(String[] arguments) throws Exception {
    Hub.run(() -> run(arguments[0]));
    say("main ends");
  }

  private static void run(String what) throws Exception {
    switch (what) {
      case "handler" -> {
        Event done = new Event();
        Signals.on("TERM", done::set);
        Greenlets.currentHub().ref();
        say("ready");
        done.waitUntilSet();
        say("handled");
      }
      case "wait" -> {
        say("ready");
        say("waited for " + Signals.waitFor("TERM", "INT"));
      }
      case "default" -> {
        Signals.on("TERM", () -> {}).cancel();
        say("ready");
        Greenlets.sleep(HOUR);
      }
      case "reduced" -> {
        try {
          Signals.on("TERM", () -> {});
        } catch (IllegalArgumentException e) {
          say(e.getMessage());
        }
      }
      default -> shutDown(what);
    }
  }

  private static void shutDown(String what) throws Exception {
    ShutdownOptions options = ShutdownOptions.defaults().withHooksDeadline(SHORT);
    if (!what.equals("order")) {
      boolean isLong = what.equals("again") || what.equals("exit in a greenlet");
      options = options.withDeadline(isLong ? HOUR : SHORT);
    }
    Shutdown shutdown = Shutdown.install(options);
    shutdown.register("first", _ -> say("first stops"));
    switch (what) {
      case "order" -> {
        shutdown.register("second", left -> stopSlowly());
        Greenlets.spawn(SignalPrograms::cleanUpAtTheEnd);
        Greenlets.yieldNow();
      }
      case "late", "again" -> shutdown.register("stubborn", _ -> stopNever());
      case "hook" -> holdTheLockOfAHook();
      case "log" -> System.setErr(new PrintStream(new FullPipe()));
      case "exit" -> {
        holdTheLockOfAHook();
        say("ready");
        Greenlets.spawnLater(
            Duration.ofMillis(1), () -> Thread.ofPlatform().start(() -> System.exit(0)));
      }
      case "exit in a greenlet" -> {
        Greenlets.spawn(() -> System.exit(3));
        say("ready");
        Greenlets.sleep(HOUR);
      }
      case "stuck" -> {
        say("ready");
        while (true) {
          Thread.onSpinWait();
        }
      }
      default -> throw new IllegalArgumentException(what);
    }
    say("ready");
    say("status " + shutdown.waitUntilOver());
  }

  /** What nobody reads. */
  private static final class FullPipe extends OutputStream {
    @Override
    public void write(int value) {
      while (true) {
        Thread.onSpinWait();
      }
    }
  }

  private static void stopSlowly() {
    Greenlets.sleep(Duration.ofMillis(50));
    say("second stops");
  }

  private static void stopNever() {
    say("stubborn stops");
    try {
      Greenlets.sleep(HOUR);
    } finally {
      say("stubborn is killed");
    }
  }

  private static void cleanUpAtTheEnd() {
    try {
      Greenlets.sleep(HOUR);
    } finally {
      say("clean-up");
    }
  }

  private static void holdTheLockOfAHook() {
    ReentrantLock lock = new ReentrantLock();
    Hub.start("other")
        .spawnRaw(
            () -> {
              lock.lock();
              while (true) {
                try {
                  Greenlets.sleep(HOUR);
                } catch (Error e) {
                  // Does not let itself be killed.
                }
              }
            });
    while (!lock.isLocked()) {
      Thread.onSpinWait();
    }
    Runtime.getRuntime().addShutdownHook(new Thread(lock::lock));
  }
}

package dev.celadon.hub;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the JDK waits for the sockets of virtual threads: on its own threads, or on a hub.
 *
 * <p>A blocking socket call of a virtual thread waits through a poller of the JDK. The pollers are
 * one set per JVM, virtual threads themselves, and run at the JDK's own scheduler by default, which
 * costs two wake-ups between threads for each wait of a greenlet. A hub that is given the pollers
 * runs them in its own turn, at the cost of its own sockets. They can be given and taken back at
 * any time, also while threads wait; a hub that ends gives them back by itself.
 *
 * <p>All virtual threads of the JVM wait through the same pollers: while the hub that has them is
 * held by one of its greenlets, none of them hears of its sockets.
 *
 * <p>For the floors above; programs use {@code dev.celadon.monkey.Monkey}. Safe for use from any
 * thread.
 */
public final class JdkPollers {
  /*
   * What it leans on in the JDK (read in 25.0.3):
   *
   *   The static initialiser of sun.nio.ch.Poller starts one platform thread, "MasterPoller", and some virtual ones, the
   *   sub-pollers. A virtual thread that is made by another one inherits its scheduler. So they are initialised, at the first hub,
   *   from a virtual thread whose scheduler is DOOR, and every later wake-up of a sub-poller goes through DOOR.
   *
   *   A task of a virtual thread may run on any platform thread, and it does not matter on which: the JDK's scheduler runs the
   *   tasks that come through DOOR as it runs its own. So without a hub all is as if nobody had been here.
   *
   *   With -Djdk.pollerMode=1, and on other systems than Linux, the pollers are platform threads, which nobody can give away.
   *
   * Whoever gives the pollers to a hub and whoever ends it may meet. The hook marks the loan as over, then takes it out; the giver
   * puts it in, then looks at the mark: one of the two sees the other.
   */

  /** The loan to a hub; over once the hub has begun to end. */
  private static final class Loan {
    final Hub hub;
    final Executor scheduler;
    @Nullable Runnable hook;
    volatile boolean over;

    Loan(Hub hub, Executor scheduler) {
      this.hub = hub;
      this.scheduler = scheduler;
    }
  }

  /** How the pollers of this JVM came to be. */
  private enum Origin {
    OURS,
    SOMEBODY_WAS_FIRST,
    PLATFORM_THREADS
  }

  private static final AtomicReference<@Nullable Loan> LOAN = new AtomicReference<>();

  /** Written once, before the first hub; read after it. */
  private static Origin origin = Origin.PLATFORM_THREADS;

  private static int count;

  /** The JDK's own scheduler, once the pollers are settled. */
  private static volatile Executor jdk = Runnable::run;

  /** The scheduler of the sub-pollers: whoever has the loan, else the JDK's. */
  private static final Executor DOOR =
      task -> {
        Loan loan = LOAN.get();
        (loan == null ? jdk : loan.scheduler).execute(task);
      };

  private JdkPollers() {}

  /**
   * Why no hub of this JVM can have the pollers.
   *
   * @return the reason and what to do instead, or null if they can be given
   */
  public static @Nullable String obstacle() {
    CarrierMode mode = CarrierMode.chosen();
    if (mode.kind() == CarrierMode.Kind.PORTABLE) {
      return "greenlets run in "
          + mode
          + ", in which a blocking socket holds the hub: use the sockets of dev.celadon.net, or"
          + " ThreadPool.offload, or "
          + DirectCarrier.REMEDY;
    }
    return switch (origin) {
      case OURS -> null;
      case SOMEBODY_WAS_FIRST ->
          "a virtual thread used a socket before the first hub was made, so the JDK's scheduler has"
              + " the pollers for good: call Monkey.patchAll(), or make a hub, before that";
      case PLATFORM_THREADS ->
          "the pollers are platform threads in this JVM, because of -Djdk.pollerMode=1 or the"
              + " operating system: blocking sockets give the turn back all the same; leave the"
              + " property out on Linux";
    };
  }

  /**
   * Gives the pollers to a hub, until {@link #takeBack} or the hub's end; the hub that had them
   * before loses them. Does nothing if it has them. Never switches.
   *
   * @param hub must run by itself: a hub of {@link Hub#run} or {@link Hub#start}
   * @throws IllegalStateException if there is an {@link #obstacle}, or if the hub is a plain
   *     thread's own, which stands still while that thread does something else
   * @throws HubClosedException if the hub's end has begun
   */
  public static void giveTo(Hub hub) {
    Objects.requireNonNull(hub, "hub");
    String obstacle = obstacle();
    if (obstacle != null) {
      throw new IllegalStateException(obstacle);
    }
    if (!hub.runsByItself()) {
      throw new IllegalStateException(
          hub
              + " runs only while "
              + hub.thread()
              + " waits, and nobody in this JVM would hear of a socket in between: use Hub.run or"
              + " Hub.start");
    }
    Loan before = LOAN.get();
    if (before != null && before.hub == hub && !before.over) {
      return;
    }
    Loan loan = new Loan(hub, ((DirectCarrier) hub.carrier()).scheduler());
    loan.hook = hub.onClose(() -> end(loan));
    Loan previous = LOAN.getAndSet(loan);
    if (previous != null) {
      forgetHook(previous);
    }
    if (loan.over) {
      end(loan);
    }
  }

  /**
   * Gives the pollers back to the JDK's scheduler, if a hub has them. Never switches.
   *
   * @param hub from which hub
   * @return false if this hub did not have them
   */
  public static boolean takeBack(Hub hub) {
    Objects.requireNonNull(hub, "hub");
    Loan loan = LOAN.get();
    if (loan == null || loan.hub != hub || !LOAN.compareAndSet(loan, null)) {
      return false;
    }
    forgetHook(loan);
    return true;
  }

  /**
   * The hub that has the pollers.
   *
   * @return the hub, or null if the JDK's scheduler has them
   */
  public static @Nullable Hub holder() {
    Loan loan = LOAN.get();
    return loan == null ? null : loan.hub;
  }

  /**
   * How many pollers there are, readers and writers together. The JDK makes one of each kind for
   * every processor, up to 32; the system properties {@code jdk.readPollers} and {@code
   * jdk.writePollers} say otherwise, at the start of the JVM. On a hub one of each kind is best.
   *
   * @return the number; 0 if no hub can have them
   */
  public static int count() {
    return obstacle() == null ? count : 0;
  }

  private static void end(Loan loan) {
    loan.over = true;
    boolean _ = LOAN.compareAndSet(loan, null);
  }

  private static void forgetHook(Loan loan) {
    Runnable hook = loan.hook;
    if (hook != null) {
      hook.run();
    }
  }

  // --- The start

  /**
   * Has the pollers initialised, before the first greenlet could take them along. Once, on a
   * platform thread.
   *
   * @param builders makes virtual threads with a scheduler of one's own
   * @param jdkScheduler the scheduler of the JDK's virtual threads
   */
  static void settle(Function<Executor, Thread.Builder> builders, Executor jdkScheduler) {
    boolean somebodyWasFirst = isAnyThreadNamed(Set.of("MasterPoller", "Read-Poller"));
    ArrayDeque<Runnable> firstTurn = new ArrayDeque<>(1);
    jdk = firstTurn::add;
    Start start = new Start();
    Thread thread = builders.apply(DOOR).unstarted(start);
    thread.start();
    AtomicInteger cameIn = new AtomicInteger();
    jdk =
        task -> {
          int _ = cameIn.incrementAndGet();
          jdkScheduler.execute(task);
        };
    firstTurn.remove().run(); // on this thread, which may be initialising classes that it needs
    joinFully(thread);
    jdk = jdkScheduler;
    if (start.failure != null) {
      throw start.failure;
    }
    if (somebodyWasFirst) {
      origin = Origin.SOMEBODY_WAS_FIRST;
    } else {
      origin = cameIn.get() > 0 ? Origin.OURS : Origin.PLATFORM_THREADS;
      count = cameIn.get();
    }
  }

  private static final class Start implements Runnable {

    @Nullable Error failure;

    @Override
    public void run() {
      try {
        Class.forName("sun.nio.ch.Poller");
      } catch (ClassNotFoundException e) {
        failure = new NoClassDefFoundError("sun.nio.ch.Poller, of JDK 25");
      } catch (Error e) {
        failure = e;
      }
    }
  }

  private static boolean isAnyThreadNamed(Set<String> names) {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Thread[] threads = new Thread[root.activeCount() + 16];
    int count = root.enumerate(threads, true);
    return Arrays.stream(threads, 0, count).map(Thread::getName).anyMatch(names::contains);
  }

  private static void joinFully(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

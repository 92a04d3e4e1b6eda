package dev.celadon.hub;

import dev.celadon.loop.Parking;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs greenlets as virtual threads whose scheduler is the hub, so that every blocking call of the
 * JDK gives the turn back to it.
 *
 * <p>What it leans on in the JDK (read in 25.0.3):
 *
 * <ul>
 *   <li>{@code java.lang.ThreadBuilders.VirtualThreadBuilder(Executor)}, made for the JDK's own
 *       tests, takes a scheduler;
 *   <li>{@code Thread.currentCarrierThread()} tells whose turn it is also while a virtual thread is
 *       mounted;
 *   <li>a virtual thread asks a scheduler that is a {@link ForkJoinPool} to {@code schedule} its
 *       timed parks;
 *   <li>the run method of a virtual thread returns to its caller, on the carrier, when the thread
 *       parks.
 * </ul>
 *
 * <p>All of it is tried once, at the first hub. This class is the only one that knows these things;
 * {@link JdkPollers} knows those about sockets.
 */
final class DirectCarrier implements Carrier {

  static final String REMEDY =
      "start the JVM with --add-opens java.base/java.lang=ALL-UNNAMED, or put the line 'Add-Opens:"
          + " java.base/java.lang' into the manifest of the executable jar, or set the environment"
          + " variable JDK_JAVA_OPTIONS='--add-opens=java.base/java.lang=ALL-UNNAMED'";

  /** The doors into the JDK, or why they are shut. */
  private record Access(
      @Nullable MethodHandle currentCarrier,
      @Nullable MethodHandle schedulerOf,
      @Nullable MethodHandle carrierOf,
      @Nullable Constructor<?> builder,
      @Nullable String obstacle) {

    static Access open() {
      try {
        MethodHandles.Lookup lookup =
            MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup());
        Class<?> virtual = Class.forName("java.lang.VirtualThread");
        Class<?> builderClass = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder");
        Constructor<?> builder = builderClass.getDeclaredConstructor(Executor.class);
        builder.setAccessible(true);
        Access access =
            new Access(
                lookup.findStatic(
                    Thread.class, "currentCarrierThread", MethodType.methodType(Thread.class)),
                MethodHandles.privateLookupIn(virtual, MethodHandles.lookup())
                    .findGetter(virtual, "scheduler", Executor.class)
                    .asType(MethodType.methodType(Executor.class, Thread.class)),
                MethodHandles.privateLookupIn(virtual, MethodHandles.lookup())
                    .findGetter(virtual, "carrierThread", Thread.class)
                    .asType(MethodType.methodType(Thread.class, Thread.class)),
                builder,
                null);
        SelfTest.run(access);
        JdkPollers.settle(scheduler -> newBuilder(access, scheduler), access.jdkScheduler());
        return access;
      } catch (InaccessibleObjectException | IllegalAccessException e) {
        return shut("java.base does not open java.lang to Celadon: " + REMEDY);
      } catch (ReflectiveOperationException e) {
        return shut(
            "this JDK has no virtual threads with a scheduler of one's own ("
                + e
                + "): use JDK 25");
      } catch (UnsupportedOperationException e) {
        return shut(
            "this JVM runs without continuations (-XX:-VMContinuations?): " + e.getMessage());
      }
    }

    private Executor jdkScheduler() {
      return schedulerOf(Thread.ofVirtual().unstarted(() -> {}));
    }

    Executor schedulerOf(Thread virtualThread) {
      try {
        return (Executor) Objects.requireNonNull(schedulerOf).invokeExact(virtualThread);
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }

    private static Access shut(String obstacle) {
      return new Access(null, null, null, null, obstacle);
    }
  }

  private static final Access ACCESS = Access.open();

  /** Thread.currentCarrierThread(); constant, so that the JIT sees through it. */
  private static final MethodHandle CURRENT_CARRIER =
      Objects.requireNonNullElse(
          ACCESS.currentCarrier, MethodHandles.empty(MethodType.methodType(Thread.class)));

  private final Hub hub;
  private final Thread thread;
  private final CarrierMode mode;
  private final Scheduler scheduler = new Scheduler();

  /**
   * What the hub's maker uses to look services up; threads that inherit nothing would get the
   * system's.
   */
  private final @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

  /** For the hub's own greenlets; confined to the hub. */
  private final Thread.Builder.OfVirtual builder;

  /**
   * While {@link #mount} waits for the task of the thread it mounts. Confined to the hub's thread.
   */
  private boolean capturing;

  private @Nullable Runnable captured;

  private volatile boolean closed;

  DirectCarrier(Hub hub, Thread thread, CarrierMode mode) {
    this.hub = hub;
    this.thread = thread;
    this.mode = mode;
    this.builder = newBuilder(ACCESS, scheduler);
  }

  /**
   * Why greenlets cannot run in this way here, or null if they can. The first call comes from a
   * platform thread, as {@link CarrierMode} sees to: a virtual one would lend its scheduler to the
   * pollers.
   */
  static @Nullable String obstacle() {
    return ACCESS.obstacle;
  }

  /** The hub that schedules a virtual thread, or null. */
  static @Nullable Hub hubOf(Thread virtualThread) {
    if (ACCESS.schedulerOf == null) {
      return null;
    }
    return ACCESS.schedulerOf(virtualThread) instanceof Scheduler scheduler
        ? scheduler.hub()
        : null;
  }

  /** What runs virtual threads on this hub, or where they end after it. */
  Executor scheduler() {
    return scheduler;
  }

  @Override
  public CarrierMode mode() {
    return mode;
  }

  @Override
  public boolean isCurrent() {
    return currentCarrier() == thread;
  }

  @Override
  public boolean waitsElsewhere(Thread greenlet) {
    return switch (greenlet.getState()) {
      case WAITING, TIMED_WAITING -> true;
      default -> false;
    };
  }

  @Override
  public @Nullable Thread running() {
    if (isMounted(hub.lane().thread())) {
      return hub.lane().thread();
    }
    RawGreenlet mounted = hub.liveOnes().find(this::isMounted);
    return mounted == null ? null : mounted.thread();
  }

  private boolean isMounted(@Nullable Thread candidate) {
    MethodHandle carrierOf = ACCESS.carrierOf;
    if (candidate == null || carrierOf == null) {
      return false;
    }
    try {
      return (Thread) carrierOf.invokeExact(candidate) == thread;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static Thread currentCarrier() {
    try {
      return (Thread) CURRENT_CARRIER.invokeExact();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Thread newThread(Tie tie) {
    Thread.Builder.OfVirtual own = isCurrent() ? builder : newBuilder(ACCESS, scheduler);
    Thread made = own.uncaughtExceptionHandler(tie).unstarted(tie);
    if (classLoader != null && made.getContextClassLoader() != classLoader) {
      made.setContextClassLoader(classLoader);
    }
    return made;
  }

  @Override
  public void mount(Tie tie) {
    Thread target = Objects.requireNonNull(tie.thread);
    capturing = true;
    try {
      if (target.getState() == Thread.State.NEW) {
        target.start();
      } else {
        Parking.unpark(target);
      }
    } finally {
      capturing = false;
    }
    Runnable continuation = captured;
    captured = null;
    if (continuation != null) { // else somebody else has woken it: it is on its way
      continuation.run();
    }
  }

  @Override
  public void park() {
    Parking.park();
  }

  @Override
  public void unpark(Tie tie) {
    Parking.unpark(Objects.requireNonNull(tie.thread));
  }

  @Override
  public void yieldNow() {
    Parking.yieldNow();
  }

  @Override
  public void close() {
    closed = true;
    scheduler.shutdown();
  }

  private static Thread.Builder.OfVirtual newBuilder(Access access, Executor scheduler) {
    Constructor<?> builder = Objects.requireNonNull(access.builder, "no hub without access");
    try {
      return ((Thread.Builder.OfVirtual) builder.newInstance(scheduler))
          .inheritInheritableThreadLocals(false);
    } catch (ReflectiveOperationException e) {
      if (e.getCause() instanceof UnsupportedOperationException unsupported) {
        throw unsupported;
      }
      throw new LinkageError("the JDK's builder of virtual threads", e);
    }
  }

  /**
   * The face that the JDK's virtual threads see. It is a {@link ForkJoinPool} only because they
   * hand their timed parks to nothing else; its own queues and threads are never used.
   */
  private final class Scheduler extends ForkJoinPool {

    Scheduler() {
      super(1);
    }

    Hub hub() {
      return hub;
    }

    /**
     * A thread is ready to run. Never throws, and never loses a task: a virtual thread whose task
     * is lost is lost for good.
     */
    @Override
    public void execute(Runnable task) {
      if (closed) {
        Reaper.execute(task);
      } else if (currentCarrier() != thread) {
        if (!hub.post(task)) {
          Reaper.execute(task);
        }
      } else if (capturing) {
        capturing = false;
        captured = task;
      } else {
        hub.loop().enqueue(task);
      }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
      if (closed || currentCarrier() != thread) {
        return Reaper.schedule(command, delay, unit);
      }
      return ParkTimer.start(hub, command, unit.toNanos(delay));
    }
  }

  /** Sees a thread start, run, park with a time limit and end, with a scheduler of one's own. */
  private static final class SelfTest extends ForkJoinPool {

    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
    private final StringBuilder trail = new StringBuilder();

    private SelfTest() {
      super(1);
    }

    static void run(Access access) throws ReflectiveOperationException {
      SelfTest test = new SelfTest();
      Thread thread = newBuilder(access, test).unstarted(test::body);
      thread.start();
      for (Runnable turn = test.ready.poll(); turn != null; turn = test.ready.poll()) {
        turn.run();
        test.trail.append('|');
      }
      test.shutdown();
      if (!test.trail.toString().equals("virtual timer||end|")) {
        throw new ReflectiveOperationException("self-test of the scheduler saw: " + test.trail);
      }
    }

    private void body() {
      trail.append(Thread.currentThread().isVirtual() ? "virtual " : "platform ");
      Parking.parkNanos(1);
      trail.append("end");
    }

    @Override
    public void execute(Runnable task) {
      ready.add(task);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
      trail.append("timer");
      ready.addLast(command);
      return Reaper.schedule(() -> {}, 0, unit);
    }
  }
}

package dev.celadon.pool;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.LoopExit;
import dev.celadon.hub.Strand;
import dev.celadon.hub.SwitchPointError;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Greenlets that live as long as a block of code: it ends when all of them have ended, and if one
 * part fails, all of it does.
 *
 * <pre>{@code
 * TaskGroup.run(tasks -> {
 *   tasks.spawn(() -> pump(client, server));
 *   tasks.spawn(() -> pump(server, client));
 * });
 * }</pre>
 *
 * <p>The block's owner is the greenlet or thread that runs it. What it promises:
 *
 * <ul>
 *   <li>{@link #run} and {@link #call} return or throw only when every greenlet that was spawned in
 *       the block has ended, clean-up included.
 *   <li>The first failure, of a greenlet or of the body, ends the others: greenlets are killed, and
 *       the body, if it still runs, is interrupted at its next switch point. That failure is
 *       thrown, unchanged, and carries later ones as suppressed ones.
 *   <li>A kill of the owner, or a timeout around it, kills the greenlets, and goes on its way when
 *       they have ended, even if there is a failure.
 *   <li>A greenlet of the block that is killed alone is no failure.
 * </ul>
 *
 * <p>It is a block that is passed its body, and not a resource to close, because {@code close()}
 * cannot know whether the body has failed. It is called a task group in asyncio and anyio, a
 * nursery in trio, and a scope in Kotlin and the JDK.
 *
 * <p>Safe for use from any thread: whoever has it may spawn until the block ends.
 */
public final class TaskGroup {
  /*
   * Ends of greenlets come through raw links: in the lane of the owner's hub, on which all of them run, so they never meet the owner
   * running. Links take failures, so none is reported as well. `live` counts by them, and not by the ends themselves, so that no
   * failure is still on its way when the block ends.
   *
   *   phase     spawn                 a failure
   *   BODY      starts a greenlet     becomes `failure`, kills all, interrupts the owner  -> ENDING
   *   JOINING   starts a greenlet     becomes `failure`, kills all                        -> ENDING
   *   ENDING    gives a dead one      is suppressed
   *   OVER      is refused            -
   *
   *   BODY -> JOINING by the body's good end, -> ENDING by its failure; JOINING -> ENDING by something thrown into the owner;
   *   JOINING, ENDING -> OVER when nobody lives.
   *
   * The interrupt is known by its identity. If the body swallows it, the failure is thrown nevertheless; if it has not arrived
   * when the body ends, it is taken back.
   */
  private enum Phase {
    BODY,
    JOINING,
    ENDING,
    OVER
  }

  /**
   * What a block does.
   *
   * @see TaskGroup#run
   */
  @FunctionalInterface
  public interface Block {

    /**
     * Does the work.
     *
     * @param tasks where to spawn
     * @throws Exception whatever the work throws; the block ends with it
     */
    void run(TaskGroup tasks) throws Exception;
  }

  /** Ends the owner's body after a greenlet has failed. */
  @SuppressWarnings("serial") // never leaves the block
  private static final class Interrupt extends SwitchPointError {

    Interrupt() {
      super("a greenlet of the same task group has failed");
    }
  }

  private final Hub hub = Hub.current();
  private final Strand owner = Strand.current();

  /** The shields around the block do not keep its own failures out of it. */
  private final int shieldDepth = owner.shieldDepth();

  /** Its lock guards what follows. The owner waits here until nobody lives. */
  private final WaitQueue exit = new WaitQueue(this);

  private final LinkedHashSet<Greenlet<?>> live = new LinkedHashSet<>();
  private Phase phase = Phase.BODY;

  /** The first failure of a greenlet, while nothing else had ended the block. */
  private @Nullable Throwable failure;

  private final List<Throwable> laterFailures = new ArrayList<>();
  private final Interrupt interrupt = new Interrupt();

  private TaskGroup() {
    Waiter _ = Waiter.current(); // refused in a callback, before anything has begun
  }

  // --- The block

  /**
   * Runs a block and waits for the ends of all greenlets that were spawned in it. Switches unless
   * they have ended.
   *
   * @param block the body; whatever it calls may spawn into the group
   * @throws IllegalStateException on a virtual thread that belongs to no hub
   * @throws dev.celadon.hub.BlockingSwitchOut in a callback of the hub, which must not wait
   * @throws Exception the first failure, of the body or of a greenlet, unchanged
   */
  public static void run(Block block) throws Exception {
    Objects.requireNonNull(block, "block");
    Mapping<TaskGroup, @Nullable Void> body =
        tasks -> {
          block.run(tasks);
          return null;
        };
    call(body);
  }

  /**
   * Runs a block with a result and waits for the ends of all greenlets that were spawned in it.
   * Switches unless they have ended.
   *
   * @param body what it does; whatever it calls may spawn into the group
   * @param <T> the type of its result
   * @return what the body returned
   * @throws IllegalStateException on a virtual thread that belongs to no hub
   * @throws dev.celadon.hub.BlockingSwitchOut in a callback of the hub, which must not wait
   * @throws Exception the first failure, of the body or of a greenlet, unchanged
   */
  public static <T extends @Nullable Object> T call(Mapping<? super TaskGroup, ? extends T> body)
      throws Exception {
    Objects.requireNonNull(body, "body");
    TaskGroup tasks = new TaskGroup();
    T value;
    try {
      value = body.apply(tasks);
    } catch (Throwable thrown) {
      tasks.leaveBody(Phase.ENDING);
      tasks.killAll();
      Throwable wins = Objects.requireNonNullElse(tasks.joinAll(thrown), thrown);
      throw Failures.<RuntimeException>unchecked(wins);
    }
    tasks.leaveBody(Phase.JOINING);
    Throwable wins = tasks.joinAll(null);
    if (wins != null) {
      throw Failures.<RuntimeException>unchecked(wins);
    }
    return value;
  }

  /** From now on nobody interrupts the owner. */
  private void leaveBody(Phase next) {
    exit.lock();
    if (phase == Phase.BODY) {
      phase = next;
    }
    exit.unlock();
    boolean _ = owner.withdraw(interrupt);
  }

  /** Waits until nobody lives, whatever is thrown into the owner; gives what the block throws. */
  private @Nullable Throwable joinAll(@Nullable Throwable thrown) {
    Throwable fromOwner = thrown == interrupt ? null : thrown;
    List<Throwable> later = new ArrayList<>();
    boolean interrupted = false;
    while (!isOver()) {
      try {
        awaitExit();
      } catch (InterruptedWaitException e) {
        interrupted |= Thread.interrupted(); // half a block would leave greenlets behind
        fromOwner = keepFirst(fromOwner, e, later);
        end();
      } catch (LoopExit exit) {
        if (fromOwner instanceof LoopExit) {
          break; // whoever is left has survived the kill, and nothing will ever end it
        }
        fromOwner = keepFirst(fromOwner, exit, later);
        end();
      } catch (Throwable arrived) {
        fromOwner = keepFirst(fromOwner, arrived, later);
        end();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return decide(fromOwner, later);
  }

  private static Throwable keepFirst(
      @Nullable Throwable first, Throwable next, List<Throwable> later) {
    if (first == null) {
      return next;
    }
    later.add(next);
    return first;
  }

  /** A kill or a timeout goes on its way; else what failed first is thrown. */
  private @Nullable Throwable decide(@Nullable Throwable fromOwner, List<Throwable> later) {
    Failures all = new Failures();
    if (fromOwner instanceof SwitchPointError) {
      all.add(fromOwner);
      all.add(failure);
    } else {
      all.add(failure);
      all.add(fromOwner);
    }
    laterFailures.forEach(all::add);
    later.forEach(all::add);
    return all.first();
  }

  /** True once nobody lives: then nobody can be spawned any more. */
  private boolean isOver() {
    exit.lock();
    boolean over = live.isEmpty();
    if (over) {
      phase = Phase.OVER;
    }
    exit.unlock();
    return over;
  }

  private void awaitExit() {
    Waiter waiter = Waiter.current();
    exit.lock();
    boolean wait = !live.isEmpty();
    if (wait) {
      exit.add(waiter);
    }
    exit.unlock();
    if (wait) {
      try {
        boolean _ = waiter.await();
      } finally {
        exit.forget(waiter);
      }
    }
  }

  /** Something was thrown into the owner while it waited for the others. */
  private void end() {
    exit.lock();
    phase = Phase.ENDING;
    exit.unlock();
    killAll();
  }

  private void killAll() {
    exit.lock();
    List<Greenlet<?>> all = new ArrayList<>(live);
    exit.unlock();
    all.forEach(greenlet -> greenlet.throwIn(new GreenletExit()));
  }

  // --- Its greenlets

  /**
   * Spawns a greenlet on the owner's hub that the block waits for. If the block is failing already,
   * the greenlet is dead at once and never runs. Never switches.
   *
   * @param body what it does
   * @param <T> the type of its result
   * @return the greenlet
   * @throws IllegalStateException after the end of the block
   */
  public <T extends @Nullable Object> Greenlet<T> spawn(Callable<? extends T> body) {
    Greenlet<T> greenlet = new Greenlet<>(hub, body);
    start(greenlet);
    return greenlet;
  }

  /**
   * Spawns a greenlet without a result on the owner's hub; see {@link #spawn(Callable)}. Never
   * switches.
   *
   * @param body what it does
   * @return the greenlet
   * @throws IllegalStateException after the end of the block
   */
  public Greenlet<@Nullable Void> spawn(Body body) {
    Greenlet<@Nullable Void> greenlet = Greenlet.unstarted(hub, body);
    start(greenlet);
    return greenlet;
  }

  private void start(Greenlet<?> greenlet) {
    exit.lock();
    Phase now = phase;
    if (now == Phase.BODY || now == Phase.JOINING) {
      live.add(greenlet);
    }
    exit.unlock();
    switch (now) {
      case BODY, JOINING -> {
        greenlet.rawLink(this::ended);
        try {
          greenlet.start();
        } catch (Throwable thrown) {
          forget(greenlet);
          throw thrown;
        }
      }
      case ENDING -> greenlet.throwIn(new GreenletExit("the task group is ending"));
      case OVER ->
          throw new IllegalStateException(
              this + " is over, so nothing can be spawned in it: spawn inside of its block");
    }
  }

  /** The link: in the lane. */
  private void ended(Greenlet<?> greenlet) {
    Throwable thrown = greenlet.exception();
    if (thrown != null) {
      fail(thrown);
    }
    forget(greenlet);
  }

  private void fail(Throwable thrown) {
    exit.lock();
    Phase now = phase;
    if (now == Phase.ENDING) {
      laterFailures.add(thrown);
    } else {
      failure = thrown;
      phase = Phase.ENDING;
    }
    exit.unlock();
    if (now != Phase.ENDING) {
      killAll();
    }
    if (now == Phase.BODY) {
      owner.throwIn(interrupt, shieldDepth);
    }
  }

  private void forget(Greenlet<?> greenlet) {
    exit.lock();
    boolean _ = live.remove(greenlet);
    Waiter joiner = live.isEmpty() ? exit.grantFirst(null) : null;
    exit.unlock();
    if (joiner != null) {
      joiner.wake();
    }
  }

  @Override
  public String toString() {
    return "TaskGroup[" + owner + "]";
  }
}

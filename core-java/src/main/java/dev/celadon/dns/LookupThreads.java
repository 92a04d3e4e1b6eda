package dev.celadon.dns;

import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that block in the system's look-ups, and the line of those that have none yet.
 *
 * <p>A thread is made when none is idle, up to a bound; behind it, first come, first served. One
 * without work ends after a while. They are daemons and belong to no hub: so no hub counts what
 * nobody on it waits for any more, which is why this is no {@code ThreadPool}.
 *
 * <p>Safe for use from any thread.
 */
final class LookupThreads implements Flights.Crew {

  private static final long IDLE_NANOS = 5_000_000_000L;

  private final String name;
  private final int limit;
  private final AtomicInteger names = new AtomicInteger();

  /** Tickets that carry a Runnable. Its lock guards all below. */
  private final WaitQueue line = new WaitQueue(this);

  /** The waits of threads without work, the latest last. */
  private final ArrayDeque<Waiter> idle = new ArrayDeque<>();

  private int threads;

  LookupThreads(String name, int limit) {
    this.name = name;
    this.limit = limit;
  }

  @Override
  public void run(Runnable call, Waiter ticket) {
    ticket.carry(call);
    line.lock();
    Waiter worker = takeIdle(call);
    boolean start = worker == null && threads < limit;
    if (start) {
      threads++;
    } else if (worker == null) {
      line.add(ticket);
    }
    line.unlock();
    if (worker != null) {
      worker.wake();
    } else if (start) {
      start(call, ticket);
    }
  }

  /** Under the lock: gives the call to the thread that worked last, if one is idle. */
  private @Nullable Waiter takeIdle(Runnable call) {
    for (Waiter worker = idle.pollLast(); worker != null; worker = idle.pollLast()) {
      if (worker.grant(call)) {
        return worker;
      }
      threads--; // its patience is over, and it ends by itself
    }
    return null;
  }

  private void start(Runnable call, Waiter ticket) {
    try {
      Thread thread =
          new Thread(null, () -> work(call), name + "-" + names.incrementAndGet(), 0, false);
      thread.setDaemon(true);
      thread.start();
    } catch (Throwable failure) { // no memory for one more thread
      line.lock();
      threads--;
      Waiter worker = takeIdle(call);
      boolean nobody = worker == null && threads == 0;
      if (worker == null && !nobody) {
        line.add(ticket);
      }
      line.unlock();
      if (worker != null) {
        worker.wake();
      } else if (nobody) {
        throw failure;
      }
    }
  }

  @Override
  public void withdraw(Waiter ticket) {
    line.lock();
    boolean _ = line.remove(ticket) && ticket.cancel();
    line.unlock();
  }

  @Override
  public boolean isOutside() {
    return true;
  }

  private void work(Runnable first) {
    for (Runnable call = first; call != null; call = next()) {
      call.run();
    }
  }

  private @Nullable Runnable next() {
    Waiter rest = Waiter.current();
    line.lock();
    Waiter ticket = line.grantFirst(null);
    if (ticket == null) {
      idle.addLast(rest);
    }
    line.unlock();
    return ticket != null ? (Runnable) Objects.requireNonNull(ticket.payload()) : rest(rest);
  }

  private @Nullable Runnable rest(Waiter rest) {
    try {
      boolean _ = rest.await(IDLE_NANOS);
    } catch (InterruptedWaitException e) {
      boolean _ = Thread.interrupted(); // nobody's business: the thread ends, and a new one follows
    }
    if (rest.isGranted()) {
      return (Runnable) rest.value();
    }
    line.lock();
    threads -= idle.remove(rest) ? 1 : 0; // else somebody has counted it out
    line.unlock();
    return null;
  }

  /** How many threads there are, idle ones included. */
  int size() {
    line.lock();
    int now = threads;
    line.unlock();
    return now;
  }

  /** How many calls wait for a thread. */
  int waiting() {
    line.lock();
    int now = line.size();
    line.unlock();
    return now;
  }

  @Override
  public String toString() {
    return name;
  }
}

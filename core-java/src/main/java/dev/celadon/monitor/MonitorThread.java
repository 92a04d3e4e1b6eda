package dev.celadon.monitor;

import dev.celadon.hub.Hub;
import dev.celadon.loop.Parking;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that looks at all watched hubs; it lives as long as there are any.
 *
 * <p>Safe for use from any thread.
 */
final class MonitorThread {

  /**
   * Who is watched and who watches, replaced as a whole: a lock here could be wanted by a greenlet
   * and by the thread that drives its hub.
   */
  private record Watch(List<HubMonitor> monitors, @Nullable Thread thread) {

    @Nullable HubMonitor of(Hub hub) {
      for (HubMonitor monitor : monitors) {
        if (monitor.watches(hub)) {
          return monitor;
        }
      }
      return null;
    }

    Watch with(HubMonitor monitor, Thread starting) {
      List<HubMonitor> more = new ArrayList<>(monitors);
      more.add(monitor);
      return new Watch(List.copyOf(more), thread == null ? starting : thread);
    }

    Watch without(HubMonitor monitor) {
      List<HubMonitor> rest = monitors.stream().filter(other -> other != monitor).toList();
      return new Watch(rest, rest.isEmpty() ? null : thread);
    }
  }

  private static final AtomicReference<Watch> WATCH =
      new AtomicReference<>(new Watch(List.of(), null));

  /**
   * The thread's name. A hub on which everybody waits takes a thread that is called {@code
   * WATCHING} for one that will not call in; one that runs functions of users may.
   */
  private static final String WATCHING = "celadon-monitor";

  private static final String CALLING = "celadon-monitor with functions";

  private MonitorThread() {}

  static HubMonitor watch(Hub hub, MonitorOptions options) {
    HubMonitor fresh = HubMonitor.unwatched(hub, options);
    Thread starting =
        Thread.ofPlatform()
            .daemon()
            .name(WATCHING)
            .inheritInheritableThreadLocals(false)
            .unstarted(MonitorThread::run);
    while (true) {
      Watch before = WATCH.get();
      HubMonitor known = before.of(hub);
      if (known != null) {
        return known;
      }
      Watch after = before.with(fresh, starting);
      if (WATCH.compareAndSet(before, after)) {
        if (after.thread == starting) {
          starting.start();
        } else {
          hurry();
        }
        return fresh;
      }
    }
  }

  /** Something may be due earlier than the thread knows. */
  static void hurry() {
    Thread thread = WATCH.get().thread;
    if (thread != null) {
      Parking.unpark(thread);
    }
  }

  private static void run() {
    while (true) {
      long next = Long.MAX_VALUE;
      boolean calls = WATCH.get().monitors.stream().anyMatch(HubMonitor::hasFunctions);
      Thread.currentThread().setName(calls ? CALLING : WATCHING);
      for (HubMonitor monitor : WATCH.get().monitors) {
        long nanos = monitor.step();
        if (nanos >= 0) {
          next = Math.min(next, nanos);
        } else if (WATCH.updateAndGet(before -> before.without(monitor)).thread
            != Thread.currentThread()) {
          return; // nobody is left, or somebody came and has a thread of his own
        }
      }
      Parking.parkNanos(next);
      boolean _ = Thread.interrupted(); // by a listener, perhaps; it means nothing here
    }
  }
}

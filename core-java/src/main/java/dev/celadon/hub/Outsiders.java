package dev.celadon.hub;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Whether anything in this JVM, outside of a hub on which everybody waits, may still run: if every
 * thread waits for another one, none ever will.
 */
final class Outsiders {
  /*
   * Read in JDK 25: which threads the JVM itself keeps running, none of which runs a program's code; that idle carriers of the
   * JDK's own virtual threads wait, with or without a time limit; and that a virtual thread in a socket call is registered with a
   * poller, of which the diagnostic command Thread.vthread_pollers tells the count. Whatever is not known to be harmless counts
   * as somebody who may call in.
   */
  private static final Set<String> HARMLESS =
      Set.of(
          "Reference Handler",
          "Finalizer",
          "Signal Dispatcher",
          "Notification Thread",
          "Attach Listener",
          "Common-Cleaner",
          "MasterPoller",
          "VirtualThread-unblocker",
          "celadon-monitor");

  private static final Pattern REGISTERED =
      Pattern.compile("^\\[\\d+\\].*registered = (\\d+)", Pattern.MULTILINE);

  private Outsiders() {}

  /** In a greenlet: takes locks, and costs milliseconds. */
  static boolean mayCallIn() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    // One slot more than needed is the sign that there was room for all.
    Thread[] threads = new Thread[root.activeCount() + 16];
    int count = root.enumerate(threads, true);
    if (count == threads.length) {
      return true;
    }
    RawGreenlet caller = Objects.requireNonNull(RawGreenlet.currentOrNull());
    boolean portable = caller.hub().carrierMode().kind() == CarrierMode.Kind.PORTABLE;
    int busyCarriers = portable ? -1 : 0; // one of the JDK's carriers runs this code
    for (int i = 0; i < count; i++) {
      Thread thread = threads[i];
      if (isCarrier(thread)) {
        busyCarriers += isBusy(thread) ? 1 : 0;
      } else if (thread != caller.hub().thread() && mayCallIn(thread)) {
        return true;
      }
    }
    return busyCarriers > 0 || isAnySocketWaitedFor();
  }

  private static boolean isCarrier(Thread thread) {
    return thread.getClass().getName().equals("jdk.internal.misc.CarrierThread");
  }

  /**
   * A pinned virtual thread waits on its carrier, where an idle carrier may have a time limit, too.
   */
  private static boolean isBusy(Thread carrier) {
    return switch (carrier.getState()) {
      case RUNNABLE, BLOCKED -> true;
      case TIMED_WAITING ->
          Arrays.stream(carrier.getStackTrace())
              .anyMatch(frame -> frame.getClassName().equals("java.lang.VirtualThread"));
      case WAITING, NEW, TERMINATED -> false;
    };
  }

  private static boolean mayCallIn(Thread thread) {
    if (HARMLESS.contains(thread.getName())
        || Hub.isIdleDriver(thread)
        || (Reaper.isThread(thread) && Reaper.isIdle())) {
      return false;
    }
    return switch (thread.getState()) {
      case WAITING, NEW, TERMINATED -> false;
      case TIMED_WAITING, RUNNABLE, BLOCKED -> true;
    };
  }

  private static boolean isAnySocketWaitedFor() {
    try {
      Object pollers =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "threadVthreadPollers",
                  new Object[0],
                  new String[0]);
      Matcher registered = REGISTERED.matcher(pollers.toString());
      while (registered.find()) {
        if (!registered.group(1).equals("0")) {
          return true;
        }
      }
      return false;
    } catch (JMException | LinkageError e) {
      return true; // a JVM that does not tell
    }
  }
}

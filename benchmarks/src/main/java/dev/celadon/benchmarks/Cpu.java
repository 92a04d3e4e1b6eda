package dev.celadon.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * The processor time of this process: what small cases cost, whatever else the machine is doing.
 */
final class Cpu {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private Cpu() {}

  /** Nanoseconds of processor time of all threads, the collector's and the compiler's included. */
  static long nanos() {
    return SYSTEM.getProcessCpuTime();
  }
}

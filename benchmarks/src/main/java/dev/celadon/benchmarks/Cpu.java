package dev.celadon.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;

/** The processor time of a process: what small cases cost, whatever else the machine is doing. */
final class Cpu {

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private static final boolean IS_LINUX = System.getProperty("os.name").equals("Linux");

  private static final int CLOCK_PROCESS_CPUTIME_ID = 2;

  private Cpu() {}

  /**
   * Nanoseconds of processor time of all threads of this process, the collector's and the
   * compiler's included. The JDK's own figure is one of hundredths of a second, which is more than
   * a small sample takes.
   */
  static long nanos() {
    return IS_LINUX ? ProcessClock.read(CLOCK_PROCESS_CPUTIME_ID) : SYSTEM.getProcessCpuTime();
  }

  /**
   * Nanoseconds of processor time of all threads that another process has or had. The clock of the
   * kernel: {@code /proc} tells hundredths of a second, and forgets threads that have ended.
   */
  static long nanosOf(long pid) {
    return ProcessClock.read((int) (~pid << 3) | 2); // CPUCLOCK_SCHED of the kernel
  }

  /** clock_gettime, which the JDK does not offer for other processes. Linux. */
  @SuppressWarnings("restricted")
  private static final class ProcessClock {

    private static final MethodHandle CLOCK_GETTIME =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("clock_gettime"),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

    static long read(int clock) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
        int failed = (int) CLOCK_GETTIME.invokeExact(clock, time);
        if (failed != 0) {
          throw new IllegalStateException("no clock " + clock + ": is that process gone?");
        }
        return time.getAtIndex(ValueLayout.JAVA_LONG, 0) * 1_000_000_000
            + time.getAtIndex(ValueLayout.JAVA_LONG, 1);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }
  }
}

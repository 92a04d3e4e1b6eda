package dev.celadon.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The one benchmark that JMH knows: a side of a case does its operations once in an iteration.
 *
 * <p>JMH's own score is the elapsed time of all, with what a side does before and after it looks at
 * its clock; what the side itself says stands beside it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SideBenchmark {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Which case: {@link Case#name()}. */
  @Param("switch")
  public String measured = "";

  /** Which side of it: {@link Side#name()}. */
  @Param("celadon")
  public String side = "";

  /** How many operations make a sample. */
  @Param("4000000")
  public int operations;

  /** How many parties take part. */
  @Param("0")
  public int parties;

  /** For how long a side works before the samples: {@link Effort#warmUp()}. */
  @Param("2000")
  public long warmUpMillis;

  private Side.Work work = (_, _) -> 0;

  /** Called by JMH. */
  public SideBenchmark() {}

  /** What an iteration has cost besides its time, for all operations together. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Costs {

    /** What the side says, in the unit of the case. */
    public double cost;

    /** Nanoseconds of processor time of all threads. */
    public double cpu;

    /** Bytes of the heap, by all threads. */
    public double allocated;

    /** Called by JMH. */
    public Costs() {}
  }

  /**
   * Finds the side and warms it up.
   *
   * @throws Exception if the side fails
   */
  @Setup
  public void find() throws Exception {
    work = Case.named(measured).side(side).work();
    work.warmUp(Duration.ofMillis(warmUpMillis), operations, parties);
  }

  /**
   * One sample.
   *
   * @param costs what it costs
   * @throws Exception if the side fails
   */
  @Benchmark
  public void sample(Costs costs) throws Exception {
    long allocatedBefore = THREADS.getTotalThreadAllocatedBytes();
    long cpuBefore = Cpu.nanos();
    costs.cost = work.run(operations, parties);
    costs.cpu = Cpu.nanos() - cpuBefore;
    costs.allocated = THREADS.getTotalThreadAllocatedBytes() - allocatedBefore;
  }
}

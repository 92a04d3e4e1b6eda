package dev.celadon.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Work of a client with a server in another process, which lives as long as this one. */
final class Served implements Side.Work {

  /** What the work costs. */
  enum Cost {
    /** Processor time of the server. */
    CPU,
    /** Elapsed time, seen from the client. */
    ELAPSED
  }

  private static final Duration WARM = Duration.ofSeconds(3);
  private static final int MORE_WARM_UPS = 4;

  private final List<String> command;
  private final Client.Connect connect;
  private final Cost cost;
  private final double nanosPerUnit;
  private @Nullable ServerProcess server;
  private @Nullable Client client;

  /**
   * Nothing is started before the first run.
   *
   * @param nanosPerUnit what the unit of the case is
   */
  Served(List<String> command, Client.Connect connect, Cost cost, double nanosPerUnit) {
    this.command = command;
    this.connect = connect;
    this.cost = cost;
    this.nanosPerUnit = nanosPerUnit;
  }

  @Override
  public boolean isElsewhere() {
    return true;
  }

  /** A server and its client have a processor each, which their compilers need as well. */
  @Override
  public void warmUp(Duration atLeast, int operations, int parties) throws Exception {
    for (int i = 0; i < MORE_WARM_UPS; i++) { // where samples are short, on a slow machine
      run(operations, parties);
    }
    boolean isLonger = atLeast.compareTo(WARM) > 0;
    Side.Work.super.warmUp(isLonger ? atLeast : WARM, operations, parties);
  }

  @Override
  public double run(int operations, int parties) throws IOException, InterruptedException {
    ServerProcess running = server;
    if (running == null) {
      running = ServerProcess.start(command);
      server = running;
    }
    Client load = client;
    if (load == null) {
      load = connect.to(running.port(), parties);
      client = load;
    }
    long before = now(running);
    load.run(operations);
    return (now(running) - before) / nanosPerUnit;
  }

  private long now(ServerProcess running) {
    return cost == Cost.CPU ? running.cpuNanos() : System.nanoTime();
  }
}

package dev.celadon.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  @Test
  void thePageHasATableAndAPlotForEachGroup() {
    assertEquals(
        """
        # `benchmarks/run`

        Ended 2026-01-01T00:00:00Z on 2 processors, made up.

        ## Greenlets

        ![Greenlets](hub.svg)

        | case | rival | its cost | ours | ratio | from | to | aim |
        |---|---|--:|--:|--:|--:|--:|---|
        | switch | virtual-thread | 300 ns | 150 ns | 0.50 | 0.50 | 0.50 | 1.1 met |
        | switch | a<b&c | 75 ns | 150 ns | 2.00 | 2.00 | 2.00 |  |
        | switch | broken | failed | | | | |  |
        | switch | gevent | skipped | | | | |  |

        ## Sockets

        ![Sockets](network.svg)

        | case | rival | its cost | ours | ratio | from | to | aim |
        |---|---|--:|--:|--:|--:|--:|---|
        | echo-50 | virtual-thread | 8,000 ns | 7,000 ns | 0.88 | 0.88 | 0.88 |  |
        | echo-50 | a<b&c | 70,000 ns | 7,000 ns | 0.10 | 0.10 | 0.10 |  |
        | echo-50 | broken | failed | | | | |  |
        | echo-50 | gevent | skipped | | | | |  |

        ## ZeroMQ sockets

        ![ZeroMQ sockets](zeromq.svg)

        | case | rival | its cost | ours | ratio | from | to | aim |
        |---|---|--:|--:|--:|--:|--:|---|
        | zmq-rtt | virtual-thread | 120 ns | 16 ns | 0.13 | 0.13 | 0.13 |  |
        | zmq-rtt | a<b&c | 60 ns | 16 ns | 0.26 | 0.26 | 0.26 |  |
        | zmq-rtt | broken | failed | | | | |  |
        | zmq-rtt | gevent | skipped | | | | |  |
        """,
        Report.page(Findings.results()));
  }

  @Test
  void growthHasTheCostOfEveryStepAndItsOwnPlots(@TempDir Path folder) throws Exception {
    Path page = Report.write(Findings.grown(), folder.resolve("growth.json"));
    assertEquals(folder.resolve("growth.md"), page);
    assertEquals(
        """
        # `benchmarks/run --growth`

        Ended 2026-01-01T00:00:00Z on 2 processors, made up.

        ## Greenlets

        ![Greenlets](growth-hub.svg)

        | handoff | 10 | 1,000 | 100,000 |
        |---|--:|--:|--:|
        | celadon | 100 ns | 150 ns | 300 ns |
        | virtual-thread | 200 ns | 200 ns | 210 ns |
        | a<b&c | 100 ns | 400 ns | 2,000 ns |
        | broken | failed | failed | failed |
        | gevent | skipped | skipped | skipped |

        ## How the costs grow

        | case | rival | parties | its growth | ours | |
        |---|---|---|--:|--:|---|
        | handoff | virtual-thread | 10 to 100,000 | 1.05 | 3.00 | grows faster |
        | handoff | a<b&c | 10 to 100,000 | 20.00 | 3.00 |  |
        """,
        Files.readString(page));
  }
}

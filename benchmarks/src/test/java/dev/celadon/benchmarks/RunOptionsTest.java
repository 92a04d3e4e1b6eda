package dev.celadon.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunOptionsTest {

  @Test
  void nothingMeansAllCasesWithAllRounds() {
    RunOptions options = RunOptions.parse();
    assertEquals(RunOptions.Task.MEASURE, options.task());
    assertFalse(options.quick());
    assertEquals(Path.of("benchmarks", "results", "latest.json"), options.results());
    assertEquals("benchmarks/run", options.command());
  }

  @Test
  void growthHasAFileOfItsOwn() {
    RunOptions options = RunOptions.parse("--growth");
    assertEquals(RunOptions.Task.GROWTH, options.task());
    assertEquals(Path.of("benchmarks", "results", "growth.json"), options.results());
  }

  @Test
  void whatTellsOnlyAPartLeavesTheResultsOfAWholeRunAlone() {
    Path parts = Path.of("benchmarks", "target", "results");
    RunOptions some = RunOptions.parse("--growth", "hand");
    assertEquals(List.of("hand"), some.filters());
    assertEquals(parts.resolve("growth.json"), some.results());
    assertEquals(parts.resolve("latest.json"), RunOptions.parse("--quick").results());
  }

  @Test
  void whatIsAddedJoinsTheResultsOfAWholeRun() {
    RunOptions options = RunOptions.parse("--add", "tls", "echo");
    assertTrue(options.add());
    assertEquals(Path.of("benchmarks", "results", "latest.json"), options.results());
    assertEquals("benchmarks/run --add tls echo", options.command());
    assertTrue(options.includes(Case.named("tls-echo")));
    assertTrue(options.includes(Case.named("echo-50")));
    assertFalse(options.includes(Case.named("switch")));
    assertFalse(RunOptions.parse("--growth").includes(Case.named("timeout")));
  }

  @Test
  void theCommandInTheResultsIsTheOneGiven() {
    RunOptions options =
        RunOptions.parse("switch", "--rounds", "3", "--quick", "--results", "x.json");
    assertEquals("benchmarks/run --quick --rounds 3 switch", options.command());
    assertEquals(Path.of("x.json"), options.results());
  }

  @Test
  void plotsAreMadeOfTheLatestResultsOrOfOthers() {
    assertEquals(
        Path.of("benchmarks", "results", "latest.json"), RunOptions.parse("--plot").results());
    assertEquals(Path.of("x.json"), RunOptions.parse("--plot", "x.json").results());
    assertEquals(RunOptions.Task.PLOT, RunOptions.parse("--plot", "x.json").task());
  }

  @ParameterizedTest
  @CsvSource({
    "--fast, there is no option --fast",
    "--results, --results needs a file",
    "--results --quick, --results needs a file",
    "--rounds, '--rounds needs a number from 1 to 100, not null'",
    "--rounds x, '--rounds needs a number from 1 to 100, not x'",
    "--rounds 0, '--rounds needs a number from 1 to 100, not 0'",
    "--rounds 101, '--rounds needs a number from 1 to 100, not 101'",
    "--rounds -1, '--rounds needs a number from 1 to 100, not -1'",
    "--growth --cases, 'one of --growth, --cases and --plot, not two'",
    "--plot x.json echo, '--plot takes all cases of its file, not only echo'",
  })
  void whatMakesNoSenseIsRefusedWithItsReason(String line, String reason) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> RunOptions.parse(words(line)))
            .getMessage();
    assertEquals(reason, message);
  }

  @Test
  void theUsageNamesEveryOption() {
    for (String option :
        new String[] {
          "--quick", "--growth", "--rounds", "--add", "--results", "--plot", "--cases"
        }) {
      assertTrue(RunOptions.USAGE.contains(option), option);
    }
  }

  private static String[] words(String line) {
    return Pattern.compile(" ").splitAsStream(line).toArray(String[]::new);
  }
}

package dev.celadon.examples.kotlin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.VirtualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * What {@code docs/guide/kotlin.md} shows is what there is: its samples and programs, and what they
 * print.
 */
class KotlinPageTest {

  private static final Path PAGE = Path.of("..", "docs", "guide", "kotlin.md");
  private static final Path SAMPLE_SOURCE =
      Path.of("src/test/kotlin/dev/celadon/examples/kotlin/GuideSamples.kt");
  private static final Path PROGRAM_SOURCES =
      Path.of("src/main/kotlin/dev/celadon/examples/kotlin");
  private static final String RUN = "$ examples/run kotlin/";

  /** The name of a sample, its code, and what it prints. */
  private static final Pattern SAMPLE =
      Pattern.compile("(?ms)^<!-- ([\\w-]+) -->\n```kotlin\n(.*?)^```\n\n```\n(.*?)^```$");

  /** A fenced block with its language. */
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```$");

  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)[^)]*\\)");

  static final List<KotlinProgram> PROGRAMS = KotlinProgram.ALL;
  static final List<Sample> SAMPLES = GuideSamplesKt.SAMPLES;

  @Test
  void everySampleIsShownOnceInOrder() throws IOException {
    assertEquals(
        SAMPLES.stream().map(Sample::getName).toList(),
        matches(SAMPLE).map(sample -> sample.group(1)).toList());
  }

  @ParameterizedTest
  @FieldSource("SAMPLES")
  void aSampleIsCompiledAndPrintsWhatThePageSays(Sample sample) throws Exception {
    MatchResult shown =
        matches(SAMPLE)
            .filter(one -> one.group(1).equals(sample.getName()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("the page does not show " + sample.getName()));
    String source = withoutIndent(Files.readString(SAMPLE_SOURCE, UTF_8));
    assertTrue(source.contains(withoutIndent(shown.group(2))), () -> "not there:" + shown.group(2));
    assertEquals(
        shown.group(3).lines().toList(),
        printed(
            out -> {
              PrintStream console = System.out;
              System.setOut(out);
              try {
                sample.getRun().invoke();
              } finally {
                System.setOut(console);
              }
            }));
  }

  @ParameterizedTest
  @FieldSource("PROGRAMS")
  void aProgramPrintsWhatThePageSays(KotlinProgram program) throws Exception {
    assertEquals(
        outputOf(program),
        printed(out -> program.run(HubOptions.defaults().withClock(new VirtualClock()), out)));
  }

  @Test
  void tableHasEveryProgramInOrder() throws IOException {
    assertEquals(
        PROGRAMS.stream()
            .map(
                program ->
                    "| `examples/run kotlin/%s` | %s |"
                        .formatted(program.getName(), program.getDoes()))
            .toList(),
        page().lines().filter(line -> line.startsWith("| `examples/run kotlin/")).toList());
  }

  @Test
  void everyPieceOfCodeOccursInASampleOrAProgram() throws IOException {
    List<String> sources = new ArrayList<>();
    sources.add(withoutIndent(Files.readString(SAMPLE_SOURCE, UTF_8)));
    try (Stream<Path> files = Files.list(PROGRAM_SOURCES)) {
      for (Path file : files.toList()) {
        sources.add(withoutIndent(Files.readString(file, UTF_8)));
      }
    }
    for (String code : blocks("kotlin")) {
      assertTrue(
          sources.stream().anyMatch(source -> source.contains(withoutIndent(code))),
          () -> "neither a sample nor a program has this code:\n" + code);
    }
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    matches(LINK)
        .map(link -> link.group(1))
        .forEach(link -> assertTrue(Files.exists(PAGE.resolveSibling(link)), link));
  }

  private interface Printing {
    void to(PrintStream out) throws Exception;
  }

  private static List<String> printed(Printing program) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    program.to(new PrintStream(bytes, true, UTF_8));
    return bytes.toString(UTF_8).lines().toList();
  }

  private static List<String> outputOf(KotlinProgram program) throws IOException {
    for (String block : blocks("")) {
      List<String> lines = block.lines().toList();
      if (lines.getFirst().equals(RUN + program.getName())) {
        return lines.subList(1, lines.size());
      }
    }
    throw new AssertionError("the page does not show what " + program.getName() + " prints");
  }

  private static String withoutIndent(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n", "\n", "\n"));
  }

  private static List<String> blocks(String language) throws IOException {
    return matches(BLOCK)
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  private static Stream<MatchResult> matches(Pattern pattern) throws IOException {
    return pattern.matcher(page()).results();
  }

  private static String page() throws IOException {
    return Files.readString(PAGE, UTF_8);
  }
}

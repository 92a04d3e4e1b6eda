package dev.celadon.examples.tutorial;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code docs/tutorial.md} shows is what is there: the code, and what it prints. */
class TutorialPageTest {

  private static final Path PAGE = Path.of("..", "docs", "tutorial.md");
  private static final Path SOURCES = Path.of("src", "main", "java", "dev", "celadon", "examples");

  /** A fenced block with its language. */
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```$");

  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");
  private static final Set<String> DIRECT_MODE_ONLY = Set.of("blocking-calls", "monkey");
  private static final String RUN = "$ examples/run tutorial/";

  @Test
  void everyPieceOfCodeOccursInAnExample() throws IOException {
    List<String> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        sources.add(withoutIndent(Files.readString(file, UTF_8)));
      }
    }
    List<String> blocks = blocks("java");
    assertFalse(blocks.isEmpty());
    for (String block : blocks) {
      assertTrue(
          sources.stream().anyMatch(source -> source.contains(withoutIndent(block))),
          () -> "no example has this code:\n" + block);
    }
  }

  @Test
  void everyOutputIsWhatTheProgramPrints() throws Exception {
    for (String block : blocks("")) {
      List<String> shown = block.lines().toList();
      if (shown.getFirst().startsWith(RUN)) {
        Tutorial.Program program = program(shown.getFirst().substring(RUN.length()));
        if (DIRECT_MODE_ONLY.contains(program.name()) && !Printed.inDirectMode()) {
          continue;
        }
        assertEquals(
            comparable(program, printedBy(program)),
            comparable(program, shown.subList(1, shown.size())),
            program.name());
      }
    }
  }

  @Test
  void everyProgramIsShownOnceInOrder() throws IOException {
    assertEquals(
        Tutorial.programs().stream().map(Tutorial.Program::name).toList(),
        blocks("").stream()
            .filter(block -> block.startsWith(RUN))
            .map(block -> block.lines().findFirst().orElseThrow().substring(RUN.length()))
            .toList());
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    LINK.matcher(page())
        .results()
        .map(link -> link.group(1))
        .forEach(link -> assertTrue(Files.exists(PAGE.resolveSibling(link)), link));
  }

  private static List<String> printedBy(Tutorial.Program program) throws Exception {
    return switch (program.name()) {
      case "blocking-calls" ->
          Printed.inRealTimeBy(() -> BlockingCalls.pollFor(Duration.ofMillis(100))).lines();
      case "fetch", "determinism", "signals", "shutdown", "monkey", "subprocess", "pipes" ->
          Printed.inRealTimeBy(program.body()).lines();
      default -> Printed.by(program.body()).lines();
    };
  }

  /** Without what differs from run to run. */
  private static List<String> comparable(Tutorial.Program program, List<String> lines) {
    return switch (program.name()) {
      case "blocking-calls" ->
          lines.stream().map(line -> line.replaceAll("\\d+\\.\\d", "#")).toList();
      case "fetch" -> lines.stream().map(line -> line.replaceAll(": \\S*Z", "")).sorted().toList();
      case "monkey" -> lines.stream().map(line -> line.replaceAll("hed: Hub.*", "hed")).toList();
      case "subprocess" -> lines.stream().distinct().toList(); // a slow machine prints more
      case "determinism" -> lines.subList(1, lines.size());
      case "synchronous-asynchronous" -> lines.stream().sorted().toList();
      default -> lines.stream().map(line -> line.replaceAll("Greenlet-\\d+", "#")).toList();
    };
  }

  private static Tutorial.Program program(String name) {
    return Tutorial.programs().stream()
        .filter(program -> program.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the page runs an unknown program: " + name));
  }

  private static String withoutIndent(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n", "\n", "\n"));
  }

  private static List<String> blocks(String language) throws IOException {
    return BLOCK
        .matcher(page())
        .results()
        .filter(block -> block.group(1).equals(language))
        .map((MatchResult block) -> block.group(2))
        .toList();
  }

  private static String page() throws IOException {
    return Files.readString(PAGE, UTF_8);
  }
}

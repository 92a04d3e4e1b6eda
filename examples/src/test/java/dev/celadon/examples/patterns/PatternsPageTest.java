package dev.celadon.examples.patterns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code docs/guide/patterns.md} shows is what there is. */
class PatternsPageTest {

  private static final Path PAGE = Path.of("..", "docs", "guide", "patterns.md");
  private static final Path SOURCES = Path.of("src", "main");
  private static final String RUN = "$ examples/run patterns/";

  /** A fenced block with its language. */
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```$");

  /** What the page says that a pattern prints. */
  static List<String> outputOf(dev.celadon.examples.patterns.Pattern pattern) throws IOException {
    for (String block : blocks("")) {
      List<String> lines = block.lines().toList();
      if (lines.getFirst().equals(RUN + pattern.name())) {
        return lines.subList(1, lines.size());
      }
    }
    throw new AssertionError("the page does not show what " + pattern.name() + " prints");
  }

  @Test
  void tableHasEveryPatternInOrder() throws IOException {
    List<String> rows =
        page().lines().filter(line -> line.contains("| `examples/run patterns/")).toList();
    assertEquals(
        dev.celadon.examples.patterns.Pattern.all().stream()
            .map(
                pattern ->
                    "| %s | %s | `examples/run patterns/%s` |"
                        .formatted(pattern.name(), pattern.does(), pattern.name()))
            .toList(),
        rows);
  }

  @Test
  void everyOutputIsThatOfAPattern() throws IOException {
    assertEquals(
        dev.celadon.examples.patterns.Pattern.all().stream()
            .map(pattern -> RUN + pattern.name())
            .sorted()
            .toList(),
        blocks("").stream().map(block -> block.lines().findFirst().orElse("")).sorted().toList());
  }

  @Test
  void everyPieceOfCodeOccursInAPattern() throws IOException {
    List<String> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(file -> file.toString().contains("patterns/")).toList()) {
        sources.add(withoutIndent(Files.readString(file, UTF_8)));
      }
    }
    List<String> shown = new ArrayList<>(blocks("java"));
    shown.addAll(blocks("kotlin"));
    assertTrue(shown.size() > 3, () -> shown.size() + " pieces");
    for (String code : shown) {
      assertTrue(
          sources.stream().anyMatch(source -> source.contains(withoutIndent(code))),
          () -> "no pattern has this code:\n" + code);
    }
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

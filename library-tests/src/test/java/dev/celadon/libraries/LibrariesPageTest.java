package dev.celadon.libraries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The guide's page of libraries tells what the tests show. */
class LibrariesPageTest {

  private static final Path PAGE = Path.of("..", "docs", "guide", "libraries.md");
  private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*Test)\\.(\\w+)`");

  private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+");

  record Row(List<String> cells) {

    String call() {
      return cells.getFirst();
    }

    List<String> tests() {
      return TEST.matcher(cells.getLast())
          .results()
          .map(match -> match.group(1) + "." + match.group(2))
          .toList();
    }

    @Override
    public String toString() {
      return call();
    }
  }

  static List<Row> rows() throws IOException {
    return Files.readAllLines(PAGE, UTF_8).stream()
        .filter(line -> line.startsWith("| ") && !line.endsWith("| test |"))
        .map(line -> line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
        .map(cells -> new Row(Arrays.stream(cells).map(String::strip).toList()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void itsTestsAreThere(Row row) {
    assertEquals(4, row.cells().size());
    assertFalse(row.tests().isEmpty(), "a test");
    row.tests().forEach(test -> assertTrue(isTest(test), () -> test + " is not there"));
  }

  @Test
  void everyCallOfTheJdkIsThereWithItsVerdict() throws IOException {
    assertEquals(
        Stream.of(JdkCall.values())
            .map(call -> call.title + (call.givesTheTurnBack ? " yields" : " holds"))
            .toList(),
        rows().stream()
            .filter(row -> row.cells().getLast().contains("JdkCallsTest.holdsTheHub"))
            .map(row -> row.call() + " " + row.cells().get(1))
            .toList());
  }

  @Test
  void theVersionsAreThoseOfTheBuild() throws IOException {
    String pom = Files.readString(Path.of("..", "pom.xml"), UTF_8);
    for (Row row : rows()) {
      Matcher version = VERSION.matcher(row.call());
      assertTrue(!version.find() || pom.contains(">" + version.group()), row.call());
    }
  }

  @Test
  void whatIsNotThereIsFound() {
    assertFalse(isTest("RedisTest.fly"));
    assertFalse(isTest("NothingTest.fly"));
    assertFalse(isTest("RedisTest.start"), "a method without the mark of a test");
  }

  private static boolean isTest(String name) {
    String[] parts = name.split("\\.", 2);
    try {
      Class<?> type = Class.forName("dev.celadon.libraries." + parts[0]);
      return Stream.of(type.getDeclaredMethods())
          .filter(method -> method.getName().equals(parts[1]))
          .anyMatch(
              method ->
                  method.isAnnotationPresent(Test.class)
                      || method.isAnnotationPresent(ParameterizedTest.class));
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}

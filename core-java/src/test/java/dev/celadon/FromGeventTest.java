package dev.celadon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The register of gevent's names tells the truth: what it names is there, and so are its tests. */
class FromGeventTest {

  private static final Path PAGE = Path.of("..", "docs", "reference", "from-gevent.md");

  private static final List<String> PACKAGES =
      Stream.of(
              "",
              ".dns",
              ".backdoor",
              ".file",
              ".greenlet",
              ".hub",
              ".loop",
              ".monitor",
              ".monkey",
              ".net",
              ".pool",
              ".process",
              ".queue",
              ".select",
              ".signal",
              ".simulation",
              ".sync",
              ".threadpool")
          .map(name -> "dev.celadon" + name + ".")
          .toList();

  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final Pattern NAME = Pattern.compile("([A-Z]\\w*)(?:\\.([a-z]\\w*))?");

  /** A line of a table of names, or of the table of behaviours. */
  record Row(String section, List<String> cells) {

    String gevent() {
      return cells.getFirst();
    }

    String tests() {
      return cells.getLast();
    }

    @Override
    public String toString() {
      return section + ": " + gevent();
    }
  }

  private static List<Row> rows(int columns) throws IOException {
    List<Row> rows = new ArrayList<>();
    String section = "";
    for (String line : Files.readAllLines(PAGE, UTF_8)) {
      if (line.startsWith("## ")) {
        section = line.substring(3);
      } else if (line.startsWith("| ") && !line.startsWith("| gevent") && !line.startsWith("| #")) {
        List<String> cells =
            Stream.of(line.substring(1, line.lastIndexOf('|')).split("\\|"))
                .map(String::strip)
                .toList();
        if (cells.size() == columns) {
          rows.add(new Row(section, cells));
        } else {
          assertTrue(cells.size() == 3 || cells.size() == 4, line);
        }
      }
    }
    return rows;
  }

  static List<Row> names() throws IOException {
    return rows(4);
  }

  static List<Row> behaviours() throws IOException {
    return rows(3);
  }

  @ParameterizedTest
  @MethodSource("names")
  void theNamesAreThereOrTheReasonIs(Row row) {
    String celadon = row.cells().get(1);
    if (celadon.equals("—")) {
      assertFalse(row.cells().get(2).isEmpty(), "a reason");
      assertEquals("", row.tests());
    } else {
      assertTrue(quoted(celadon).size() >= 1, celadon);
      quoted(celadon).forEach(name -> assertTrue(isPublic(name), () -> name + " is not there"));
      theTestsAreThere(row);
    }
  }

  @ParameterizedTest
  @MethodSource("behaviours")
  void theTestsAreThere(Row row) {
    List<String> tests = quoted(row.tests());
    assertFalse(tests.isEmpty(), "a test");
    tests.forEach(test -> assertTrue(isTest(test), () -> test + " is not there"));
  }

  @Test
  void everyBehaviourIsThereOnce() throws IOException {
    assertEquals(
        IntStream.rangeClosed(1, 61).mapToObj(String::valueOf).toList(),
        behaviours().stream().map(Row::gevent).toList());
  }

  @Test
  void whatIsNotThereIsFound() {
    assertFalse(isPublic("Greenlet.fly"));
    assertFalse(isPublic("Link"), "not public");
    assertFalse(isPublic("Nothing"));
    assertFalse(isTest("GreenletTest.fly"));
    assertFalse(isTest("GreenletTest"), "a test is a method");
    assertFalse(isTest("GreenletTest.run"), "a method without the mark of a test");
  }

  private static List<String> quoted(String cell) {
    return QUOTED.matcher(cell).results().map(match -> match.group(1)).toList();
  }

  private static boolean isPublic(String name) {
    Matcher parts = NAME.matcher(name);
    Class<?> type = parts.matches() ? find(parts.group(1)) : null;
    return type != null
        && Modifier.isPublic(type.getModifiers())
        && (parts.group(2) == null
            || Stream.of(type.getMethods()).map(Method::getName).anyMatch(parts.group(2)::equals));
  }

  private static boolean isTest(String name) {
    Matcher parts = NAME.matcher(name);
    Class<?> type = parts.matches() ? find(parts.group(1)) : null;
    return type != null
        && Stream.of(type.getDeclaredMethods())
            .filter(method -> method.getName().equals(parts.group(2)))
            .anyMatch(
                method ->
                    method.isAnnotationPresent(Test.class)
                        || method.isAnnotationPresent(ParameterizedTest.class));
  }

  private static Class<?> find(String simpleName) {
    for (String inPackage : PACKAGES) {
      try {
        return Class.forName(inPackage + simpleName, false, FromGeventTest.class.getClassLoader());
      } catch (ClassNotFoundException e) {
        // In another package.
      }
    }
    return null;
  }
}

package dev.celadon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page of likely mistakes says what happens: each one is made here. */
class MisuseTest {

  static final Path PAGE = Path.of("..", "docs", "reference", "misuse.md");

  private static final Mistakes MISTAKES = Mistakes.all();

  /** A line of the page; dots in the message stand for anything. */
  record Row(String mistake, String thrown, String message) {
    @Override
    public String toString() {
      return mistake;
    }
  }

  static List<Row> rows() throws Exception {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(PAGE, UTF_8)) {
      List<String> cells = Stream.of(line.split("\\|", -1)).map(String::strip).toList();
      if (cells.size() == 6 && cells.get(2).startsWith("`")) {
        rows.add(new Row(cells.get(1), unquote(cells.get(2)), unquote(cells.get(3))));
      }
    }
    return rows;
  }

  private static String unquote(String cell) {
    assertTrue(cell.startsWith("`") && cell.endsWith("`"), cell);
    return cell.substring(1, cell.length() - 1);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void failsAsThePageSays(Row row) throws Exception {
    Throwable thrown = MISTAKES.make(row.mistake());
    assertEquals(row.thrown(), thrown.getClass().getSimpleName(), () -> thrown.toString());
    String pattern =
        Stream.of(row.message().split("…", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".+"));
    assertTrue(
        String.valueOf(thrown.getMessage()).matches(pattern),
        () -> "the page says: " + row.message() + "\nthe code says: " + thrown.getMessage());
  }

  @Test
  void everyMistakeStandsOnThePageOnce() throws Exception {
    List<String> listed = rows().stream().map(Row::mistake).toList();
    Set<String> made = MISTAKES.names();
    assertEquals(made, new LinkedHashSet<>(listed));
    assertEquals(made.size(), listed.size(), "each one once");
    assertTrue(listed.size() >= 25);
  }
}

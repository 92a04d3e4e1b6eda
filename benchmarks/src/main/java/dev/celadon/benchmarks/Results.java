package dev.celadon.benchmarks;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a run has found, as it stands in its file: a line for each side.
 *
 * @param date when the run ended
 * @param machine where
 * @param command what was asked for
 * @param results every side of every case
 * @param growth how the costs grow; empty unless that was asked for
 */
record Results(
    String date, String machine, String command, List<Measured> results, List<Growth> growth) {

  /** Figures have four digits that count: the rest is noise. */
  private static final MathContext DIGITS = new MathContext(4);

  private static final Gson GSON =
      new GsonBuilder()
          .disableHtmlEscaping()
          .registerTypeAdapter(
              Double.class, (JsonSerializer<Double>) (figure, _, _) -> rounded(figure))
          .registerTypeAdapter(
              double.class, (JsonSerializer<Double>) (figure, _, _) -> rounded(figure))
          .create();

  /**
   * The results of a run.
   *
   * @param before what they join: cases that were not measured now stay; null if nothing
   */
  static Results of(RunOptions options, @Nullable Results before, List<Measured> measured)
      throws IOException {
    List<Measured> all = before == null ? List.copyOf(measured) : joined(before, measured);
    return new Results(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        Machine.describe(),
        before == null || all.size() == measured.size()
            ? options.command()
            : before.command + ", " + options.command(),
        all,
        options.task() == RunOptions.Task.GROWTH ? Growth.of(all) : List.of());
  }

  private static List<Measured> joined(Results before, List<Measured> measured) {
    Set<String> anew = measured.stream().map(Measured::name).collect(Collectors.toSet());
    List<String> order = Case.ALL.stream().map(Case::name).toList();
    return Stream.concat(
            before.results.stream().filter(one -> !anew.contains(one.name())), measured.stream())
        .sorted(Comparator.comparingInt(one -> order.indexOf(one.name())))
        .toList();
  }

  private static JsonElement rounded(double figure) {
    if (!Double.isFinite(figure)) {
      throw new IllegalArgumentException("a cost of " + figure + " is none");
    }
    BigDecimal digits = new BigDecimal(figure).round(DIGITS);
    BigDecimal shortest = digits.stripTrailingZeros();
    return new JsonPrimitive(shortest.scale() < 0 ? shortest.setScale(0) : shortest);
  }

  /** Whether its cases were measured with few and with many parties. */
  boolean isOfGrowth() {
    return !growth.isEmpty();
  }

  /** The text of the file. */
  String json() {
    JsonObject head = new JsonObject();
    Map.of("date", date, "machine", machine, "command", command)
        .forEach((name, value) -> head.addProperty(name, value));
    String lines =
        Stream.of("date", "machine", "command")
            .map(name -> "  " + GSON.toJson(name) + ": " + head.get(name) + ",\n")
            .collect(Collectors.joining());
    return "{\n"
        + lines
        + "  \"results\": "
        + rows(results)
        + ",\n  \"growth\": "
        + rows(growth)
        + "\n}\n";
  }

  private static String rows(List<?> rows) {
    return rows.isEmpty()
        ? "[]"
        : rows.stream()
            .map(GSON::toJson)
            .collect(Collectors.joining(",\n    ", "[\n    ", "\n  ]"));
  }

  void write(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, json());
  }

  /**
   * Reads a file of results.
   *
   * @throws IOException if it cannot be read, or is none
   */
  static Results read(Path file) throws IOException {
    return parse(Files.readString(file), file.toString());
  }

  /**
   * The results that a run joins.
   *
   * @throws IllegalArgumentException if there are none, or none of that kind
   */
  static Results toJoin(RunOptions options) throws IOException {
    Path file = options.results();
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(
          "--add needs results to join, and there are none in " + file);
    }
    Results before = read(file);
    boolean isGrowth = options.task() == RunOptions.Task.GROWTH;
    if (before.isOfGrowth() != isGrowth) {
      throw new IllegalArgumentException(
          file
              + " has results of a run "
              + (isGrowth ? "without" : "with")
              + " --growth, which this one cannot join: name another file, or leave --add out");
    }
    return before;
  }

  static Results parse(String json, String name) throws IOException {
    try {
      Results results = GSON.fromJson(json, Results.class);
      if (results != null && results.results != null && results.growth != null) {
        return results;
      }
    } catch (JsonParseException e) {
      throw new IOException(name + " is no file of results: " + e.getMessage(), e);
    }
    throw new IOException(name + " is no file of results: it has no list of them");
  }
}

package dev.celadon.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What a run has found, as a page with a table and a plot for each group of cases. */
final class Report {

  private Report() {}

  /** Writes the page beside the file of the results, and answers with its file. */
  static Path write(Results results, Path file) throws IOException {
    Path page = file.resolveSibling(stem(file) + ".md");
    Files.writeString(page, page(results));
    return page;
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".json") ? name.substring(0, name.length() - ".json".length()) : name;
  }

  static String page(Results results) {
    StringBuilder page = new StringBuilder();
    page.append("# `").append(results.command()).append("`\n\n");
    page.append("Ended ").append(results.date()).append(" on ").append(results.machine());
    page.append(".\n");
    for (Group group : Group.values()) {
      List<Measured> sides =
          results.results().stream().filter(side -> Group.of(side.name()) == group).toList();
      if (!sides.isEmpty()) {
        String plot = Plots.fileName(results, group);
        page.append("\n## ").append(group.title()).append("\n\n");
        page.append("![").append(group.title()).append("](").append(plot).append(")\n");
        if (results.isOfGrowth()) {
          steps(page, sides);
        } else {
          table(page, sides);
        }
      }
    }
    if (results.isOfGrowth()) {
      growth(page, results.growth());
    }
    return page.toString();
  }

  private static void table(StringBuilder page, List<Measured> sides) {
    page.append("\n| case | rival | its cost | ours | ratio | from | to | aim |\n");
    page.append("|---|---|--:|--:|--:|--:|--:|---|\n");
    for (Measured side : sides) {
      if (!side.isOurs()) {
        page.append("| ").append(side.name()).append(" | ").append(side.side()).append(" | ");
        page.append(costs(side, ours(sides, side))).append(" |\n");
      }
    }
  }

  private static OptionalDouble ours(List<Measured> sides, Measured rival) {
    return sides.stream()
        .filter(side -> side.isOurs() && side.name().equals(rival.name()))
        .findFirst()
        .map(Measured::median)
        .orElse(OptionalDouble.empty());
  }

  private static String costs(Measured side, OptionalDouble ours) {
    Figure cost = side.cost();
    Figure ratio = side.ratio();
    if (cost == null || ratio == null || ours.isEmpty()) {
      String why = side.skipped() != null ? "skipped" : "failed";
      return why + " | | | | | ";
    }
    return String.format(
        Locale.ROOT,
        "%s %s | %s %s | %.2f | %.2f | %.2f | %s",
        LogAxis.label(cost.median()),
        side.unit(),
        LogAxis.label(ours.getAsDouble()),
        side.unit(),
        ratio.median(),
        ratio.low(),
        ratio.high(),
        Aims.judge(side.name(), side.side(), ratio.median()));
  }

  /**
   * What one operation costs with so many parties: a line for each side, a column for each number.
   */
  private static void steps(StringBuilder page, List<Measured> sides) {
    for (String name : sides.stream().map(Measured::name).distinct().toList()) {
      List<Measured> one = sides.stream().filter(side -> side.name().equals(name)).toList();
      List<Integer> steps = one.stream().map(Measured::parties).distinct().sorted().toList();
      page.append("\n| ").append(name).append(" |");
      steps.forEach(parties -> page.append(String.format(Locale.ROOT, " %,d |", parties)));
      page.append("\n|---|").repeat("--:|", steps.size()).append('\n');
      for (String side : one.stream().map(Measured::side).distinct().toList()) {
        page.append("| ").append(side).append(" |");
        for (int parties : steps) {
          page.append(' ').append(cost(one, side, parties)).append(" |");
        }
        page.append('\n');
      }
    }
  }

  private static String cost(List<Measured> one, String side, int parties) {
    Measured measured =
        one.stream()
            .filter(each -> each.side().equals(side) && each.parties() == parties)
            .findFirst()
            .orElseThrow();
    Figure cost = measured.cost();
    if (cost == null) {
      return measured.skipped() != null ? "skipped" : "failed";
    }
    return LogAxis.label(cost.median()) + " " + measured.unit();
  }

  private static void growth(StringBuilder page, List<Growth> growth) {
    page.append("\n## How the costs grow\n\n");
    page.append("| case | rival | parties | its growth | ours | |\n|---|---|---|--:|--:|---|\n");
    for (Growth one : growth) {
      page.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %,d to %,d | %.2f | %.2f | %s |\n",
              one.name(),
              one.side(),
              one.from(),
              one.to(),
              one.rival().median(),
              one.celadon().median(),
              one.isFaster() ? "grows faster" : ""));
    }
  }
}

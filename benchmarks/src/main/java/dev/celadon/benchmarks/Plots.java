package dev.celadon.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Draws what a run has found: a file for each group of cases. */
final class Plots {

  private static final double WIDTH = 920;
  private static final double LEFT = 190;
  private static final double RIGHT = 640;
  private static final double ROW = 22;
  private static final double BAR = 12;

  private static final double PANEL_WIDTH = 460;
  private static final double PANEL_HEIGHT = 260;

  /** Between the labels at the ends of lines. */
  private static final double LABEL = 14;

  private static final int COLOURS = 7;

  private Plots() {}

  /**
   * Writes the plots beside the file of the results, and answers with their files.
   *
   * @param file of the results; it need not be there
   */
  static List<Path> write(Results results, Path file) throws IOException {
    boolean isGrowth = results.isOfGrowth();
    List<Path> written = new ArrayList<>();
    for (Group group : Group.values()) {
      List<Measured> sides =
          results.results().stream().filter(side -> Group.of(side.name()) == group).toList();
      if (sides.isEmpty()) {
        continue;
      }
      Path plot = file.resolveSibling(fileName(results, group));
      String head = group.title() + ", " + results.machine();
      Files.writeString(plot, isGrowth ? lines(sides, head) : bars(sides, head));
      written.add(plot);
    }
    return written;
  }

  /** The name of the file with a group's plot. */
  static String fileName(Results results, Group group) {
    return (results.isOfGrowth() ? "growth-" : "") + group.fileName() + ".svg";
  }

  private static List<String> names(List<Measured> sides) {
    return sides.stream().map(Measured::name).distinct().toList();
  }

  /** How much we cost beside each rival: to the left of 1 less, to its right more. */
  static String bars(List<Measured> sides, String head) {
    Svg svg = new Svg();
    List<Measured> rivals = sides.stream().filter(side -> !side.isOurs()).toList();
    double[] ratios =
        rivals.stream()
            .map(Measured::ratio)
            .flatMapToDouble(
                ratio ->
                    ratio == null
                        ? DoubleStream.of(0.5, 2)
                        : DoubleStream.of(ratio.low(), ratio.high(), 0.5, 2))
            .toArray();
    LogAxis axis = new LogAxis(ratios, LEFT, RIGHT);
    List<String> names = names(rivals);
    double top = 62;
    double bottom = top + ROW * (rivals.size() + 1.4 * names.size());
    svg.text(12, 22, Svg.Anchor.START, "title", head);
    svg.text(
        12, 42, Svg.Anchor.START, "quiet", "cost of Celadon / cost of the rival: less is better");
    for (double tick : axis.ticks()) {
      svg.line(axis.at(tick), top, axis.at(tick), bottom, tick == 1 ? "even" : "grid");
      svg.text(axis.at(tick), bottom + 16, Svg.Anchor.MIDDLE, "quiet", LogAxis.label(tick));
    }
    double y = top;
    for (String name : names) {
      svg.text(12, y + 18, Svg.Anchor.START, "name", name);
      y += 1.4 * ROW;
      for (Measured rival : rivals) {
        if (rival.name().equals(name)) {
          bar(svg, axis, rival, sides, y);
          y += ROW;
        }
      }
    }
    return svg.end(WIDTH, bottom + 30, head);
  }

  private static void bar(Svg svg, LogAxis axis, Measured rival, List<Measured> sides, double y) {
    double text = y + BAR / 2 + 4;
    svg.text(LEFT - 10, text, Svg.Anchor.END, "", rival.side());
    Figure ratio = rival.ratio();
    Figure cost = rival.cost();
    if (ratio == null || cost == null) {
      String why = rival.skipped() != null ? "not to be had" : "failed";
      svg.text(axis.at(1) + 8, text, Svg.Anchor.START, "quiet", why);
      return;
    }
    double end = axis.at(ratio.median());
    svg.bar(axis.at(1), end, y, BAR, ratio.median() <= 1 ? "less" : "more");
    double middle = y + BAR / 2;
    svg.line(axis.at(ratio.low()), middle, axis.at(ratio.high()), middle, "error");
    svg.line(axis.at(ratio.low()), middle - 4, axis.at(ratio.low()), middle + 4, "error");
    svg.line(axis.at(ratio.high()), middle - 4, axis.at(ratio.high()), middle + 4, "error");
    double ours =
        sides.stream()
            .filter(side -> side.isOurs() && side.name().equals(rival.name()))
            .mapToDouble(side -> side.median().orElse(Double.NaN))
            .findFirst()
            .orElse(Double.NaN);
    svg.text(RIGHT + 12, text, Svg.Anchor.START, "name", format("%.2f", ratio.median()));
    svg.text(
        RIGHT + 58,
        text,
        Svg.Anchor.START,
        "quiet",
        LogAxis.label(ours) + " / " + LogAxis.label(cost.median()) + " " + rival.unit());
  }

  /** How the cost of one operation grows with the parties: a panel for each case. */
  static String lines(List<Measured> sides, String head) {
    Svg svg = new Svg();
    svg.text(12, 22, Svg.Anchor.START, "title", head);
    svg.text(12, 42, Svg.Anchor.START, "quiet", "cost of one operation, by the number of parties");
    List<String> names = names(sides);
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      List<Measured> one =
          sides.stream()
              .filter(side -> side.name().equals(name) && side.cost() != null)
              .sorted(Comparator.comparingInt(Measured::parties))
              .toList();
      panel(svg, name, one, i % 2 * PANEL_WIDTH, 60 + Math.floorDiv(i, 2) * PANEL_HEIGHT);
    }
    return svg.end(WIDTH, 60 + Math.ceilDiv(names.size(), 2) * PANEL_HEIGHT, head);
  }

  private static void panel(Svg svg, String name, List<Measured> all, double x, double y) {
    String unit = all.isEmpty() ? "not measured" : all.getFirst().unit();
    svg.text(x + 12, y + 14, Svg.Anchor.START, "name", name + ", " + unit);
    if (all.isEmpty()) {
      return;
    }
    double left = x + 60;
    double right = x + PANEL_WIDTH - 190;
    double top = y + 26;
    double bottom = y + PANEL_HEIGHT - 40;
    LogAxis across =
        new LogAxis(all.stream().mapToDouble(Measured::parties).toArray(), left, right);
    LogAxis up =
        new LogAxis(
            all.stream()
                .map(Measured::cost)
                .flatMapToDouble(
                    cost ->
                        cost == null
                            ? DoubleStream.empty()
                            : DoubleStream.of(cost.low(), cost.high()))
                .toArray(),
            bottom,
            top);
    for (double tick : up.ticks()) {
      svg.line(left, up.at(tick), right, up.at(tick), "grid");
      svg.text(left - 6, up.at(tick) + 4, Svg.Anchor.END, "quiet", LogAxis.label(tick));
    }
    for (int parties : all.stream().mapToInt(Measured::parties).distinct().toArray()) {
      svg.line(across.at(parties), bottom, across.at(parties), bottom + 4, "even");
      svg.text(across.at(parties), bottom + 18, Svg.Anchor.MIDDLE, "quiet", LogAxis.label(parties));
    }
    List<String> names = new ArrayList<>(List.of(Case.CELADON));
    all.stream().map(Measured::side).filter(side -> !names.contains(side)).forEach(names::add);
    List<End> ends = new ArrayList<>();
    for (int i = names.size() - 1; i >= 0; i--) { // ours on top
      String side = names.get(i);
      line(
          svg,
          all.stream().filter(one -> one.side().equals(side)).toList(),
          "c" + (i == 0 ? 0 : 1 + (i - 1) % (COLOURS - 1)),
          across,
          up,
          ends);
    }
    ends.sort(Comparator.comparingDouble(End::y));
    double free = top;
    for (End end : ends) {
      double at = Math.max(end.y(), free);
      svg.text(right + 8, at + 4, Svg.Anchor.START, end.classes(), end.label());
      free = at + LABEL;
    }
  }

  /** What is written where a line ends. */
  private record End(double y, String classes, String label) {}

  private static void line(
      Svg svg, List<Measured> steps, String colour, LogAxis across, LogAxis up, List<End> ends) {
    List<Double> points = new ArrayList<>();
    double last = 0;
    for (Measured step : steps) {
      Figure cost = step.cost();
      if (cost != null) {
        double x = across.at(step.parties());
        last = cost.median();
        points.add(x);
        points.add(up.at(last));
        svg.line(x, up.at(cost.low()), x, up.at(cost.high()), colour);
      }
    }
    if (points.isEmpty()) {
      return;
    }
    String side = steps.getFirst().side();
    String ours = side.equals(Case.CELADON) ? " ours" : "";
    svg.path(points.stream().mapToDouble(Double::doubleValue).toArray(), "line " + colour + ours);
    ends.add(new End(up.at(last), colour, side + " " + LogAxis.label(last)));
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}

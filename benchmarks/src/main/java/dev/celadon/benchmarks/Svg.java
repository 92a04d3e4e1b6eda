package dev.celadon.benchmarks;

import java.util.Locale;

/**
 * A picture in the making. Its colours are told by classes, and there are two sets of them: for
 * light pages and for dark ones.
 */
final class Svg {

  private static final String STYLE =
      """
      text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328 }
      .title { font-size: 16px; font-weight: 600 }
      .name { font-weight: 600 }
      .quiet { fill: #59636e; font-size: 12px }
      .grid { stroke: #d1d9e0 }
      .even { stroke: #59636e }
      .less { fill: #1a7f5a }
      .more { fill: #bc5b00 }
      .error { stroke: #1f2328; stroke-width: 1.5 }
      .line { fill: none; stroke-width: 1.6 }
      .ours { stroke-width: 3.2 }
      .c0 { stroke: #1a7f5a } text.c0 { stroke: none; fill: #1a7f5a; font-weight: 600 }
      .c1 { stroke: #0969da } text.c1 { stroke: none; fill: #0969da }
      .c2 { stroke: #bc5b00 } text.c2 { stroke: none; fill: #bc5b00 }
      .c3 { stroke: #8250df } text.c3 { stroke: none; fill: #8250df }
      .c4 { stroke: #cf222e } text.c4 { stroke: none; fill: #cf222e }
      .c5 { stroke: #6e7781 } text.c5 { stroke: none; fill: #6e7781 }
      .c6 { stroke: #9a6700 } text.c6 { stroke: none; fill: #9a6700 }
      @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3 }
        .quiet { fill: #9198a1 }
        .grid { stroke: #3d444d }
        .even { stroke: #9198a1 }
        .less { fill: #3fb98a }
        .more { fill: #f0883e }
        .error { stroke: #e6edf3 }
        .c0 { stroke: #3fb98a } text.c0 { fill: #3fb98a }
        .c1 { stroke: #58a6ff } text.c1 { fill: #58a6ff }
        .c2 { stroke: #f0883e } text.c2 { fill: #f0883e }
        .c3 { stroke: #bc8cff } text.c3 { fill: #bc8cff }
        .c4 { stroke: #ff7b72 } text.c4 { fill: #ff7b72 }
        .c5 { stroke: #9198a1 } text.c5 { fill: #9198a1 }
        .c6 { stroke: #d4a72c } text.c6 { fill: #d4a72c }
      }
      """;

  /** Where a text begins, or ends, or has its middle. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  private final StringBuilder elements = new StringBuilder();

  void text(double x, double y, Anchor anchor, String classes, String text) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>",
        x, y, anchor.name().toLowerCase(Locale.ROOT), classes, escaped(text));
  }

  void line(double x1, double y1, double x2, double y2, String classes) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>",
        x1, y1, x2, y2, classes);
  }

  /** A bar between two places, whichever is further left. */
  void bar(double from, double to, double y, double height, String classes) {
    add(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\" class=\"%s\"/>",
        Math.min(from, to), y, Math.max(1, Math.abs(to - from)), height, classes);
  }

  /** A line through some points, x and y in turns. */
  void path(double[] points, String classes) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < points.length; i += 2) {
      path.append(
          String.format(Locale.ROOT, "%s%.1f %.1f", i == 0 ? "M" : " L", points[i], points[i + 1]));
    }
    add("<path d=\"%s\" class=\"%s\"/>", path, classes);
  }

  @SuppressWarnings("AnnotateFormatMethod") // no dependency for that
  private void add(String element, Object... values) {
    elements.append(String.format(Locale.ROOT, element, values)).append('\n');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** The whole file. */
  String end(double width, double height, String title) {
    return String.format(
        Locale.ROOT,
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img">
        <title>%s</title>
        <style>
        %s</style>
        %s</svg>
        """,
        width,
        height,
        width,
        height,
        escaped(title),
        STYLE,
        elements);
  }
}

package dev.celadon.benchmarks;

import java.util.Locale;

/**
 * Celadon beside one rival.
 *
 * @param measured the case
 * @param rival the rival's name
 * @param value the rival's median cost of one operation
 * @param celadon our median cost of one operation, from the same rounds
 * @param ratio the median of the rounds' ratios, celadon / rival: lower is better
 */
record Result(Case measured, String rival, double value, double celadon, double ratio) {

  String line() {
    return String.format(
        Locale.ROOT,
        "case=%s side=%s unit=%s value=%.1f celadon=%.1f ratio=%.2f",
        measured.name(),
        rival,
        measured.unit(),
        value,
        celadon,
        ratio);
  }

  String json() {
    return String.format(
        Locale.ROOT,
        "{\"case\": \"%s\", \"side\": \"%s\", \"unit\": \"%s\", \"value\": %.2f, \"celadon\": %.2f,"
            + " \"ratio\": %.3f}",
        measured.name(),
        rival,
        measured.unit(),
        value,
        celadon,
        ratio);
  }
}

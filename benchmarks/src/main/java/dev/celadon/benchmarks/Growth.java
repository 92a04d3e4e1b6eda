package dev.celadon.benchmarks;

import com.google.gson.annotations.SerializedName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * How the cost of one operation grows with the parties, ours beside a rival's: from the fewest
 * parties with which both were measured to the most.
 *
 * @param name of the case
 * @param side the rival
 * @param from the fewest parties
 * @param to the most
 * @param celadon the cost with the most through the cost with the fewest, ours
 * @param rival the same of the rival
 * @param isFaster whether ours grows faster than the rival's, by more than the noise of the rounds
 */
record Growth(
    @SerializedName("case") String name,
    String side,
    int from,
    int to,
    Figure celadon,
    Figure rival,
    @SerializedName("grows-faster") boolean isFaster) {

  /** All that can be told of what was measured. */
  static List<Growth> of(List<Measured> all) {
    List<Growth> grown = new ArrayList<>();
    List<String> names = all.stream().map(Measured::name).distinct().toList();
    for (String name : names) {
      List<Measured> one = all.stream().filter(each -> each.name().equals(name)).toList();
      one.stream()
          .filter(each -> !each.isOurs())
          .map(Measured::side)
          .distinct()
          .forEach(side -> compare(name, side, one, grown));
    }
    return List.copyOf(grown);
  }

  private static void compare(String name, String side, List<Measured> one, List<Growth> grown) {
    List<Measured> rival = steps(one, side);
    List<Measured> ours =
        steps(one, Case.CELADON).stream()
            .filter(each -> rival.stream().anyMatch(it -> it.parties() == each.parties()))
            .toList();
    rival.removeIf(each -> ours.stream().noneMatch(it -> it.parties() == each.parties()));
    if (rival.size() < 2) {
      return;
    }
    Figure oursGrows = grows(ours.getFirst(), ours.getLast());
    Figure rivalGrows = grows(rival.getFirst(), rival.getLast());
    grown.add(
        new Growth(
            name,
            side,
            rival.getFirst().parties(),
            rival.getLast().parties(),
            oursGrows,
            rivalGrows,
            oursGrows.low() > rivalGrows.high()));
  }

  /** What was measured of a side, from few parties to many. */
  private static List<Measured> steps(List<Measured> all, String side) {
    List<Measured> steps = new ArrayList<>();
    for (Measured each : all) {
      if (each.side().equals(side) && each.cost() != null) {
        steps.add(each);
      }
    }
    steps.sort(Comparator.comparingInt(Measured::parties));
    return steps;
  }

  private static Figure grows(Measured few, Measured many) {
    Figure before = few.cost();
    Figure after = many.cost();
    if (before == null || after == null) {
      throw new IllegalArgumentException("not measured: " + few + " or " + many);
    }
    return new Figure(
        after.median() / before.median(), after.low() / before.high(), after.high() / before.low());
  }

  String line() {
    return String.format(
        Locale.ROOT,
        "growth case=%s side=%s parties=%d..%d value=%.2f celadon=%.2f%s",
        name,
        side,
        from,
        to,
        rival.median(),
        celadon.median(),
        isFaster ? " GROWS FASTER" : "");
  }
}

package dev.celadon.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CaseTest {

  @Test
  void everyCaseHasANameOfItsOwnAndOurSide() {
    Set<String> names = new HashSet<>();
    for (Case one : Case.ALL) {
      assertTrue(names.add(one.name()), one.name());
      assertEquals(Case.CELADON, one.celadon().name(), one.name());
      assertTrue(one.operations() > 0, one.name());
      Set<String> sides = new HashSet<>(Set.of(Case.CELADON));
      one.rivals().forEach(rival -> assertTrue(sides.add(rival.name()), one.name()));
    }
  }

  @Test
  void everyAimIsBesideARivalThatIsThere() {
    assertFalse(Aims.all().isEmpty());
    Aims.all()
        .forEach(
            (name, aims) ->
                aims.forEach(
                    (rival, aim) -> {
                      assertEquals(rival, Case.named(name).side(rival).name());
                      assertTrue(aim > 0, name);
                    }));
  }

  @Test
  void anAimIsMetUpToTheDigitsThatArePrinted() {
    assertEquals("0.5 met", Aims.judge("handoff", "virtual-thread", 0.504));
    assertEquals("0.5 missed", Aims.judge("handoff", "virtual-thread", 0.506));
    assertEquals("", Aims.judge("handoff", "jox", 2));
  }

  @Test
  void manyPartiesTakePartSomeTimesEach() {
    assertEquals(1_000_000, operations(100_000));
    assertEquals(250, operations(10));
    assertEquals(252, operations(3));
    assertEquals(250, operations(1));
  }

  private static int operations(int parties) {
    Case many = Findings.named("handoff").withParties(parties);
    assertEquals(parties, many.parties());
    return Effort.of(many, RunOptions.parse("--growth")).operations();
  }

  @Test
  void quickSamplesAreSmallerAndStillWhole() {
    Case many = Findings.named("handoff").withParties(300);
    Effort quick = Effort.of(many, RunOptions.parse("--quick", "--growth"));
    assertEquals(600, quick.operations());
    assertTrue(quick.caseLimit().toSeconds() < 60);
    Effort whole = Effort.of(many, RunOptions.parse("--growth", "--rounds", "2"));
    assertEquals(3_000, whole.operations());
    assertTrue(whole.caseLimit().toSeconds() > 60);
    assertEquals(2, whole.rounds());
  }

  @Test
  void anUnknownCaseOrSideIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Case.named("nothing"));
    assertThrows(IllegalArgumentException.class, () -> Findings.named("x").side("nothing"));
  }

  @Test
  void theReasonOfAFailureIsTheLineThatNamesIt() {
    assertEquals(
        "java.lang.IllegalStateException: no luck",
        SideFailed.from("starting\njava.lang.IllegalStateException: no luck\n  at x\n\nbye\n")
            .getMessage());
    assertEquals(
        "<forked VM failed with exit code 3>",
        SideFailed.from("starting\n<forked VM failed with exit code 3>\n<stdout last='20 lines'>\n")
            .getMessage());
    assertEquals("bye", SideFailed.from("starting\n  bye \n\n").getMessage());
    assertEquals("nothing was said", SideFailed.from("").getMessage());
  }
}

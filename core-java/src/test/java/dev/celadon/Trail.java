package dev.celadon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;

/** What happened, in order. Confined to one hub: that is what makes the order mean something. */
public final class Trail {

  private final List<String> steps = new ArrayList<>();

  public void step(String step) {
    steps.add(step);
  }

  public void is(String expected) {
    assertEquals(expected, toString());
  }

  @Override
  public String toString() {
    return String.join(" ", steps);
  }
}

package dev.celadon.signal;

/** Signals that arrive at once, in the calling thread, for tests that need an order. */
public final class Arrivals {

  private Arrivals() {}

  public static void of(String signal) {
    SignalLine.of(signal).arrived();
  }
}

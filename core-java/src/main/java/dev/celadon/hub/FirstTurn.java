package dev.celadon.hub;

/** What waits in the ready queue for the first turn of a greenlet. */
record FirstTurn(RawGreenlet greenlet) implements Runnable {
  @Override
  public void run() {
    greenlet.takeFirstTurn();
  }
}

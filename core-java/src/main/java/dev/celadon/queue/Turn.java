package dev.celadon.queue;

/**
 * Where an item belongs among those that come back, if it should: it was handed to somebody who may
 * give it back, and keeps its turn when it is handed on. Lower ones are taken first.
 *
 * <p>Immutable.
 */
record Turn(long number) implements Comparable<Turn> {

  @Override
  public int compareTo(Turn other) {
    return Long.compare(number, other.number);
  }
}

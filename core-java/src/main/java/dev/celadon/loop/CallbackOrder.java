package dev.celadon.loop;

/**
 * Who is next among the work that is ready. Two sides exist: {@link #FIFO}, and the seeded order of
 * a simulation.
 *
 * <p>Confined to its loop.
 */
@FunctionalInterface
public interface CallbackOrder {

  /** First in, first out: what every hub does outside of simulations. */
  CallbackOrder FIFO = _ -> 0;

  /**
   * Chooses. Called on the loop's thread, for each piece of work of a turn.
   *
   * @param candidates how many there are, in the order in which they became ready; at least 2
   * @return the index of the one that runs next, less than {@code candidates}
   */
  int next(int candidates);
}

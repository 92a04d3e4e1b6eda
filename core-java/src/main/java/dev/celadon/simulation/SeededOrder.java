package dev.celadon.simulation;

import dev.celadon.loop.CallbackOrder;
import java.util.Random;

/**
 * Another order of the ready work for every seed, and the same one for the same seed.
 *
 * <p>It mixes what is ready at the same time: the work of one turn of the loop. Nothing overtakes
 * what was ready a turn earlier, and due timers keep their order.
 *
 * <p>Confined to its hub.
 */
public final class SeededOrder implements CallbackOrder {

  private final Random random;

  /**
   * Makes an order.
   *
   * @param seed any number
   */
  public SeededOrder(long seed) {
    this.random = new Random(seed);
  }

  @Override
  public int next(int candidates) {
    return random.nextInt(candidates);
  }
}

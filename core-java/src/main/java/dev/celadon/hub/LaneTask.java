package dev.celadon.hub;

/** A callback on its way through the ready queue to the lane. */
final class LaneTask implements Runnable {

  private final Lane lane;
  final Runnable callback;

  LaneTask(Lane lane, Runnable callback) {
    this.lane = lane;
    this.callback = callback;
  }

  /** The hub's call: it is this task's turn. */
  @Override
  public void run() {
    lane.accept(callback);
  }
}

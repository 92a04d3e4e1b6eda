package dev.celadon.hub;

/** A greenlet with a body and nothing else: no result, no links. */
final class PlainGreenlet extends RawGreenlet {

  private final Runnable body;
  private final boolean ours;

  PlainGreenlet(Hub hub, Runnable body) {
    this(hub, body, false);
  }

  private PlainGreenlet(Hub hub, Runnable body, boolean ours) {
    super(hub);
    this.body = body;
    this.ours = ours;
  }

  /** One that the hub itself starts, maybe on its bare thread. */
  static PlainGreenlet ours(Hub hub, Runnable body) {
    return new PlainGreenlet(hub, body, true);
  }

  @Override
  boolean isOurs() {
    return ours;
  }

  void start() {
    boolean _ = startSoon();
  }

  /** A thread that somebody else starts. */
  Thread unstartedThread() {
    Tie tie = new Tie(this);
    Thread thread = hub().carrier().newThreadToGiveOut(tie);
    adopt(tie, thread);
    return thread;
  }

  @Override
  protected void main() {
    body.run();
  }

  @Override
  public String toString() {
    return "raw greenlet " + body.getClass().getName() + " of " + hub();
  }
}

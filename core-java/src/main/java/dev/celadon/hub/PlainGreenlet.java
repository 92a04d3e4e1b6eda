package dev.celadon.hub;

/** A greenlet with a body and nothing else: no result, no links. */
final class PlainGreenlet extends RawGreenlet {

  private final Runnable body;

  PlainGreenlet(Hub hub, Runnable body) {
    super(hub);
    this.body = body;
  }

  void start() {
    boolean _ = startSoon();
  }

  /** A thread that somebody else starts. */
  Thread unstartedThread() {
    FirstTurn turn = new FirstTurn(this);
    Thread thread = hub().carrier().newThread(turn);
    adopt(turn, thread);
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

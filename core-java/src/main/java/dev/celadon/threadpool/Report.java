package dev.celadon.threadpool;

import dev.celadon.hub.Hub;
import dev.celadon.hub.RawGreenlet;

/** Tells a hub's error handler of a task's failure, in a greenlet, as that handler expects. */
final class Report extends RawGreenlet {

  private final String source;
  private final Throwable failure;

  Report(Hub hub, String source, Throwable failure) {
    super(hub);
    this.source = source;
    this.failure = failure;
  }

  void start() {
    boolean _ = startSoon();
  }

  @Override
  protected void main() {
    report(source, failure);
  }

  @Override
  public String toString() {
    return "the report of a failure of " + source;
  }
}

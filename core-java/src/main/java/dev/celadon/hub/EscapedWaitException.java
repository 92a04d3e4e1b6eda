package dev.celadon.hub;

/**
 * A greenlet of a simulated hub waits in a call of the JDK with a time limit, which the clock of
 * the simulation does not see: it lasts in real time. Reported to the hub's error handler, once for
 * each hub.
 */
public final class EscapedWaitException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  EscapedWaitException(Hub hub, String waiters) {
    super(
        "a wait escapes the simulated clock of "
            + hub
            + ": use Greenlets.sleep and the timed calls of Celadon instead of those of the JDK. In"
            + " calls of the JDK are: "
            + waiters);
  }
}

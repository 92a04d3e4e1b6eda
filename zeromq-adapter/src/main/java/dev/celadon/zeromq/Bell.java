package dev.celadon.zeromq;

/**
 * Tells a socket that JeroMQ has sent it a command: its state may have changed. It says nothing
 * about the state itself.
 *
 * <p>Confined to its hub.
 */
sealed interface Bell permits PipeBell, HubMailbox, ThreadMailbox {

  /** Rings once, when a command has come. Never switches. */
  void arm();

  /**
   * Rings once more, after a ring. Never switches.
   *
   * @param broughtSomething whether the last ring was good for something
   */
  void armAgain(boolean broughtSomething);

  /** Rings no more. Right before the socket is closed. */
  void close();

  /** Whether JeroMQ has let go of the socket after its close. */
  boolean isGone();
}

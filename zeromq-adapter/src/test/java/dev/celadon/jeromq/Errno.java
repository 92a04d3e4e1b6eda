package dev.celadon.jeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;
import org.zeromq.ZMQException;

/** Calls that fail as JeroMQ's do. */
final class Errno {

  private Errno() {}

  static ZMQException fails(int errno, Executable call) {
    ZMQException failure = assertThrows(ZMQException.class, call);
    assertEquals(errno, failure.getErrorCode());
    return failure;
  }
}

package dev.celadon.zeromq;

import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;
import zmq.ZError;

/**
 * A ZeroMQ call failed. The kinds that a caller can act on have classes of their own; {@link
 * #errno} tells the rest.
 *
 * <p>Immutable.
 */
public sealed class ZmqException extends RuntimeException
    permits ZmqAddressException,
        ZmqClosedException,
        ZmqStateException,
        ZmqTermTimeoutException,
        ZmqTimeoutException,
        ZmqUnreachableException {

  private static final long serialVersionUID = 1L;

  private final int errno;

  ZmqException(int errno, String message, @Nullable Throwable cause) {
    super(message + " [" + nameOf(errno) + "]", cause);
    this.errno = errno;
  }

  /**
   * JeroMQ's number of the error.
   *
   * @return one of the constants of {@link zmq.ZError}
   */
  public int errno() {
    return errno;
  }

  /**
   * The error's name, as in the manuals of ZeroMQ.
   *
   * @return such as {@code EADDRINUSE}
   */
  public String errnoName() {
    return nameOf(errno);
  }

  private static String nameOf(int errno) {
    ZMQ.Error known = known(errno);
    return known == null ? "errno " + errno : known.name();
  }

  /** What the error means, in JeroMQ's words. */
  static String meaningOf(int errno) {
    ZMQ.Error known = known(errno);
    return known == null ? "errno " + errno : known.getMessage();
  }

  private static ZMQ.@Nullable Error known(int errno) {
    try {
      return ZMQ.Error.findByCode(errno);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** The error of an operation of a socket that is neither a matter of addresses nor of waiting. */
  static ZmqException of(int errno, ZmqSocket socket, String operation, @Nullable Throwable cause) {
    return switch (errno) {
      case ZError.ETERM ->
          new ZmqClosedException(
              errno,
              "cannot " + operation + ": the context of " + socket + " is closed; open a new one",
              cause);
      case ZError.EFSM ->
          new ZmqStateException(
              errno,
              "cannot "
                  + operation
                  + " now: "
                  + socket
                  + " takes turns, a REQ sends then receives, a REP receives then sends",
              cause);
      case ZError.ENOTSUP ->
          new ZmqStateException(
              errno, "cannot " + operation + ": " + socket + " is of a type that never can", cause);
      case ZError.EHOSTUNREACH ->
          new ZmqUnreachableException(
              errno,
              "cannot "
                  + operation
                  + ": "
                  + socket
                  + " knows no peer of the identity in the first frame; it has left, or has not"
                  + " come yet",
              cause);
      default ->
          new ZmqException(
              errno, "cannot " + operation + " on " + socket + ": " + meaningOf(errno), cause);
    };
  }

  /**
   * What ended a wait was thrown elsewhere; its caller wants to see the place of the wait, too.
   *
   * @return this
   */
  ZmqException inWaiter(String operation) {
    StackTraceElement[] here = new Throwable().getStackTrace();
    Throwable place = new Throwable("the " + operation + " that waited");
    place.setStackTrace(here);
    addSuppressed(place);
    return this;
  }
}

package dev.celadon.jeromq;

import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.zeromq.ZmqAddressException;
import dev.celadon.zeromq.ZmqClosedException;
import dev.celadon.zeromq.ZmqException;
import dev.celadon.zeromq.ZmqTimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQException;
import zmq.ZError;
import zmq.util.Errno;

/** Celadon's failures, in JeroMQ's words: an errno, and an exception or a poor result. */
final class Failures {

  private static final Errno ERRNO = new Errno();

  private Failures() {}

  /** What JeroMQ throws instead. A closed socket and an ended context are the same to it. */
  static RuntimeException inJeroMqsWords(RuntimeException failure) {
    return switch (failure) {
      case ZmqClosedException e -> with(ZError.ETERM, e);
      case ZmqException e -> with(e.errno(), e);
      case InterruptedWaitException e -> {
        boolean _ = Thread.interrupted(); // JeroMQ's EINTR stands for the interrupt status
        yield with(ZError.EINTR, e);
      }
      case ZMQException e -> {
        ERRNO.set(e.getErrorCode());
        yield e;
      }
      default -> failure;
    };
  }

  private static RuntimeException with(int errno, RuntimeException failure) {
    if (failure.getCause() instanceof IllegalArgumentException malformed) {
      return malformed;
    }
    if (failure instanceof ZmqAddressException && errno == ZError.EINVAL) {
      return new IllegalArgumentException(failure.getMessage(), failure); // it is no endpoint
    }
    if (failure.getCause() instanceof UnsupportedOperationException never) {
      return never;
    }
    ERRNO.set(errno);
    return new ZMQException(failure.getMessage(), errno, failure);
  }

  /** The result, or null and EAGAIN if there is none in time. */
  static <T> @Nullable T orNull(Supplier<? extends @Nullable T> operation) {
    try {
      T result = operation.get();
      if (result == null) {
        ERRNO.set(ZError.EAGAIN);
      }
      return result;
    } catch (ZmqTimeoutException e) {
      ERRNO.set(ZError.EAGAIN);
      return null;
    } catch (RuntimeException e) {
      throw inJeroMqsWords(e);
    }
  }

  /** True if it was done, or false and EAGAIN if that was not possible in time. */
  static boolean orFalse(BooleanSupplier operation) {
    try {
      if (operation.getAsBoolean()) {
        return true;
      }
      ERRNO.set(ZError.EAGAIN);
      return false;
    } catch (ZmqTimeoutException e) {
      ERRNO.set(ZError.EAGAIN);
      return false;
    } catch (RuntimeException e) {
      throw inJeroMqsWords(e);
    }
  }

  /** True if it was done, or false and the errno: for what throws in Celadon, but not in JeroMQ. */
  static boolean toldByErrno(Runnable operation) {
    try {
      operation.run();
      return true;
    } catch (ZmqException e) {
      RuntimeException failure = inJeroMqsWords(e);
      if (failure instanceof ZMQException) {
        return false;
      }
      throw failure;
    }
  }

  static void errno(int errno) {
    ERRNO.set(errno);
  }
}

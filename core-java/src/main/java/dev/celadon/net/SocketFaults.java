package dev.celadon.net;

import dev.celadon.hub.InterruptedWaitException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;

/** What goes wrong with a channel, in the words of {@code java.net}. */
final class SocketFaults {

  private SocketFaults() {}

  /** What {@code java.net} throws instead. */
  static IOException translate(IOException fault) {
    return switch (fault) {
      case SocketTimeoutException timeOver -> timeOver;
      case ConnectException refused -> refused;
      case SocketException known -> known;
      case SSLException known -> known;
      case ClosedChannelException _ -> new SocketException("Socket closed", fault);
      default -> new SocketException(String.valueOf(fault.getMessage()), fault);
    };
  }

  /** Of a hub that has no descriptor left for its first wait: sockets throw what is checked. */
  static IOException checked(UncheckedIOException fault) {
    return new IOException(fault.getMessage(), fault.getCause());
  }

  /** A socket of the JDK makes of it what it makes of every interrupt. */
  static InterruptedIOException interrupted(InterruptedWaitException interrupt) {
    InterruptedIOException told = new InterruptedIOException(interrupt.getMessage());
    told.initCause(interrupt);
    return told;
  }
}

package dev.celadon.net;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link StreamSocket} connects. The components have the meaning of the with-methods.
 *
 * <p>Immutable.
 *
 * @param timeout see {@link #withTimeout}
 * @param localAddress see {@link #withLocalAddress}
 * @param attemptDelay see {@link #withAttemptDelay}
 */
public record ConnectOptions(
    Duration timeout, @Nullable SocketAddress localAddress, Duration attemptDelay) {

  private static final ConnectOptions DEFAULTS =
      new ConnectOptions(Duration.ZERO, null, Duration.ofMillis(250));

  /** Checks the components. */
  public ConnectOptions {
    Objects.requireNonNull(timeout, "timeout");
    Objects.requireNonNull(attemptDelay, "attemptDelay");
    Side.checkTimeout(timeout);
    if (attemptDelay.toMillis() < 10 || attemptDelay.toMillis() > 2_000) {
      throw new IllegalArgumentException(
          "attemptDelay is " + attemptDelay + ": give 10 ms to 2 s, as RFC 8305 does");
    }
  }

  /**
   * No time limit but the operating system's, any local address, 250 ms between attempts.
   *
   * @return the defaults
   */
  public static ConnectOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Limits the time of the whole: the look-up of the name and all attempts.
   *
   * @param limit zero for no limit
   * @return changed options
   * @throws IllegalArgumentException if it is negative
   */
  public ConnectOptions withTimeout(Duration limit) {
    return new ConnectOptions(limit, localAddress, attemptDelay);
  }

  /**
   * Connects from an address of this machine.
   *
   * @param address port 0 takes any
   * @return changed options
   */
  public ConnectOptions withLocalAddress(SocketAddress address) {
    return new ConnectOptions(timeout, Objects.requireNonNull(address, "address"), attemptDelay);
  }

  /**
   * How long one of several addresses has for itself before the next one is tried as well.
   *
   * @param delay 10 ms to 2 s
   * @return changed options
   * @throws IllegalArgumentException if it is out of range
   */
  public ConnectOptions withAttemptDelay(Duration delay) {
    return new ConnectOptions(timeout, localAddress, delay);
  }
}

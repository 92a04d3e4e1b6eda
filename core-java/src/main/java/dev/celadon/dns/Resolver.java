package dev.celadon.dns;

import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.loop.Clock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

/**
 * Knows the addresses of hosts and the names of addresses.
 *
 * <p>Programs ask through {@link Dns}, which picks the resolver of the hub. Whoever waits for an
 * answer waits as in every call of Celadon: the hub goes on, and a kill or a timeout ends the wait
 * at once.
 *
 * <p>Implementations are safe for use from any thread.
 */
public interface Resolver {

  /**
   * The addresses of a host. May switch.
   *
   * @param host a name or a literal address; {@link Dns} has checked it and asks for names only
   * @return one or more addresses, the preferred one first
   * @throws UnknownHostException if there are none, or they could not be found out
   */
  List<InetAddress> lookup(String host) throws UnknownHostException;

  /**
   * The addresses of a host, if they come in time. May switch.
   *
   * @param host as in {@link #lookup(String)}
   * @param timeout time to wait at most; zero or negative only looks
   * @return one or more addresses, the preferred one first
   * @throws UnknownHostException if there are none, or they could not be found out
   * @throws TimeoutException if time was over first
   */
  default List<InetAddress> lookup(String host, Duration timeout)
      throws UnknownHostException, TimeoutException {
    Objects.requireNonNull(host, "host");
    if (Clock.waitNanos(timeout) == 0) {
      throw new TimeoutException("no time to look " + host + " up: give more than " + timeout);
    }
    try (Timeout limit = Timeout.start(timeout)) {
      try {
        return lookup(host);
      } catch (TimeoutExpired expired) {
        if (expired.timeout() != limit) {
          throw expired;
        }
        throw new TimeoutException(host + " was not looked up within " + timeout);
      }
    }
  }

  /**
   * The name of an address. May switch.
   *
   * @param address any address
   * @return the name, which need not have this address in turn
   * @throws UnknownHostException if it has none, or it could not be found out
   */
  String reverse(InetAddress address) throws UnknownHostException;
}

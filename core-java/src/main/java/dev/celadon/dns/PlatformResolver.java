package dev.celadon.dns;

import dev.celadon.loop.Clock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the system, as the JDK does, on threads beside the hub.
 *
 * <p>Those who ask for the same name at the same time, on whatever hub, share one call, and each of
 * them may give up without the others. A name server that does not answer holds one of the {@link
 * #maxThreads} threads and no hub; who asks for something else when all of them are held waits for
 * the first that is free.
 *
 * <p>The JDK remembers answers for a while (its security property {@code
 * networkaddress.cache.ttl}), and so does this resolver.
 *
 * <p>Safe for use from any thread.
 */
public final class PlatformResolver implements Resolver {

  private static final String THREADS = "celadon.dns.threads";
  private static final int DEFAULT_THREADS = 256;

  private static final class Holder {
    static final PlatformResolver SYSTEM =
        onThreads(new SystemLookups(), propertyOr(DEFAULT_THREADS));
  }

  private final Lookups lookups;
  private final int maxThreads;
  private final Flights<Lookups.Name, List<InetAddress>> names;
  private final Flights<Lookups.Address, String> addresses;

  /** The look-ups and who makes them are seams of tests. */
  PlatformResolver(Lookups lookups, Flights.Crew crew, int maxThreads) {
    this.lookups = lookups;
    this.maxThreads = maxThreads;
    this.names = new Flights<>(crew, lookups::addresses);
    this.addresses = new Flights<>(crew, lookups::name);
  }

  private static PlatformResolver onThreads(Lookups lookups, int maxThreads) {
    return new PlatformResolver(lookups, new LookupThreads("celadon-dns", maxThreads), maxThreads);
  }

  /**
   * The one that all hubs share.
   *
   * @return the same at each call
   * @throws IllegalArgumentException if the system property {@code celadon.dns.threads} is not a
   *     positive number
   */
  public static PlatformResolver system() {
    return Holder.SYSTEM;
  }

  static int propertyOr(int otherwise) {
    String given = System.getProperty(THREADS);
    if (given == null) {
      return otherwise;
    }
    if (!given.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(
          "the system property " + THREADS + " must be a positive number: " + given);
    }
    return Integer.parseInt(given);
  }

  /**
   * How many look-ups may be on their way at the same time, each holding a thread: the system
   * property {@code celadon.dns.threads}, or else 256. The threads are daemons, made when they are
   * needed, and end when they have had nothing to do for 5 s.
   *
   * @return 1 or more
   */
  public int maxThreads() {
    return maxThreads;
  }

  @Override
  public List<InetAddress> lookup(String host) throws UnknownHostException {
    List<InetAddress> found = lookUp(host, Long.MAX_VALUE);
    return Objects.requireNonNull(found, "a wait without end is over");
  }

  @Override
  public List<InetAddress> lookup(String host, Duration timeout)
      throws UnknownHostException, TimeoutException {
    long nanos = Clock.waitNanos(timeout);
    List<InetAddress> found = lookUp(host, nanos);
    if (found == null) {
      throw new TimeoutException(host + " was not looked up within " + timeout);
    }
    return found;
  }

  private @Nullable List<InetAddress> lookUp(String host, long nanos) throws UnknownHostException {
    Host asked = Host.parse(host);
    InetAddress literal = asked.literal();
    if (literal != null) {
      return List.of(literal);
    }
    return nanos == 0 ? null : names.ask(lookups.question(asked.name()), nanos);
  }

  @Override
  public String reverse(InetAddress address) throws UnknownHostException {
    Objects.requireNonNull(address, "address");
    String name = addresses.ask(lookups.question(address), Long.MAX_VALUE);
    return Objects.requireNonNull(name, "a wait without end is over");
  }

  /** How many questions are on their way. */
  int pending() {
    return names.size() + addresses.size();
  }

  /** How many wait for the addresses of a name. */
  int waitingFor(String host) {
    return names.aboard(lookups.question(host));
  }

  @Override
  public String toString() {
    return "PlatformResolver";
  }
}

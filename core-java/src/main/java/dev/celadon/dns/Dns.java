package dev.celadon.dns;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubLocal;
import dev.celadon.loop.Clock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Looks hosts up while the hub goes on.
 *
 * <p>The resolver of the current hub is asked: the one given to {@link #use}, else the one for all,
 * which is {@link PlatformResolver#system} unless {@link #setDefault} has changed it. An address in
 * writing ({@code 192.0.2.1}, {@code ::1}, {@code fe80::1%eth0}) is its own answer and never
 * switches. A name in other letters than ASCII is asked for in its ASCII form.
 *
 * <p>Safe for use from any thread.
 */
public final class Dns {

  private static final HubLocal<Choice> OF_HUB = new HubLocal<>(_ -> new Choice());

  /** Null until somebody chooses. */
  private static volatile @Nullable Resolver chosen;

  /** What a hub was told to use. Confined to its hub. */
  private static final class Choice {
    @Nullable Resolver resolver;
  }

  private Dns() {}

  // --- Asking

  /**
   * The addresses of a host, the preferred one first. Switches unless {@code host} is an address in
   * writing.
   *
   * @param host a name or an address
   * @return one or more addresses
   * @throws UnknownHostException if {@code host} is no name, has no address, or could not be looked
   *     up
   */
  public static List<InetAddress> lookup(String host) throws UnknownHostException {
    Host asked = Host.parse(host);
    InetAddress literal = asked.literal();
    return literal != null ? List.of(literal) : resolver().lookup(asked.name());
  }

  /**
   * The addresses of a host, if they come in time. Switches unless {@code host} is an address in
   * writing.
   *
   * @param host a name or an address
   * @param timeout time to wait at most; zero or negative only looks
   * @return one or more addresses
   * @throws UnknownHostException if {@code host} is no name, has no address, or could not be looked
   *     up
   * @throws TimeoutException if time was over first
   */
  public static List<InetAddress> lookup(String host, Duration timeout)
      throws UnknownHostException, TimeoutException {
    long _ = Clock.waitNanos(timeout);
    Host asked = Host.parse(host);
    InetAddress literal = asked.literal();
    return literal != null ? List.of(literal) : resolver().lookup(asked.name(), timeout);
  }

  /**
   * The preferred address of a host; gevent's {@code gethostbyname}. Switches unless {@code host}
   * is an address in writing.
   *
   * @param host a name or an address
   * @return its first address
   * @throws UnknownHostException if {@code host} is no name, has no address, or could not be looked
   *     up
   */
  public static InetAddress lookupFirst(String host) throws UnknownHostException {
    return lookup(host).getFirst();
  }

  /**
   * The name of an address; gevent's {@code gethostbyaddr}. Switches.
   *
   * @param address any address
   * @return the name, which need not have this address in turn
   * @throws UnknownHostException if it has none, or it could not be found out
   */
  public static String reverse(InetAddress address) throws UnknownHostException {
    Objects.requireNonNull(address, "address");
    return resolver().reverse(address);
  }

  /**
   * The full name of a host: the one that its first address has; gevent's {@code getfqdn}.
   * Switches.
   *
   * @param host a name or an address
   * @return the full name, or {@code host} if none was found
   */
  public static String canonicalName(String host) {
    Objects.requireNonNull(host, "host");
    try {
      return reverse(lookupFirst(host));
    } catch (UnknownHostException e) {
      return host;
    }
  }

  // --- Who is asked

  /**
   * The resolver that the calling code would ask. Never switches.
   *
   * @return the hub's own, or else the one for all
   */
  public static Resolver resolver() {
    Hub hub = Hub.currentOrNull();
    Resolver own = hub == null ? null : hub.get(OF_HUB).resolver;
    return own != null ? own : defaultResolver();
  }

  /**
   * Chooses the resolver of the current hub, from now on and until it ends. Never switches.
   *
   * @param resolver who is asked on this hub
   */
  public static void use(Resolver resolver) {
    Objects.requireNonNull(resolver, "resolver");
    Hub.current().get(OF_HUB).resolver = resolver;
  }

  /**
   * The resolver of all hubs that have not chosen their own, and of threads without a hub.
   *
   * @return the one given to {@link #setDefault}, or {@link PlatformResolver#system}
   */
  public static Resolver defaultResolver() {
    Resolver given = chosen;
    return given != null ? given : PlatformResolver.system();
  }

  /**
   * Chooses the resolver of all hubs that have not chosen their own. Never switches.
   *
   * @param resolver who is asked; {@link PlatformResolver#system} undoes it
   */
  public static void setDefault(Resolver resolver) {
    chosen = Objects.requireNonNull(resolver, "resolver");
  }
}

package dev.celadon.dns;

import dev.celadon.hub.CarrierMode;
import dev.celadon.hub.Hub;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.RawGreenlet;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whom the JDK asks while one of the doors of {@link PlatformDns} is open: in a greenlet the
 * resolver of its hub, elsewhere the one that was there before.
 *
 * <p>Safe for use from any thread.
 */
final class HubAddressResolver implements InetAddressResolver {
  /*
   * The JDK calls lookupByName under a lock that it has for each name. A greenlet that waits while it holds that lock would have
   * the next one who asks for the same name wait for it in a call of the JDK: in direct mode that is slow to end (no kill reaches
   * it), in portable mode it holds the hub, and the first one never gets its turn to give the lock back. So the lock is made
   * nobody's business before the wait: the cache of the JDK forgets who holds it. Where that cannot be reached, greenlets in portable
   * mode look up as everybody else does, and hold their hub.
   *
   * No greenlet waits in a static initialiser: its thread could not be unmounted there, and whoever wants the class waits for it.
   */

  private static final StackWalker FRAMES = StackWalker.getInstance();

  /** Set while a resolver of a hub is asked: one that asks the JDK must not come back here. */
  private static final ThreadLocal<Boolean> INSIDE = new ThreadLocal<>();

  private final InetAddressResolver behind;

  HubAddressResolver(InetAddressResolver behind) {
    this.behind = behind;
  }

  InetAddressResolver behind() {
    return behind;
  }

  @Override
  public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
      throws UnknownHostException {
    JdkAddresses jdk = JdkAddresses.orNull();
    if (jdk == null) {
      return found(host, policy, false);
    }
    Object detached = jdk.detach(host);
    Stream<InetAddress> found;
    try {
      found = found(host, policy, true);
    } catch (UnknownHostException e) {
      jdk.attach(host, detached);
      throw e;
    }
    jdk.attach(host, detached); // but not after a kill or a timeout, which say nothing of the host
    return found;
  }

  private Stream<InetAddress> found(String host, LookupPolicy policy, boolean withoutLock)
      throws UnknownHostException {
    return mayWait(withoutLock)
        ? arrange(asked(() -> Dns.resolver().lookup(host)), policy)
        : behind.lookupByName(host, policy);
  }

  @Override
  public String lookupByAddress(byte[] address) throws UnknownHostException {
    return mayWait(true)
        ? asked(() -> Dns.resolver().reverse(InetAddress.getByAddress(address)))
        : behind.lookupByAddress(address);
  }

  /** Whether the caller is a greenlet that can give its turn away. */
  private static boolean mayWait(boolean withoutLock) {
    Hub hub = RawGreenlet.currentOrNull() == null ? null : Hub.currentOrNull();
    return hub != null
        && !hub.inLane()
        && INSIDE.get() == null
        && (withoutLock || hub.carrierMode().kind() == CarrierMode.Kind.DIRECT)
        && !initialisesAClass();
  }

  private static boolean initialisesAClass() {
    return FRAMES.walk(frames -> frames.anyMatch(f -> f.getMethodName().equals("<clinit>")));
  }

  private interface Question<A> {
    A ask() throws UnknownHostException;
  }

  /** As the JDK's own look-ups, these let nobody hear of an interrupt before their end. */
  private static <A> A asked(Question<A> question) throws UnknownHostException {
    boolean interrupted = false;
    INSIDE.set(true);
    try {
      while (true) {
        try {
          return question.ask();
        } catch (InterruptedWaitException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      INSIDE.remove();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What the policy wants of it, in its order. */
  static Stream<InetAddress> arrange(List<InetAddress> found, LookupPolicy policy) {
    int wanted = policy.characteristics();
    Stream<InetAddress> left =
        found.stream()
            .filter(
                address ->
                    (wanted & (isIpv4(address) ? LookupPolicy.IPV4 : LookupPolicy.IPV6)) != 0);
    @Nullable Comparator<InetAddress> order =
        (wanted & LookupPolicy.IPV4_FIRST) != 0
            ? Comparator.comparing(address -> !isIpv4(address))
            : (wanted & LookupPolicy.IPV6_FIRST) != 0
                ? Comparator.comparing(HubAddressResolver::isIpv4)
                : null;
    return order == null ? left : left.sorted(order);
  }

  private static boolean isIpv4(InetAddress address) {
    return address instanceof Inet4Address;
  }

  @Override
  public String toString() {
    return "Celadon over " + behind;
  }
}

package dev.celadon.dns;

import java.net.InetAddress;
import java.net.spi.InetAddressResolver;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets the look-ups of unmodified code wait on the hub: {@code InetAddress.getByName} in a greenlet
 * asks the resolver of its hub, and other greenlets go on meanwhile. Everywhere else, on plain
 * threads, in callbacks and in static initialisers, it asks whom it asked before. gevent's {@code
 * patch_dns}.
 *
 * <p>Two doors lead there. {@link #patch} opens one at run time, and {@link #unpatch} closes it; it
 * needs the flag of direct mode, {@code --add-opens java.base/java.lang=ALL-UNNAMED}. The artifact
 * {@code celadon-dns-provider} on the class path opens the other at the JVM's first look-up, for
 * good; without the flag, in portable mode, a greenlet's look-up through that door still holds its
 * hub.
 *
 * <p>In portable mode, code that looks a name up while it holds a lock of the JDK keeps that lock
 * as long as it waits; another greenlet that wants it then holds the hub for ever. Direct mode
 * knows no such trap.
 *
 * <p>Safe for use from any thread.
 */
public final class PlatformDns {

  private static final Object LOCK = new Object();

  /** Who is asked by the JDK at the moment, if it is ours. Written under LOCK. */
  private static volatile @Nullable HubAddressResolver asked;

  /** By the provider, and for good. Written under LOCK. */
  private static boolean provided;

  private PlatformDns() {}

  /**
   * Opens the door, unless one is open already. Never switches.
   *
   * @throws IllegalStateException if the JVM does not let it be opened; it says what to do
   */
  public static void patch() {
    JdkAddresses jdk = JdkAddresses.orNull();
    if (jdk == null) {
      throw new IllegalStateException(
          "InetAddress cannot be patched: "
              + JdkAddresses.obstacle()
              + "; or put the artifact celadon-dns-provider on the class path");
    }
    InetAddressResolver before = jdk.resolver(); // finds a provider, which calls provide below
    synchronized (LOCK) {
      if (asked == null) {
        HubAddressResolver ours = new HubAddressResolver(before);
        asked = ours;
        jdk.setResolver(ours);
      }
    }
  }

  /**
   * Closes the door that {@link #patch} has opened, and no other; who waits behind it still gets
   * the answer. Never switches.
   */
  public static void unpatch() {
    JdkAddresses jdk = JdkAddresses.orNull();
    synchronized (LOCK) {
      HubAddressResolver ours = asked;
      if (jdk != null && ours != null && !provided) {
        jdk.setResolver(ours.behind());
        asked = null;
      }
    }
  }

  /**
   * Whether a door is open: by {@link #patch} or by the provider.
   *
   * @return true if {@link InetAddress} asks the resolver of the hub
   */
  public static boolean isPatched() {
    return asked != null;
  }

  /**
   * What a provider gives to the JDK; for {@code celadon-dns-provider} and for programs that have a
   * provider of their own.
   *
   * @param builtIn whom to ask outside of greenlets, and for {@link PlatformResolver}
   * @return whom the JDK is to ask
   */
  public static InetAddressResolver provide(InetAddressResolver builtIn) {
    Objects.requireNonNull(builtIn, "builtIn");
    HubAddressResolver ours = new HubAddressResolver(builtIn);
    synchronized (LOCK) {
      asked = ours;
      provided = true;
    }
    return ours;
  }

  /** Whom the JDK would ask without Celadon; null while it does not ask Celadon. */
  static @Nullable InetAddressResolver behind() {
    HubAddressResolver ours = asked;
    return ours == null ? null : ours.behind();
  }
}

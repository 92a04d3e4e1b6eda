package dev.celadon.dns;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.spi.InetAddressResolver;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The inside of {@link InetAddress}, for as long as the JDK lets it be seen.
 *
 * <p>What it leans on (read in 25.0.3):
 *
 * <ul>
 *   <li>{@code Module.implAddOpens}, which {@code --add-opens java.base/java.lang} makes reachable,
 *       opens {@code java.net}, too;
 *   <li>{@code InetAddress.resolver} is who is asked, and {@code InetAddress.resolver()} finds him
 *       at the first look-up;
 *   <li>{@code InetAddress.cache} has, for each name, the answer, or a {@code
 *       NameServiceAddresses}, whose lock is held by the thread that looks the name up and wanted
 *       by all others who ask for the same name. Whoever is not in the cache any more when his
 *       answer comes leaves the cache alone.
 * </ul>
 *
 * <p>This class is the only one that knows these things. Safe for use from any thread.
 */
final class JdkAddresses {

  private static final class Opened {
    static final @Nullable Object INSTANCE = open();
  }

  private final MethodHandle resolver;
  private final VarHandle field;
  private final ConcurrentMap<String, Object> cache;
  private final Class<?> lookingUp;

  private JdkAddresses(
      MethodHandle resolver,
      VarHandle field,
      ConcurrentMap<String, Object> cache,
      Class<?> lookingUp) {
    this.resolver = resolver;
    this.field = field;
    this.cache = cache;
    this.lookingUp = lookingUp;
  }

  /** Null if the JDK does not let it be seen. */
  static @Nullable JdkAddresses orNull() {
    return Opened.INSTANCE instanceof JdkAddresses opened ? opened : null;
  }

  /** Why {@link #orNull} is null, for messages. */
  static String obstacle() {
    return String.valueOf(Opened.INSTANCE);
  }

  /** The access, or the obstacle. */
  @SuppressWarnings("unchecked")
  private static Object open() {
    try {
      MethodHandles.Lookup own = MethodHandles.lookup();
      MethodHandle addOpens =
          MethodHandles.privateLookupIn(Module.class, own)
              .findVirtual(
                  Module.class,
                  "implAddOpens",
                  MethodType.methodType(void.class, String.class, Module.class));
      addOpens.invoke(InetAddress.class.getModule(), "java.net", JdkAddresses.class.getModule());
      MethodHandles.Lookup inside = MethodHandles.privateLookupIn(InetAddress.class, own);
      Class<?> lookingUp = Class.forName("java.net.InetAddress$NameServiceAddresses");
      Object cache =
          inside.findStaticVarHandle(InetAddress.class, "cache", ConcurrentMap.class).get();
      return new JdkAddresses(
          inside.findStatic(
              InetAddress.class, "resolver", MethodType.methodType(InetAddressResolver.class)),
          inside.findStaticVarHandle(InetAddress.class, "resolver", InetAddressResolver.class),
          (ConcurrentMap<String, Object>) cache,
          lookingUp);
    } catch (IllegalAccessException e) {
      return "java.base does not open java.lang to Celadon: start the JVM with --add-opens"
          + " java.base/java.lang=ALL-UNNAMED";
    } catch (Throwable e) {
      return "the inside of this JDK's InetAddress is another one (" + e + "): use JDK 25";
    }
  }

  /** Who is asked; looked for by the JDK if this is the first time. */
  InetAddressResolver resolver() {
    try {
      return (InetAddressResolver) resolver.invokeExact();
    } catch (Throwable e) {
      throw new AssertionError("InetAddress.resolver() failed", e);
    }
  }

  void setResolver(InetAddressResolver asked) {
    field.setVolatile(asked);
  }

  /**
   * Lets others who ask for a name that the caller is about to look up look for themselves, instead
   * of waiting for a lock that the caller holds.
   *
   * @return for {@link #attach}; null if there is nothing to do
   */
  @Nullable Object detach(String host) {
    Object entry = cache.get(host);
    return lookingUp.isInstance(entry) && cache.remove(host, entry) ? entry : null;
  }

  /**
   * Lets the JDK remember the answer, or the failure, that the caller is about to give, unless
   * another one came.
   */
  void attach(String host, @Nullable Object detached) {
    if (detached != null) {
      boolean _ = cache.putIfAbsent(host, detached) == null;
    }
  }
}

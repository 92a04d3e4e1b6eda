package dev.celadon.dns;

import java.net.spi.InetAddressResolver;
import org.jspecify.annotations.Nullable;

/** Whether the JDK's look-ups come to Celadon, and what was there before. */
final class InetAddressDoor {

  private static volatile @Nullable InetAddressResolver behind;

  private InetAddressDoor() {}

  /** Whom the JDK would ask without Celadon; null while it does not ask Celadon. */
  static @Nullable InetAddressResolver behind() {
    return behind;
  }
}

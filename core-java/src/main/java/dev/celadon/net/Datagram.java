package dev.celadon.net;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A datagram that has come.
 *
 * @param data its bytes, in a buffer of its own
 * @param address who sent it
 */
public record Datagram(ByteBuffer data, InetSocketAddress address) {

  /** Checks that both are there. */
  public Datagram {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(address, "address");
  }
}

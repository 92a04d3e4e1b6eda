package dev.celadon.zeromq;

import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Somebody at the other end of a TCP connection who speaks ZeroMQ, and has said who it is.
 *
 * <p>Immutable.
 *
 * @param endpoint of this side: what it is bound to, or what it has connected to, in numbers
 * @param address of the other side, or null if it was gone before it could be asked
 * @param accepted true if the peer has connected to this socket, false if this socket has connected
 *     to the peer
 * @param properties what the peer has told, such as {@code Socket-Type} and {@code Identity}, and
 *     what the {@link Authenticator} has added, such as {@code User-Id}
 */
public record ZmqPeer(
    String endpoint,
    @Nullable InetSocketAddress address,
    boolean accepted,
    Map<String, String> properties) {

  /** Copies the properties. */
  public ZmqPeer {
    properties = Map.copyOf(properties);
  }

  /**
   * What kind of socket the peer has.
   *
   * @return such as {@code DEALER}; empty if it has not said
   */
  public String socketType() {
    return properties.getOrDefault("Socket-Type", "");
  }

  /**
   * What the peer calls itself.
   *
   * @return the identity as text; empty if it has none
   */
  public String identity() {
    return properties.getOrDefault("Identity", "");
  }

  /**
   * Under which name the {@link Authenticator} has let the peer in.
   *
   * @return the user id; empty if nobody was asked
   */
  public String userId() {
    return properties.getOrDefault("User-Id", "");
  }
}

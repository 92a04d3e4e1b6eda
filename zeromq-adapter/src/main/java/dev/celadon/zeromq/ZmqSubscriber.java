package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What a {@link ZmqSocket} of type SUB or DISH wants to receive.
 *
 * <p>Confined to its hub.
 */
public sealed interface ZmqSubscriber permits ZmqSocket {

  /**
   * Lets a SUB receive messages that start with this. Never switches.
   *
   * @param prefix empty for all messages
   * @return this socket
   */
  default ZmqSocket subscribe(String prefix) {
    return subscribe(prefix.getBytes(UTF_8));
  }

  /**
   * Lets a SUB receive messages that start with this. Never switches.
   *
   * @param prefix empty for all messages
   * @return this socket
   */
  ZmqSocket subscribe(byte[] prefix);

  /**
   * Takes a {@link #subscribe(String)} back. Never switches.
   *
   * @param prefix what was subscribed to
   * @return this socket
   */
  default ZmqSocket unsubscribe(String prefix) {
    return unsubscribe(prefix.getBytes(UTF_8));
  }

  /**
   * Takes a {@link #subscribe(byte[])} back. Never switches.
   *
   * @param prefix what was subscribed to
   * @return this socket
   */
  ZmqSocket unsubscribe(byte[] prefix);

  /**
   * Lets a DISH receive the messages of a group. Never switches.
   *
   * @param group at most 255 characters
   * @return this socket
   * @throws ZmqException if it has joined the group already, the name is too long, or it is no DISH
   */
  ZmqSocket join(String group);

  /**
   * Takes a {@link #join} back. Never switches.
   *
   * @param group what was joined
   * @return this socket
   * @throws ZmqException if it has not joined the group, or it is no DISH
   */
  ZmqSocket leave(String group);
}

package dev.celadon.net;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;

/** The options of {@code java.net}, which have numbers, as those of a channel. */
final class SocketOptionNumbers {

  private SocketOptionNumbers() {}

  static void set(NetworkChannel channel, int number, Object value) throws SocketException {
    try {
      switch (number) {
        case SocketOptions.SO_LINGER ->
            channel.setOption(
                StandardSocketOptions.SO_LINGER, value instanceof Integer seconds ? seconds : -1);
        case SocketOptions.SO_SNDBUF, SocketOptions.SO_RCVBUF, SocketOptions.IP_TOS ->
            setOption(channel, number(number), (Integer) value);
        default -> setOption(channel, flag(number), (Boolean) value);
      }
    } catch (IOException e) {
      throw asSocketException(e);
    }
  }

  private static <T> void setOption(NetworkChannel channel, SocketOption<T> option, T value)
      throws IOException {
    NetworkChannel _ = channel.setOption(option, value);
  }

  static Object get(NetworkChannel channel, int number) throws SocketException {
    try {
      return switch (number) {
        case SocketOptions.SO_LINGER,
            SocketOptions.SO_SNDBUF,
            SocketOptions.SO_RCVBUF,
            SocketOptions.IP_TOS ->
            channel.getOption(number(number));
        default -> channel.getOption(flag(number));
      };
    } catch (IOException e) {
      throw asSocketException(e);
    }
  }

  private static SocketOption<Integer> number(int number) {
    return switch (number) {
      case SocketOptions.SO_LINGER -> StandardSocketOptions.SO_LINGER;
      case SocketOptions.SO_SNDBUF -> StandardSocketOptions.SO_SNDBUF;
      case SocketOptions.SO_RCVBUF -> StandardSocketOptions.SO_RCVBUF;
      default -> StandardSocketOptions.IP_TOS;
    };
  }

  private static SocketOption<Boolean> flag(int number) throws SocketException {
    return switch (number) {
      case SocketOptions.TCP_NODELAY -> StandardSocketOptions.TCP_NODELAY;
      case SocketOptions.SO_KEEPALIVE -> StandardSocketOptions.SO_KEEPALIVE;
      case SocketOptions.SO_REUSEADDR -> StandardSocketOptions.SO_REUSEADDR;
      case SocketOptions.SO_REUSEPORT -> StandardSocketOptions.SO_REUSEPORT;
      default -> throw new SocketException("Unknown option " + number);
    };
  }

  private static SocketException asSocketException(IOException fault) {
    return fault instanceof SocketException known
        ? known
        : new SocketException(String.valueOf(fault.getMessage()), fault);
  }
}

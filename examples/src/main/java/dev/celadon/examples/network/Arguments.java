package dev.celadon.examples.network;

import java.io.Serial;
import java.net.InetSocketAddress;
import java.util.List;

/** What follows the name of a program on the command line. */
record Arguments(List<String> words) {

  /** The command line cannot be used; the message tells why. */
  static final class Unusable extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    Unusable(String message) {
      super(message);
    }
  }

  static Arguments of(String... words) {
    return new Arguments(List.of(words));
  }

  String word(int index, String otherwise) {
    return index < words.size() ? words.get(index) : otherwise;
  }

  /** A port; 0 takes a free one. */
  int port(int index, int otherwise) {
    String word = word(index, Integer.toString(otherwise));
    try {
      int port = Integer.parseInt(word);
      if (port >= 0 && port <= 0xffff) {
        return port;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new Unusable("\"" + word + "\" is no port: give one of 1 to 65535, or 0 for any");
  }

  /** A place to connect to, such as {@code localhost:80}; the name is not looked up here. */
  InetSocketAddress place(int index, String otherwise) {
    return place(word(index, otherwise));
  }

  static InetSocketAddress place(String word) {
    int colon = word.lastIndexOf(':');
    if (colon <= 0) {
      throw new Unusable("\"" + word + "\" is no place to connect to: give HOST:PORT");
    }
    String host = word.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = of(word.substring(colon + 1)).port(0, 0);
    return InetSocketAddress.createUnresolved(host, port);
  }
}

package dev.celadon.benchmarks;

import java.util.List;

/** Cases that are shown in one plot. */
enum Group {
  /** Greenlets and what they wait for, within one process. */
  HUB("hub", "Greenlets", List.of()),
  /** Coroutines, and the ways between them and greenlets. */
  KOTLIN("kotlin", "Coroutines", List.of("coroutine-", "bridge-")),
  /** Sockets. */
  NETWORK("network", "Sockets", List.of("echo-", "accept", "udp-", "tls-", "patched-")),
  /** ZeroMQ sockets. */
  ZEROMQ("zeromq", "ZeroMQ sockets", List.of("zmq-"));

  private final String fileName;
  private final String title;
  private final List<String> prefixes;

  Group(String fileName, String title, List<String> prefixes) {
    this.fileName = fileName;
    this.title = title;
    this.prefixes = prefixes;
  }

  /** The group of a case: the hub's, unless its name begins as another group's do. */
  static Group of(String caseName) {
    for (Group group : values()) {
      if (group.prefixes.stream().anyMatch(caseName::startsWith)) {
        return group;
      }
    }
    return HUB;
  }

  String fileName() {
    return fileName;
  }

  String title() {
    return title;
  }
}

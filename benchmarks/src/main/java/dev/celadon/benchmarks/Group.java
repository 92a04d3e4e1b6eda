package dev.celadon.benchmarks;

/** Cases that are shown in one plot. */
enum Group {
  /** Greenlets and what they wait for, within one process. */
  HUB("hub", "Greenlets"),
  /** Coroutines, and the ways between them and greenlets. */
  KOTLIN("kotlin", "Coroutines"),
  /** Sockets. */
  NETWORK("network", "Sockets"),
  /** ZeroMQ sockets. */
  ZEROMQ("zeromq", "ZeroMQ sockets");

  private final String fileName;
  private final String title;

  Group(String fileName, String title) {
    this.fileName = fileName;
    this.title = title;
  }

  /** The group of a case, told by how its name begins. */
  static Group of(String caseName) {
    int dash = caseName.indexOf('-');
    return switch (dash < 0 ? caseName : caseName.substring(0, dash)) {
      case "coroutine", "bridge" -> KOTLIN;
      case "echo", "accept", "udp", "tls", "patched" -> NETWORK;
      case "zmq" -> ZEROMQ;
      default -> HUB;
    };
  }

  String fileName() {
    return fileName;
  }

  String title() {
    return title;
  }
}

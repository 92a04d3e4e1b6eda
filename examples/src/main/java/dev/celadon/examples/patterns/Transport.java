package dev.celadon.examples.patterns;

/** How the parts of a pattern reach each other. */
public enum Transport {

  /** Over the loopback, each part at a free port: as separate processes would. */
  TCP,

  /** In memory: also in virtual time, which runs through heartbeats and time limits at once. */
  INPROC;

  /** An endpoint to bind to; {@code bind} returns the one to connect to. */
  public String at(String name) {
    return switch (this) {
      case TCP -> "tcp://127.0.0.1:*";
      case INPROC -> "inproc://" + name;
    };
  }
}

package dev.celadon.net;

import java.net.StandardSocketOptions;

/**
 * How a {@link StreamListener} listens. The components have the meaning of the with-methods.
 *
 * <p>Immutable.
 *
 * @param backlog see {@link #withBacklog}
 * @param reusePort see {@link #withReusePort}
 */
public record ListenOptions(int backlog, boolean reusePort) {

  private static final ListenOptions DEFAULTS = new ListenOptions(1_024, false);

  /** Checks the components. */
  public ListenOptions {
    if (backlog < 1) {
      throw new IllegalArgumentException("backlog is " + backlog + ": give 1 or more");
    }
  }

  /**
   * A backlog of 1024, the port for itself.
   *
   * @return the defaults
   */
  public static ListenOptions defaults() {
    return DEFAULTS;
  }

  /**
   * How many connections may wait to be accepted; the operating system may allow fewer.
   *
   * @param connections 1 or more
   * @return changed options
   * @throws IllegalArgumentException if it is less than 1
   */
  public ListenOptions withBacklog(int connections) {
    return new ListenOptions(connections, reusePort);
  }

  /**
   * Whether several listeners may share a port ({@link StandardSocketOptions#SO_REUSEPORT}); the
   * operating system spreads connections over them.
   *
   * @param shared true if all of them set it
   * @return changed options
   */
  public ListenOptions withReusePort(boolean shared) {
    return new ListenOptions(backlog, shared);
  }
}

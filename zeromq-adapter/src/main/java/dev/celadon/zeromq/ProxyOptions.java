package dev.celadon.zeromq;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link ZmqProxy} is made.
 *
 * <p>Immutable.
 *
 * @param capture gets a copy of every message that was forwarded, in that order; null for none. The
 *     proxy goes no faster than this socket takes them: a PUB never holds it up, a PUSH or PAIR
 *     without a peer does
 * @param listener is called with every message that was forwarded, in that order, in the proxy's
 *     greenlet; null for none. If it waits, so does the proxy; what it throws ends the proxy
 * @param control tells the proxy what to do, see {@link ZmqProxy}; null for none
 */
public record ProxyOptions(
    @Nullable ZmqSocket capture,
    @Nullable Consumer<? super ZmqMessage> listener,
    @Nullable ZmqSocket control) {

  private static final ProxyOptions DEFAULTS = new ProxyOptions(null, null, null);

  /**
   * A proxy that only forwards.
   *
   * @return options without sockets
   */
  public static ProxyOptions defaults() {
    return DEFAULTS;
  }

  /**
   * With a socket that gets a copy of every message.
   *
   * @param socket of a type that sends
   * @return changed options
   */
  public ProxyOptions withCapture(ZmqSocket socket) {
    return new ProxyOptions(Objects.requireNonNull(socket, "socket"), listener, control);
  }

  /**
   * With somebody who sees every message, such as {@code queue::put}.
   *
   * @param seen is called in the proxy's greenlet, and may wait
   * @return changed options
   */
  public ProxyOptions withListener(Consumer<? super ZmqMessage> seen) {
    return new ProxyOptions(capture, Objects.requireNonNull(seen, "seen"), control);
  }

  /**
   * With a socket that steers the proxy.
   *
   * @param socket of a type that receives; a REP, ROUTER or PAIR also answers
   * @return changed options
   */
  public ProxyOptions withControl(ZmqSocket socket) {
    return new ProxyOptions(capture, listener, Objects.requireNonNull(socket, "socket"));
  }
}

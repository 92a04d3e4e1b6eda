package dev.celadon.zeromq;

/**
 * One server of a {@link RequestMultiplexer}: the DEALER that is connected to it, and what is known
 * of it.
 *
 * <p>Confined to its hub.
 */
final class RequestServer {

  final String endpoint;
  final ZmqSocket socket;

  /** Requests that were sent there and are not done. */
  int outstanding;

  /** An attempt has got no reply, and nothing has come since. */
  private boolean isSuspect;

  /** When a suspect may be asked once more. */
  private long probeNanos;

  /** The replies that have come. */
  private long replies;

  /** Stands in the multiplexer's lane, to be read. */
  boolean isScheduled;

  RequestServer(String endpoint, ZmqSocket socket) {
    this.endpoint = endpoint;
    this.socket = socket;
  }

  long replies() {
    return replies;
  }

  void hasReplied() {
    replies++;
    isSuspect = false;
  }

  void isSilent(long nextProbeNanos) {
    isSuspect = true;
    probeNanos = nextProbeNanos;
  }

  /** Whether others are to be asked first. */
  boolean isAvoided(long nowNanos) {
    return isSuspect && nowNanos - probeNanos < 0;
  }

  /** It has been asked: a suspect gets no more until the next probe. */
  void hasBeenAsked(long nextProbeNanos) {
    outstanding++;
    if (isSuspect) {
      probeNanos = nextProbeNanos;
    }
  }

  @Override
  public String toString() {
    return endpoint + (isSuspect ? " (silent)" : "");
  }
}

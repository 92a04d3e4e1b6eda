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

  /** It has been asked, and has said nothing since. */
  private boolean isAwaited;

  private long awaitedSinceNanos;

  /** It has said nothing for as long as an attempt lasts. */
  private boolean isSuspect;

  /** When a suspect may be asked once more. */
  private long probeNanos;

  /** Stands in the multiplexer's lane, to be read. */
  boolean isScheduled;

  RequestServer(String endpoint, ZmqSocket socket) {
    this.endpoint = endpoint;
    this.socket = socket;
  }

  void hasReplied() {
    isAwaited = false;
    isSuspect = false;
  }

  /** An attempt that had asked it is over, perhaps because the caller had little time. */
  void wasInVain(long nowNanos, long attemptNanos) {
    if (isAwaited && nowNanos - awaitedSinceNanos >= attemptNanos) {
      isSuspect = true;
      probeNanos = nowNanos + attemptNanos;
    }
  }

  /** Whether others are to be asked first. */
  boolean isAvoided(long nowNanos) {
    return isSuspect && nowNanos - probeNanos < 0;
  }

  /** It has been asked: a suspect gets no more until the next probe. */
  void hasBeenAsked(long nowNanos, long attemptNanos) {
    outstanding++;
    if (!isAwaited) {
      isAwaited = true;
      awaitedSinceNanos = nowNanos;
    }
    if (isSuspect) {
      probeNanos = nowNanos + attemptNanos;
    }
  }

  @Override
  public String toString() {
    return endpoint + (isSuspect ? " (silent)" : "");
  }
}

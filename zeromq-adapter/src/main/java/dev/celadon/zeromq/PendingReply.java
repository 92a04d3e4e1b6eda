package dev.celadon.zeromq;

import dev.celadon.hub.LaneTimer;
import dev.celadon.sync.AsyncResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A request that a {@link RequestMultiplexer} takes care of, and the reply that will come.
 *
 * <p>Confined to its hub, but for {@link #asyncResult}.
 */
public final class PendingReply {

  private final RequestMultiplexer multiplexer;
  private final AsyncResult<ZmqMessage> result = new AsyncResult<>();

  final long id;

  /** With its envelope. */
  final ZmqMessage request;

  /** In the time of the hub's loop; {@link Long#MAX_VALUE} for none. */
  final long deadlineNanos;

  /** The servers that were asked, one after the other. */
  final List<RequestServer> asked = new ArrayList<>(1);

  int attempts;

  @Nullable LaneTimer timer;

  PendingReply(RequestMultiplexer multiplexer, long id, ZmqMessage request, long deadlineNanos) {
    this.multiplexer = multiplexer;
    this.id = id;
    this.request = request;
    this.deadlineNanos = deadlineNanos;
  }

  boolean hasAsked(RequestServer server) {
    return asked.contains(server);
  }

  /** Why there is no reply after all attempts. */
  String whyNot(RequestServers servers, RequestOptions options) {
    String count = attempts == 1 ? "1 attempt" : attempts + " attempts";
    if (servers.isEmpty()) {
      return "no reply after " + count + ": there is no server; add one (addServer)";
    }
    if (asked.isEmpty()) {
      return "not sent in "
          + count
          + " of at most "
          + options.attemptTimeout()
          + ": none of "
          + servers
          + " was connected and had room";
    }
    return "no reply after "
        + count
        + " of at most "
        + options.attemptTimeout()
        + ", asked: "
        + asked.stream().map(server -> server.endpoint).toList();
  }

  /**
   * Waits for the reply. Switches unless it is there.
   *
   * @return the reply, without its envelope
   * @throws ZmqTimeoutException if there was none after the last attempt
   * @throws ZmqClosedException if the multiplexer was closed first
   * @throws CancellationException if it was cancelled
   */
  public ZmqMessage result() {
    return result.result();
  }

  /**
   * Waits for the reply for a limited time; the request goes on meanwhile and afterwards. Switches
   * unless it is there.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return the reply, without its envelope
   * @throws TimeoutException if the reply is not there in time
   * @throws ZmqTimeoutException if there was none after the last attempt
   * @throws ZmqClosedException if the multiplexer was closed first
   * @throws CancellationException if it was cancelled
   */
  public ZmqMessage result(Duration timeout) throws TimeoutException {
    return result.result(timeout);
  }

  /**
   * Whether there is a reply or a failure.
   *
   * @return true if {@link #result()} would not wait
   */
  public boolean isReady() {
    return result.isReady();
  }

  /**
   * Gives the request up: it is not sent again, and a reply that comes is dropped. What a server
   * has begun goes on there. Never switches.
   *
   * @return true if this ended it; false if it had ended
   */
  public boolean cancel() {
    return multiplexer.end(
        this, new CancellationException("the request was cancelled by its sender"));
  }

  /**
   * The same as a result of many uses: to wait for several, to link, or as a {@link
   * java.util.concurrent.CompletableFuture}. It cannot cancel the request.
   *
   * @return always the same object
   */
  public AsyncResult<ZmqMessage> asyncResult() {
    return result;
  }
}

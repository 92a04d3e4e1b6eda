package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.hub.Hub;
import dev.celadon.hub.LaneTimer;
import dev.celadon.loop.Clock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.zeromq.SocketType;
import zmq.ZError;
import zmq.ZMQ;

/**
 * Requests and replies of many greenlets over one DEALER socket for each server: what takes a REQ
 * socket for each call otherwise.
 *
 * <p><b>Servers.</b> Any REP will do, and any ROUTER that gives back the envelope of a request, all
 * frames up to the first empty one, with its reply. A request goes to the server with the fewest
 * unanswered ones; one that is asked and says nothing for an {@link
 * RequestOptions#attemptTimeout()} gets no more than one request in each until something comes from
 * it.
 *
 * <p><b>Attempts.</b> A request that has no reply in time is sent again, to another server if there
 * is one; the first reply counts, and the others are dropped. So a server may do a request that
 * another one does, too: where that does harm, make it one attempt. A request waits its turn for as
 * long as no server is connected and has room, at most until its time is over.
 *
 * <p><b>Ends.</b> A kill, a timeout or an interrupt of the caller of {@link #request(ZmqMessage)}
 * cancels its request. {@link #close} ends all with a {@link ZmqClosedException}, and so does the
 * end of the context.
 *
 * <pre>{@code
 * try (var servers = RequestMultiplexer.connect(context, "tcp://one:5555", "tcp://two:5555")) {
 *   String answer = servers.request("question");
 * }
 * }</pre>
 *
 * <p>The scheme of sending again is Lazy Pirate's, the choice of a server Freelance's (<a
 * href="https://zguide.zeromq.org/docs/chapter4/">ZeroMQ guide, chapter 4</a>); the envelope is the
 * one of ZeroMQ's option REQ_CORRELATE.
 *
 * <p>Confined to its hub.
 */
public final class RequestMultiplexer implements AutoCloseable {
  /*
   * A request goes out as [id] [] [frames...], and [id] finds it when the reply comes. There is no greenlet here: all is done in
   * calls that never wait, by the callers, by timers, and in the lane when a socket has something to read or room.
   *
   *              no server takes it                a reply, an end
   *   submitted ------------------> queued            ^
   *       |                           | room          |
   *       +---------> sent <----------+---------------+
   *                    | ^
   *                    +-+ attempt over, some left: sent once more, or queued
   *
   * A queued request keeps its place in the line; its attempts pass there, too, so that it ends in time.
   */

  /**
   * What a multiplexer has done.
   *
   * <p>Immutable.
   *
   * @param requests requests that were made
   * @param replies requests that got their reply
   * @param repeats attempts after the first one
   * @param timeouts requests that ended without a reply
   * @param late replies to requests that had ended, or had their reply
   * @param uncorrelated messages that were no reply to any request
   */
  public record Metrics(
      long requests, long replies, long repeats, long timeouts, long late, long uncorrelated) {}

  private static final byte[] DELIMITER = {};

  private static final int ENVELOPE = 2;

  /** So many replies of one server at once, then the others of the hub have a turn. */
  private static final int REPLIES_PER_TURN = 64;

  /** The ids begin somewhere below 2^62. */
  private static final long FIRST_IDS = (1L << 62) - 1;

  /** Sums of times must not overflow. */
  private static final long LONGEST_ATTEMPT_NANOS = TimeUnit.DAYS.toNanos(365);

  private final ZmqContext context;
  private final Hub hub;
  private final RequestOptions options;
  private final long attemptNanos;
  private final RequestServers servers;
  private final Map<Long, PendingReply> pending = new LinkedHashMap<>();

  /** Those that no server has taken, first come, first served. */
  private final LinkedHashSet<PendingReply> queue = new LinkedHashSet<>();

  /** While the queue is not empty: what ends listening for room. */
  private final List<Runnable> roomListeners = new ArrayList<>();

  /**
   * By the clock, lest a late reply to an earlier client of the same identity is taken for ours.
   */
  private final long firstId;

  /** Ends the wait for the context's end. */
  private final Runnable forgetEnd;

  private long lastId;
  private boolean isFlushScheduled;
  private boolean isClosed;

  private long replies;
  private long repeats;
  private long timeouts;
  private long late;
  private long uncorrelated;

  private RequestMultiplexer(ZmqContext context, RequestOptions options) {
    this.context = context;
    this.hub = context.hub();
    this.options = options;
    this.firstId = now() & FIRST_IDS;
    this.lastId = firstId;
    this.attemptNanos = Math.min(Clock.waitNanos(options.attemptTimeout()), LONGEST_ATTEMPT_NANOS);
    this.servers = new RequestServers(attemptNanos);
    this.forgetEnd = context.onEnd(this::close);
  }

  /**
   * Opens a multiplexer with the default options. Never switches, except to resolve a host name.
   *
   * @param context where its sockets come from
   * @param endpoints the servers; more can be added
   * @return the multiplexer
   * @throws ZmqAddressException if an endpoint is malformed, or of an unknown transport
   */
  public static RequestMultiplexer connect(ZmqContext context, String... endpoints) {
    return connect(context, RequestOptions.defaults(), endpoints);
  }

  /**
   * Opens a multiplexer. Never switches, except to resolve a host name.
   *
   * @param context where its sockets come from
   * @param options how requests are treated
   * @param endpoints the servers; more can be added
   * @return the multiplexer
   * @throws ZmqAddressException if an endpoint is malformed, or of an unknown transport
   */
  public static RequestMultiplexer connect(
      ZmqContext context, RequestOptions options, String... endpoints) {
    RequestMultiplexer multiplexer =
        new RequestMultiplexer(context, Objects.requireNonNull(options, "options"));
    try {
      for (String endpoint : endpoints) {
        multiplexer.addServer(endpoint);
      }
    } catch (RuntimeException e) {
      multiplexer.close();
      throw e;
    }
    return multiplexer;
  }

  // --- Servers

  /**
   * Connects to one more server. Never switches, except to resolve a host name.
   *
   * @param endpoint such as {@code tcp://127.0.0.1:5555}
   * @throws IllegalArgumentException if it is one of the servers already
   * @throws ZmqAddressException if it is malformed, or of an unknown transport
   * @throws ZmqClosedException if this is closed
   */
  public void addServer(String endpoint) {
    requireOpen("add " + endpoint);
    if (servers.find(endpoint) != null) {
      throw new IllegalArgumentException(
          endpoint + " is one of the servers already: " + servers + "; remove it first");
    }
    ZmqSocket socket = context.socket(SocketType.DEALER);
    try {
      socket.options().onlyConnected(true);
      options.socketSetUp().accept(socket.options());
      socket.options().linger(Duration.ZERO);
      socket.connect(endpoint);
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
    RequestServer server = new RequestServer(endpoint, socket);
    Runnable _ = socket.listen(ZMQ.ZMQ_POLLIN, () -> schedule(server));
    servers.add(server);
    schedule(server);
    if (!queue.isEmpty()) {
      listenForRoom(server);
      scheduleFlush();
    }
  }

  /**
   * Takes a server out; what only it was asked is sent to another one. Never switches.
   *
   * @param endpoint what it was added by
   * @return true if it was one of the servers
   * @throws ZmqClosedException if this is closed
   */
  public boolean removeServer(String endpoint) {
    requireOpen("remove " + endpoint);
    RequestServer server = servers.find(endpoint);
    if (server == null) {
      return false;
    }
    servers.remove(server);
    server.socket.close();
    for (PendingReply reply : List.copyOf(pending.values())) {
      if (reply.asked.removeIf(asked -> asked == server)
          && reply.asked.isEmpty()
          && !queue.contains(reply)) {
        sendOrQueue(reply);
      }
    }
    return true;
  }

  /**
   * The servers, in the order in which they were added.
   *
   * @return their endpoints, a snapshot
   */
  public List<String> servers() {
    context.requireHub();
    return servers.endpoints();
  }

  // --- Requests

  /**
   * Sends a text, and waits for the reply; see {@link #request(ZmqMessage)}.
   *
   * @param text one frame of UTF-8
   * @return the first frame of the reply
   */
  public String request(String text) {
    return request(ZmqMessage.of(text.getBytes(UTF_8))).text(0);
  }

  /**
   * Sends a request, and waits for the reply for as long as all attempts take. Switches.
   *
   * @param request any frames
   * @return the reply
   * @throws ZmqTimeoutException if there was none after the last attempt
   * @throws ZmqClosedException if this is closed, before or meanwhile
   * @throws RejectedExecutionException if there are {@link RequestOptions#maxPending()} already
   */
  public ZmqMessage request(ZmqMessage request) {
    return resultOf(submit(request));
  }

  /**
   * Sends a request, and waits for the reply for a limited time. Switches.
   *
   * @param request any frames
   * @param timeout how long to wait at most, over all attempts; zero or negative sends nothing
   * @return the reply
   * @throws ZmqTimeoutException if there was none in time, or after the last attempt; at once if
   *     the timeout is zero or negative
   * @throws ZmqClosedException if this is closed, before or meanwhile
   * @throws RejectedExecutionException if there are {@link RequestOptions#maxPending()} already
   */
  public ZmqMessage request(ZmqMessage request, Duration timeout) {
    return resultOf(submit(request, timeout));
  }

  private static ZmqMessage resultOf(PendingReply reply) {
    try {
      return reply.result();
    } finally {
      boolean _ = reply.cancel();
    }
  }

  /**
   * Sends a request, to wait for the reply later. Never switches.
   *
   * @param request any frames
   * @return the reply that will come
   * @throws ZmqClosedException if this is closed
   * @throws RejectedExecutionException if there are {@link RequestOptions#maxPending()} already
   */
  public PendingReply submit(ZmqMessage request) {
    return submit(request, Long.MAX_VALUE);
  }

  /**
   * Sends a request with a time limit, to wait for the reply later. Never switches.
   *
   * @param request any frames
   * @param timeout how long it may take, over all attempts; with zero or negative nothing is sent,
   *     and it has failed at once with a {@link ZmqTimeoutException}
   * @return the reply that will come
   * @throws ZmqClosedException if this is closed
   * @throws RejectedExecutionException if there are {@link RequestOptions#maxPending()} already
   */
  public PendingReply submit(ZmqMessage request, Duration timeout) {
    return submit(request, Clock.waitNanos(timeout));
  }

  private PendingReply submit(ZmqMessage request, long nanos) {
    requireOpen("request");
    if (pending.size() >= options.maxPending()) {
      throw new RejectedExecutionException(
          pending.size()
              + " requests are pending, which is the limit: wait for some, or raise it"
              + " (RequestOptions.withMaxPending)");
    }
    long id = ++lastId;
    long deadline = nanos == Long.MAX_VALUE ? Long.MAX_VALUE : now() + nanos;
    PendingReply reply = new PendingReply(this, id, wrapped(id, request), deadline);
    if (nanos <= 0) {
      timeouts++;
      boolean _ =
          reply
              .asyncResult()
              .tryFail(new ZmqTimeoutException("not sent: there was no time left for a reply"));
      return reply;
    }
    pending.put(id, reply);
    try {
      attempt(reply);
    } catch (RuntimeException e) {
      boolean _ = end(reply, e);
      throw e;
    }
    return reply;
  }

  private static ZmqMessage wrapped(long id, ZmqMessage request) {
    List<byte[]> frames = new ArrayList<>(ENVELOPE + request.size());
    frames.add(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
    frames.add(DELIMITER);
    frames.addAll(request.frames());
    return ZmqMessage.of(frames);
  }

  private void attempt(PendingReply reply) {
    reply.attempts++;
    if (!queue.contains(reply)) {
      sendOrQueue(reply);
    }
    // Armed after the sending, so that whoever was asked at once has had the whole attempt.
    reply.timer =
        hub.runCallbackLater(Math.min(attemptNanos, left(reply)), () -> attemptIsOver(reply));
  }

  /** The nanoseconds until its deadline. */
  private long left(PendingReply reply) {
    return reply.deadlineNanos == Long.MAX_VALUE
        ? Long.MAX_VALUE
        : Math.max(0, reply.deadlineNanos - now());
  }

  private void attemptIsOver(PendingReply reply) {
    if (pending.get(reply.id) != reply) {
      return;
    }
    long now = now();
    reply.asked.forEach(server -> server.wasInVain(now, attemptNanos));
    if (reply.attempts >= options.attempts() || left(reply) == 0) {
      timeouts++;
      boolean _ = end(reply, new ZmqTimeoutException(reply.whyNot(servers, options)));
      return;
    }
    repeats++;
    try {
      attempt(reply);
    } catch (ZmqException e) {
      boolean _ = end(reply, e);
    }
  }

  /** Ends a request without a reply; false if it had ended. */
  boolean end(PendingReply reply, Throwable failure) {
    context.requireHub();
    return leave(reply) && reply.asyncResult().tryFail(failure);
  }

  private boolean leave(PendingReply reply) {
    if (!pending.remove(reply.id, reply)) {
      return false;
    }
    queue.remove(reply);
    LaneTimer timer = reply.timer;
    if (timer != null) {
      timer.cancel();
    }
    reply.asked.forEach(server -> server.outstanding--);
    return true;
  }

  // --- Sending

  private void sendOrQueue(PendingReply reply) {
    // Who waits longer goes first.
    if (!flush() || !servers.send(reply, now())) {
      queue.add(reply);
      listenForRoom();
    }
  }

  /** Sends what is queued, as far as there is room; true if nothing is left. */
  private boolean flush() {
    while (!queue.isEmpty()) {
      PendingReply first = queue.getFirst();
      if (!servers.send(first, now())) {
        return false;
      }
      queue.remove(first);
    }
    roomListeners.forEach(Runnable::run);
    roomListeners.clear();
    return true;
  }

  private void listenForRoom() {
    if (roomListeners.isEmpty()) {
      servers.forEach(this::listenForRoom);
      scheduleFlush();
    }
  }

  private void listenForRoom(RequestServer server) {
    roomListeners.add(server.socket.listen(ZMQ.ZMQ_POLLOUT, this::scheduleFlush));
  }

  private void scheduleFlush() {
    if (!isFlushScheduled) {
      isFlushScheduled = true;
      hub.runCallback(
          () -> {
            isFlushScheduled = false;
            if (!isClosed && !context.isClosed()) {
              boolean _ = flush();
            }
          });
    }
  }

  // --- Replies

  private void schedule(RequestServer server) {
    if (!server.isScheduled) {
      server.isScheduled = true;
      hub.runCallback(
          () -> {
            server.isScheduled = false;
            read(server);
          });
    }
  }

  private void read(RequestServer server) {
    if (isClosed || !servers.contains(server)) {
      return;
    }
    if (server.socket.isClosed() || context.isClosed()) {
      close();
      return;
    }
    for (int i = 0; i < REPLIES_PER_TURN; i++) {
      ZmqMessage message = server.socket.tryRecvMessage();
      if (message == null) {
        return;
      }
      replied(server, message);
    }
    schedule(server);
  }

  private void replied(RequestServer server, ZmqMessage message) {
    server.hasReplied();
    List<byte[]> frames = message.frames();
    if (frames.size() <= ENVELOPE
        || frames.get(0).length != Long.BYTES
        || frames.get(1).length != 0) {
      uncorrelated++;
      return;
    }
    long id = ByteBuffer.wrap(frames.get(0)).getLong();
    PendingReply reply = pending.get(id);
    if (reply == null) {
      if (id > firstId && id <= lastId) {
        late++;
      } else {
        uncorrelated++;
      }
      return;
    }
    replies++;
    boolean _ = leave(reply);
    boolean _ = reply.asyncResult().trySet(ZmqMessage.of(frames.subList(ENVELOPE, frames.size())));
  }

  // --- Facts, and the end

  /**
   * How many requests wait for their reply.
   *
   * @return zero or more
   */
  public int pending() {
    context.requireHub();
    return pending.size();
  }

  /**
   * What this has done since it was opened.
   *
   * @return a snapshot
   */
  public Metrics metrics() {
    context.requireHub();
    return new Metrics(lastId - firstId, replies, repeats, timeouts, late, uncorrelated);
  }

  /**
   * Whether this is closed.
   *
   * @return true after {@link #close}, or the end of the context
   */
  public boolean isClosed() {
    return isClosed;
  }

  /**
   * Closes the sockets, and ends all requests with a {@link ZmqClosedException}. Does nothing the
   * second time. Never switches.
   */
  @Override
  public void close() {
    context.requireHub();
    if (isClosed) {
      return;
    }
    isClosed = true;
    forgetEnd.run();
    roomListeners.clear();
    for (RequestServer server : servers) {
      server.socket.close();
    }
    for (PendingReply reply : List.copyOf(pending.values())) {
      boolean _ = end(reply, closed("wait for a reply"));
    }
    queue.clear();
  }

  private void requireOpen(String operation) {
    context.requireHub();
    if (isClosed) {
      throw closed(operation);
    }
  }

  private ZmqClosedException closed(String operation) {
    return new ZmqClosedException(
        ZError.ENOTSOCK, "cannot " + operation + ": " + this + " is closed", null);
  }

  private long now() {
    return hub.loop().nanoTime();
  }

  @Override
  public String toString() {
    return "RequestMultiplexer" + servers;
  }
}

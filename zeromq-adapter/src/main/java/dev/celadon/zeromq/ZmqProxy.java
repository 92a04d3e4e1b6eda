package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Strand;
import dev.celadon.sync.Event;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;

/**
 * Forwards messages between two sockets, both ways: the middle of a broker. ZeroMQ's {@code proxy},
 * {@code proxy_steerable} and devices.
 *
 * <pre>{@code
 * ZmqSocket clients = context.socket(SocketType.ROUTER);
 * clients.bind("tcp://*:5559");
 * ZmqSocket workers = context.socket(SocketType.DEALER);
 * workers.bind("tcp://*:5560");
 * new ZmqProxy(clients, workers).run();
 * }</pre>
 *
 * <p><b>Which sockets.</b> ROUTER and DEALER share requests out, XSUB and XPUB pass publications on
 * and subscriptions back, PULL and PUSH pass work on. One socket in both places gets its own
 * messages back.
 *
 * <p><b>Nothing is lost.</b> Whole messages are forwarded, in the order in which they came. A
 * message is taken only if there is room for it on the other side; until then it is left where it
 * is, and the high-water marks hold its sender up. Types that drop messages by themselves, such as
 * PUB, and ROUTER without {@code mandatory}, do so here too. Whatever ends the proxy puts back what
 * it has taken and not sent, and leaves the sockets open: another proxy can go on with them.
 *
 * <p><b>Fairness.</b> The directions take turns, and so do the proxy and the others of the hub,
 * after {@value #MESSAGES_PER_TURN} messages each.
 *
 * <p><b>Steering.</b> By {@link #pause}, {@link #resume}, {@link #statistics} and {@link #close},
 * or by a control socket, which receives PAUSE, RESUME, STATISTICS, and TERMINATE or KILL.
 * STATISTICS is answered as by libzmq, with eight frames: messages and bytes received by the
 * frontend, sent by the frontend, received by the backend, sent by the backend; each a number of
 * eight bytes in the order of this machine. A REP or ROUTER answers the others with an empty frame,
 * and what it does not know with words; other types do not answer.
 *
 * <p>Confined to its hub.
 */
public final class ZmqProxy implements AutoCloseable {
  /*
   * life       entered by                                    next
   * NEW        the constructor                               RUNNING
   * RUNNING    run                                           ENDED
   * ENDED      close, a command, the end of a socket, a kill
   *
   * One greenlet does everything: it waits in a poller for what the two lanes need, and forwards some messages of each. What is told
   * from outside is a flag and the event `told`, on which the poller waits, too.
   */
  private enum Life {
    NEW,
    RUNNING,
    ENDED
  }

  private static final Logger LOG = LoggerFactory.getLogger(ZmqProxy.class);

  private static final int MESSAGES_PER_TURN = 64;

  private final ZmqSocket frontend;
  private final ZmqSocket backend;
  private final @Nullable ZmqSocket capture;
  private final @Nullable ZmqSocket control;
  private final ProxyLane forth;
  private final ProxyLane back;
  private final Event told = new Event();
  private final Event over = new Event();

  private Life life = Life.NEW;
  private boolean isPaused;
  private boolean isStopped;
  private @Nullable Strand runner;
  private @Nullable ProxyEnd end;

  /**
   * Makes a proxy that only forwards. It begins with {@link #run} or {@link #start}.
   *
   * @param frontend where requests come from
   * @param backend where they go; may be the frontend itself
   */
  public ZmqProxy(ZmqSocket frontend, ZmqSocket backend) {
    this(frontend, backend, ProxyOptions.defaults());
  }

  /**
   * Makes a proxy. It begins with {@link #run} or {@link #start}.
   *
   * @param frontend where requests come from
   * @param backend where they go; may be the frontend itself
   * @param options who else sees the messages, and who steers
   * @throws IllegalArgumentException if the sockets belong to several hubs, or the capture or
   *     control socket is one of the others
   */
  public ZmqProxy(ZmqSocket frontend, ZmqSocket backend, ProxyOptions options) {
    this.frontend = frontend;
    this.backend = backend;
    this.capture = options.capture();
    this.control = options.control();
    this.forth = new ProxyLane(frontend, backend, options, told::set);
    this.back = new ProxyLane(backend, frontend, options, told::set);
    requireSameHub(backend);
    requireOther(capture, "capture", control);
    requireOther(control, "control", capture);
  }

  private void requireOther(@Nullable ZmqSocket socket, String use, @Nullable ZmqSocket other) {
    if (socket == null) {
      return;
    }
    requireSameHub(socket);
    if (socket == frontend || socket == backend || socket == other) {
      throw new IllegalArgumentException(
          "the " + use + " socket is in use here already: " + socket + "; give it one of its own");
    }
  }

  private void requireSameHub(ZmqSocket socket) {
    if (socket.context().hub() != frontend.context().hub()) {
      throw new IllegalArgumentException(
          socket
              + " belongs to "
              + socket.context().hub()
              + ", and "
              + frontend
              + " to "
              + frontend.context().hub()
              + ": a proxy stays on one hub");
    }
  }

  // --- Running

  /**
   * Forwards messages until the proxy ends. Switches.
   *
   * @return why it has ended: a socket was closed, its context ends, or somebody has said so
   * @throws ZmqException if a socket refuses a message for another reason; the message is put back
   * @throws IllegalStateException if it has run before
   */
  public ProxyEnd run() {
    requireHub();
    if (life != Life.NEW) {
      throw new IllegalStateException("this proxy has run before: make another one");
    }
    life = Life.RUNNING;
    runner = Strand.current();
    ProxyEnd outcome = ProxyEnd.FAILED;
    try (ZmqPoller poller = ZmqPoller.open()) {
      outcome = forwardAll(new Places(poller));
    } finally {
      try {
        forth.end();
      } finally {
        back.end();
        runner = null;
        end = outcome;
        life = Life.ENDED;
        over.set();
      }
    }
    return outcome;
  }

  /**
   * Runs the proxy in a greenlet of its own. Never switches.
   *
   * @return the greenlet, whose result is that of {@link #run}
   */
  public Greenlet<ProxyEnd> start() {
    requireHub();
    return Greenlet.spawn(this::run);
  }

  private ProxyEnd forwardAll(Places places) {
    while (true) {
      ProxyEnd reason = reasonToEnd();
      if (reason != null) {
        return reason;
      }
      try {
        turn(places);
      } catch (ZmqClosedException e) {
        if (reasonToEnd() == null) {
          throw e;
        }
      }
    }
  }

  /** Waits for something to do, and does some of it. */
  private void turn(Places places) {
    places.wantWhatIsNeeded();
    List<ZmqPoller.Item> _ = places.poller.poll();
    told.clear();
    obey();
    boolean isMore = mayForward() && forth.forward(MESSAGES_PER_TURN, this::mayForward);
    if (frontend != backend) {
      isMore |= mayForward() && back.forward(MESSAGES_PER_TURN, this::mayForward);
    }
    if (isMore) {
      Strand.current().yieldNow();
    }
  }

  private boolean mayForward() {
    return !isPaused && !isStopped && reasonToEnd() == null;
  }

  private @Nullable ProxyEnd reasonToEnd() {
    if (isStopped) {
      return ProxyEnd.STOPPED;
    }
    if (frontend.isOver()) {
      return endOf(frontend, ProxyEnd.FRONTEND_CLOSED);
    }
    if (backend.isOver()) {
      return endOf(backend, ProxyEnd.BACKEND_CLOSED);
    }
    if (capture != null && capture.isOver()) {
      return endOf(capture, ProxyEnd.CAPTURE_CLOSED);
    }
    return control != null && control.isOver() ? endOf(control, ProxyEnd.CONTROL_CLOSED) : null;
  }

  private static ProxyEnd endOf(ZmqSocket socket, ProxyEnd ifClosed) {
    return socket.isClosed() ? ifClosed : ProxyEnd.CONTEXT_ENDED;
  }

  /** The sockets in the poller. */
  private final class Places {

    private final ZmqPoller poller;
    private final ZmqPoller.Item front;
    private final ZmqPoller.@Nullable Item backs;
    private final ZmqPoller.@Nullable Item captures;

    Places(ZmqPoller poller) {
      this.poller = poller;
      front = poller.add(frontend, ZmqPoller.POLLERR);
      backs = frontend == backend ? null : poller.add(backend, ZmqPoller.POLLERR);
      captures = capture == null ? null : poller.add(capture, ZmqPoller.POLLERR);
      if (control != null) {
        ZmqPoller.Item _ = poller.add(control, ZmqPoller.POLLIN | ZmqPoller.POLLERR);
      }
      ZmqPoller.Item _ = poller.add(told);
    }

    void wantWhatIsNeeded() {
      front.interest(ZmqPoller.POLLERR | in(forth) | out(back));
      if (backs != null) {
        backs.interest(ZmqPoller.POLLERR | in(back) | out(forth));
      }
      if (captures != null) {
        boolean isNeeded =
            isNeeded(forth, ProxyLane.Needs.ROOM_TO_CAPTURE)
                || isNeeded(back, ProxyLane.Needs.ROOM_TO_CAPTURE);
        captures.interest(ZmqPoller.POLLERR | (isNeeded ? ZmqPoller.POLLOUT : 0));
      }
    }

    private int in(ProxyLane lane) {
      return isNeeded(lane, ProxyLane.Needs.INPUT) ? ZmqPoller.POLLIN : 0;
    }

    private int out(ProxyLane lane) {
      return isNeeded(lane, ProxyLane.Needs.ROOM) ? ZmqPoller.POLLOUT : 0;
    }

    private boolean isNeeded(ProxyLane lane, ProxyLane.Needs what) {
      return !isPaused && lane.needs() == what;
    }
  }

  // --- Steering

  /**
   * Stops forwarding until {@link #resume}: from now on no message is taken or sent, and what the
   * sockets have queued stays there. Never switches; does nothing the second time.
   */
  public void pause() {
    requireHub();
    isPaused = true;
    forth.putBack();
    back.putBack();
    told.set();
  }

  /** Goes on after {@link #pause}. Never switches. */
  public void resume() {
    requireHub();
    isPaused = false;
    told.set();
  }

  /**
   * Whether it is held by {@link #pause}.
   *
   * @return true until {@link #resume}
   */
  public boolean isPaused() {
    return isPaused;
  }

  /**
   * Whether it runs, paused or not.
   *
   * @return true during {@link #run}
   */
  public boolean isRunning() {
    return life == Life.RUNNING;
  }

  /**
   * Why it has ended.
   *
   * @return the reason, null before the end
   */
  public @Nullable ProxyEnd end() {
    return end;
  }

  /**
   * What was forwarded so far.
   *
   * @return a snapshot, also after the end
   */
  public ProxyStatistics statistics() {
    requireHub();
    return new ProxyStatistics(
        forth.received(),
        frontend == backend ? forth.sent() : back.sent(),
        frontend == backend ? ProxyStatistics.Traffic.NONE : back.received(),
        frontend == backend ? ProxyStatistics.Traffic.NONE : forth.sent(),
        forth.undeliverable() + back.undeliverable());
  }

  /**
   * Ends the proxy and waits for its end; one that has not begun ends when it does. The sockets
   * stay open. Does nothing the second time. Switches if it runs, unless its own listener calls.
   */
  @Override
  public void close() {
    requireHub();
    isStopped = true;
    told.set();
    if (life == Life.RUNNING && runner != Strand.current()) {
      over.waitUntilSet();
    }
  }

  /** One command; the poller tells of the next one. */
  private void obey() {
    ZmqMessage message = control == null ? null : control.tryRecvMessage();
    if (message != null) {
      obey(message);
    }
  }

  private void obey(ZmqMessage message) {
    String command = message.text(message.size() - 1);
    switch (command) {
      case "PAUSE" -> {
        pause();
        acknowledge(message, "");
      }
      case "RESUME" -> {
        resume();
        acknowledge(message, "");
      }
      case "TERMINATE", "KILL" -> {
        isStopped = true;
        acknowledge(message, "");
      }
      case "STATISTICS" -> answer(message, numbers());
      default -> {
        LOG.warn("{} does not know the command {}", this, message);
        acknowledge(message, "unknown command: give PAUSE, RESUME, STATISTICS, TERMINATE or KILL");
      }
    }
  }

  private void acknowledge(ZmqMessage command, String text) {
    SocketType type = Objects.requireNonNull(control, "control").type();
    if (type == SocketType.REP || type == SocketType.ROUTER) {
      answer(command, List.of(text.getBytes(UTF_8)));
    }
  }

  /** Whoever has no room for an answer, or no ear, gets none. */
  private void answer(ZmqMessage command, List<byte[]> frames) {
    List<byte[]> all = new ArrayList<>(command.frames().subList(0, command.size() - 1));
    all.addAll(frames);
    try {
      boolean _ = Objects.requireNonNull(control, "control").trySend(ZmqMessage.of(all));
    } catch (ZmqStateException | ZmqUnreachableException e) {
      LOG.debug("{} cannot answer {}", this, command, e);
    }
  }

  private List<byte[]> numbers() {
    ProxyStatistics now = statistics();
    List<byte[]> numbers = new ArrayList<>();
    for (ProxyStatistics.Traffic traffic :
        List.of(
            now.frontendReceived(), now.frontendSent(), now.backendReceived(), now.backendSent())) {
      numbers.add(number(traffic.messages()));
      numbers.add(number(traffic.bytes()));
    }
    return numbers;
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(value).array();
  }

  private void requireHub() {
    frontend.context().requireHub();
  }

  @Override
  public String toString() {
    return "ZmqProxy[" + frontend + ", " + backend + "]";
  }
}

package dev.celadon.net;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.loop.Clock;
import dev.celadon.sync.Event;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The same server on several hubs, so that it uses several cores. Each hub has a thread of its own.
 *
 * <p>The hubs listen at one address, each with a listener of its own where the operating system
 * spreads connections over those ({@link StandardSocketOptions#SO_REUSEPORT}), else with a common
 * one. A connection stays on the hub that has accepted it, so two handlers may run at the same
 * time: what they share must be fit for several threads, as everything in Celadon is.
 *
 * <p>The limits of the options are those of each hub.
 *
 * <p>Safe for use from any thread.
 */
public final class ServerGroup implements AutoCloseable {

  private record Member(Hub hub, StreamServer server) {}

  /** Elsewhere several listeners of a port may be had, but one of them gets all connections. */
  private static final boolean SPREADS = System.getProperty("os.name").equals("Linux");

  private static final List<Member> STOPPED = List.of();

  private final int hubs;
  private final SocketAddress address;
  private final SocketHandler handler;
  private final ServerOptions options;
  private final Event ended = new Event();

  /** Null before the start; what it is made of; {@link #STOPPED}. */
  private final AtomicReference<@Nullable List<Member>> life = new AtomicReference<>();

  /**
   * Makes a group.
   *
   * @param hubs how many hubs, 1 or more: one for each core is a good start
   * @param address where to listen, as for {@link StreamServer}
   * @param handler runs for each connection, on any of the hubs
   */
  public ServerGroup(int hubs, SocketAddress address, SocketHandler handler) {
    this(hubs, address, handler, ServerOptions.defaults());
  }

  /**
   * Makes a group.
   *
   * @param hubs how many hubs, 1 or more
   * @param address where to listen, as for {@link StreamServer}
   * @param handler runs for each connection, on any of the hubs
   * @param options how each of them serves
   * @throws IllegalArgumentException if {@code hubs} is less than 1
   */
  public ServerGroup(
      int hubs, SocketAddress address, SocketHandler handler, ServerOptions options) {
    if (hubs < 1) {
      throw new IllegalArgumentException("hubs is " + hubs + ": give 1 or more");
    }
    this.hubs = hubs;
    this.address = Objects.requireNonNull(address, "address");
    this.handler = Objects.requireNonNull(handler, "handler");
    this.options = Objects.requireNonNull(options, "options");
  }

  // --- The life

  /**
   * Starts the hubs and their servers. Does nothing the second time. Switches only if a host is to
   * be looked up.
   *
   * @throws java.net.BindException if the address is in use, or not one of this machine
   * @throws IOException if the operating system refuses it
   * @throws IllegalStateException if the group was stopped
   */
  public void start() throws IOException {
    if (life.get() == null) {
      List<Member> made = new ArrayList<>(hubs);
      boolean first = false;
      try {
        make(made, ServerAddress.resolve(address));
        first = life.compareAndSet(null, List.copyOf(made));
      } finally {
        if (!first) {
          made.forEach(ServerGroup::undo);
        }
      }
    }
    if (isStopped()) {
      throw new IllegalStateException(
          this + " was stopped: make a new one, a server starts only once");
    }
  }

  private boolean isStopped() {
    List<Member> now = life.get();
    return now != null && now.isEmpty();
  }

  private void make(List<Member> made, SocketAddress where) throws IOException {
    boolean own = !(where instanceof UnixDomainSocketAddress) && SPREADS;
    ListenOptions listen = own ? options.listen().withReusePort(true) : options.listen();
    StreamListener first = StreamListener.bind(where, listen);
    AtomicInteger users = new AtomicInteger();
    try {
      add(made, own ? intake(first) : new SharedIntake(intake(first), first, users));
      while (made.size() < hubs) {
        StreamListener next =
            own
                ? StreamListener.bind(first.localAddress(), listen)
                : StreamListener.of(first.channel());
        add(made, own ? intake(next) : new SharedIntake(intake(next), first, users));
      }
    } catch (IOException | RuntimeException e) {
      first.close();
      throw e;
    }
  }

  private Intake intake(StreamListener listener) {
    return new ListenerIntake(listener, handler, options.wrapping());
  }

  private void add(List<Member> made, Intake intake) throws IOException {
    Hub hub = Hub.start(this + " " + made.size());
    StreamServer server = new StreamServer(intake, options);
    made.add(new Member(hub, server));
    server.start(hub);
  }

  private static void undo(Member member) {
    boolean _ = member.server().stop(Duration.ZERO);
    close(member.hub());
  }

  /**
   * The caller's own hub comes last: its end is the caller's at the next switch point. A kill in
   * between leaves no hub over.
   */
  private static void closeAll(List<Member> members) {
    Hub own = Hub.currentOrNull();
    List<Hub> others = members.stream().map(Member::hub).filter(hub -> hub != own).toList();
    try {
      others.forEach(Hub::shutdown);
      others.forEach(Hub::close);
    } finally {
      if (others.size() < members.size()) {
        Objects.requireNonNull(own).shutdown();
      }
    }
  }

  /** The caller may be a greenlet of it, which ends with it. */
  private static void close(Hub hub) {
    if (hub == Hub.currentOrNull()) {
      hub.shutdown();
    } else {
      hub.close();
    }
  }

  /**
   * Starts, unless that was done before, and waits for the group's end. Whatever ends this wait
   * early, such as a kill, stops the group. Switches.
   *
   * @throws IOException as {@link #start()}
   */
  public void serveForever() throws IOException {
    start();
    try {
      ended.waitUntilSet();
    } finally {
      close();
    }
  }

  /**
   * Accepts no more connections on any hub until {@link #startAccepting}. Does nothing before the
   * start. Never switches.
   */
  public void stopAccepting() {
    servers().forEach(StreamServer::stopAccepting);
  }

  /** Ends what {@link #stopAccepting} began. Never switches. */
  public void startAccepting() {
    servers().forEach(StreamServer::startAccepting);
  }

  /**
   * Stops, with the patience of the options; see {@link #stop(Duration)}.
   *
   * @return true if all handlers have ended by themselves
   */
  public boolean stop() {
    return stop(options.stopTimeout());
  }

  /**
   * Stops all servers at once, each as {@link StreamServer#stop(Duration)} does, and then their
   * hubs. A handler that calls this is not waited for, and ends with its hub at its next switch
   * point. Does nothing the second time. Switches.
   *
   * @param timeout how long handlers may go on; zero or negative kills at once
   * @return true if all handlers have ended by themselves; false if the rest was killed
   */
  public boolean stop(Duration timeout) {
    long _ = Clock.waitNanos(timeout); // nothing is stopped if that is null
    List<Member> before = life.getAndSet(STOPPED);
    try {
      return before == null || before.isEmpty() || stop(before, timeout);
    } finally {
      ended.set();
    }
  }

  private static boolean stop(List<Member> members, Duration timeout) {
    List<Greenlet<Boolean>> stops = new ArrayList<>(members.size());
    try {
      for (Member member : members) {
        member.server().serving().excuseForGood();
        stops.add(Greenlet.spawn(member.hub(), () -> member.server().stop(timeout)));
      }
      boolean drained = true;
      for (Greenlet<Boolean> stop : stops) {
        stop.join();
        drained &= Boolean.TRUE.equals(stop.value());
      }
      return drained;
    } finally {
      closeAll(members);
    }
  }

  /** Stops; see {@link #stop()}. */
  @Override
  public void close() {
    boolean _ = stop();
  }

  // --- Facts

  /**
   * The servers, one for each hub.
   *
   * @return the servers; none before the start and after the stop
   */
  public List<StreamServer> servers() {
    List<Member> now = life.get();
    return now == null ? List.of() : now.stream().map(Member::server).toList();
  }

  /**
   * Where the group listens.
   *
   * @return the address, with the real port
   * @throws IllegalStateException before the start and after the stop
   */
  public SocketAddress address() {
    List<StreamServer> now = servers();
    if (now.isEmpty()) {
      throw new IllegalStateException(this + " does not listen: start() it first");
    }
    return now.getFirst().address();
  }

  /**
   * The port where the group listens.
   *
   * @return 1 to 65535
   * @throws IllegalStateException before the start and after the stop
   * @throws UnsupportedOperationException if it listens in the Unix domain
   */
  public int port() {
    SocketAddress now = address();
    if (now instanceof InetSocketAddress inet) {
      return inet.getPort();
    }
    throw new UnsupportedOperationException(this + " has no port: ask for address()");
  }

  /**
   * Whether the group listens.
   *
   * @return true from the start to the stop
   */
  public boolean isStarted() {
    return !servers().isEmpty();
  }

  @Override
  public String toString() {
    return "ServerGroup[" + address + ", " + hubs + " hubs]";
  }
}

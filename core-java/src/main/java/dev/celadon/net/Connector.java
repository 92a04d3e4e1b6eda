package dev.celadon.net;

import dev.celadon.dns.Dns;
import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.Strand;
import dev.celadon.loop.Clock;
import dev.celadon.select.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connect: tries a host's addresses until the first connection stands.
 *
 * <p>After RFC 8305, "Happy Eyeballs Version 2", sections 4 and 5: the two families take turns, an
 * attempt has a short time for itself before the next one begins beside it, and one that fails
 * makes room at once.
 *
 * <p>Confined to its hub.
 */
final class Connector {

  /*
   * Linux and the JDK (25): a non-blocking connect in the Unix domain stands at once or fails, with this message (EAGAIN) if the
   * listener's backlog is full. It is never under way.
   */
  private static final String NO_ROOM = "Resource temporarily unavailable";
  private static final long FIRST_BACKLOG_NANOS = 1_000_000;
  private static final long LONGEST_BACKLOG_NANOS = 50_000_000;

  private record Attempt(SocketChannel channel, Readiness readiness, SocketAddress address) {}

  private final Deque<SocketAddress> candidates;
  private final String target;
  private final ConnectOptions options;
  private final List<Attempt> running = new ArrayList<>(2);
  private final List<IOException> failures = new ArrayList<>(1);

  /** How long to wait before the next try, when a Unix-domain listener has no room. */
  private long backlogNanos = FIRST_BACKLOG_NANOS;

  private Connector(List<SocketAddress> addresses, String target, ConnectOptions options) {
    this.candidates = new ArrayDeque<>(addresses);
    this.target = target;
    this.options = options;
  }

  static StreamSocket connect(String host, int port, ConnectOptions options) throws IOException {
    String target = host + ":" + port;
    try (Timeout _ = limit(target, options)) {
      return new Connector(addresses(host, port), target, options).connect();
    }
  }

  static StreamSocket connect(SocketAddress address, ConnectOptions options) throws IOException {
    String target = address.toString();
    try (Timeout _ = limit(target, options)) {
      return new Connector(List.of(address), target, options).connect();
    }
  }

  /** Ends the look-up and all attempts, wherever they wait. */
  private static @Nullable Timeout limit(String target, ConnectOptions options) {
    if (options.timeout().isZero()) {
      return null;
    }
    Timeout limit =
        new Timeout(
            options.timeout(),
            new SocketTimeoutException(
                "no connection to " + target + " within " + options.timeout()));
    limit.start();
    return limit;
  }

  /** The addresses of a host in the order to try them: its first, then the families by turns. */
  private static List<SocketAddress> addresses(String host, int port) throws IOException {
    Deque<InetAddress> same = new ArrayDeque<>();
    Deque<InetAddress> other = new ArrayDeque<>();
    List<InetAddress> found = Dns.lookup(host);
    for (InetAddress address : found) {
      (address.getClass() == found.getFirst().getClass() ? same : other).add(address);
    }
    List<SocketAddress> ordered = new ArrayList<>(found.size());
    while (!same.isEmpty() || !other.isEmpty()) {
      if (!same.isEmpty()) {
        ordered.add(new InetSocketAddress(same.remove(), port));
      }
      if (!other.isEmpty()) {
        ordered.add(new InetSocketAddress(other.remove(), port));
      }
    }
    return ordered;
  }

  private StreamSocket connect() throws IOException {
    try {
      while (true) {
        StreamSocket connected = running.isEmpty() || isDelayOver() ? begin() : finish();
        if (connected != null) {
          return connected;
        }
        if (running.isEmpty() && candidates.isEmpty()) {
          throw failure();
        }
      }
    } finally {
      for (Attempt attempt : running) {
        close(attempt);
      }
    }
  }

  /** Whether it is time for the next candidate: waits until then, or until an attempt has ended. */
  private boolean isDelayOver() throws IOException {
    long patience = candidates.isEmpty() ? Long.MAX_VALUE : Clock.waitNanos(options.attemptDelay());
    List<Readiness> sides = running.stream().map(Attempt::readiness).toList();
    try {
      return !Readiness.waitForAny(sides, patience);
    } catch (UncheckedIOException e) {
      throw SocketFaults.checked(e);
    }
  }

  /** Begins the next attempt; the socket if it stands at once. */
  private @Nullable StreamSocket begin() throws IOException {
    SocketAddress address = candidates.poll();
    if (address == null) {
      return null;
    }
    SocketChannel channel = open(address);
    Attempt attempt =
        new Attempt(
            channel,
            new Readiness(channel, SelectionKey.OP_CONNECT, "socket to " + address),
            address);
    running.add(attempt);
    try {
      if (options.localAddress() != null) {
        channel.bind(options.localAddress());
      }
      if (channel.connect(address)) {
        return won(attempt);
      }
    } catch (IOException e) {
      if (address instanceof UnixDomainSocketAddress && NO_ROOM.equals(e.getMessage())) {
        tryAgainLater(attempt);
      } else {
        failed(attempt, e);
      }
    } catch (UnresolvedAddressException | UnsupportedAddressTypeException e) {
      throw new IllegalArgumentException(
          "cannot connect to " + address + ": give an internet or a Unix-domain address", e);
    }
    return null;
  }

  /** As a blocking connect would wait; but nothing tells when there is room. */
  private void tryAgainLater(Attempt attempt) {
    running.remove(attempt);
    close(attempt);
    candidates.addFirst(attempt.address());
    Strand.current().sleepNanos(backlogNanos);
    backlogNanos = Math.min(2 * backlogNanos, LONGEST_BACKLOG_NANOS);
  }

  private static SocketChannel open(SocketAddress address) throws IOException {
    boolean unix = address instanceof UnixDomainSocketAddress;
    SocketChannel channel =
        unix ? SocketChannel.open(java.net.StandardProtocolFamily.UNIX) : SocketChannel.open();
    try {
      channel.configureBlocking(false);
      if (!unix) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Looks at the attempts that have ended; the socket if one of them stands. */
  private @Nullable StreamSocket finish() throws IOException {
    for (Attempt attempt : List.copyOf(running)) {
      if (attempt.readiness().heard() != 0) {
        try {
          if (attempt.channel().finishConnect()) {
            return won(attempt);
          }
        } catch (IOException e) {
          failed(attempt, e);
        }
      }
    }
    return running.isEmpty() ? begin() : null;
  }

  private StreamSocket won(Attempt attempt) throws IOException {
    running.remove(attempt);
    attempt.readiness().retire();
    try {
      return new StreamSocket(attempt.channel());
    } catch (IOException e) {
      close(attempt);
      throw e;
    }
  }

  private void failed(Attempt attempt, IOException failure) {
    running.remove(attempt);
    close(attempt);
    IOException named = new ConnectException(attempt.address() + ": " + failure.getMessage());
    named.initCause(failure);
    failures.add(named);
  }

  private static void close(Attempt attempt) {
    try {
      attempt.channel().close();
    } catch (IOException e) {
      // It never stood; there is nothing that could be lost.
      return;
    } finally {
      attempt.readiness().close();
    }
  }

  private IOException failure() {
    IOException first = failures.getFirst();
    if (failures.size() == 1) {
      return first;
    }
    ConnectException all =
        new ConnectException(
            "no connection to "
                + target
                + ": none of its "
                + failures.size()
                + " addresses could be connected to");
    failures.forEach(all::addSuppressed);
    return all;
  }
}

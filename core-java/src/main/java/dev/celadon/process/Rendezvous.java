package dev.celadon.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.celadon.hub.Waiter;
import dev.celadon.net.StreamListener;
import dev.celadon.net.StreamSocket;
import dev.celadon.threadpool.ThreadPool;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where a child meets its parent: a socket in a folder that only their user can enter, and a word
 * that only the child was told.
 *
 * @param socket the socket's path
 * @param token the word, of ASCII letters
 * @param parentPid whose end ends the child, or 0
 * @param maxMessageBytes how long a message may be
 */
record Rendezvous(Path socket, String token, long parentPid, int maxMessageBytes) {

  private static final String SOCKET = "CELADON_CHILD_SOCKET";
  private static final String TOKEN = "CELADON_CHILD_TOKEN";
  private static final String PARENT = "CELADON_CHILD_PARENT";
  private static final String LIMIT = "CELADON_CHILD_LIMIT";

  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final long PARENT_LOOK_NANOS = 300_000_000;

  /** Whether this program has gone to meet its parent. */
  private static final AtomicBoolean MET = new AtomicBoolean();

  /** A meeting for one child. Switches. */
  static Rendezvous inPrivate(boolean endsWithParent, int maxMessageBytes) throws IOException {
    Path folder;
    try {
      folder = ThreadPool.offload(() -> Files.createTempDirectory("celadon"));
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("bug in Celadon, please report", e);
    }
    return new Rendezvous(
        folder.resolve("s"),
        UUID.randomUUID().toString() + UUID.randomUUID(), // a secret, not chance: from SecureRandom
        endsWithParent ? ProcessHandle.current().pid() : 0,
        maxMessageBytes);
  }

  Map<String, String> variables() {
    return Map.of(
        SOCKET,
        socket.toString(),
        TOKEN,
        token,
        PARENT,
        Long.toString(parentPid),
        LIMIT,
        Integer.toString(maxMessageBytes));
  }

  UnixDomainSocketAddress address() {
    return UnixDomainSocketAddress.of(socket);
  }

  void removeFolder() throws IOException {
    boolean _ = Files.deleteIfExists(Objects.requireNonNull(socket.getParent()));
  }

  // --- The parent's side

  /** Waits for the child. */
  StreamSocket accept(StreamListener listener, Subprocess child, Duration timeout)
      throws IOException {
    TimeLimit limit = TimeLimit.in(timeout);
    try (Callers callers = new Callers(listener, token.getBytes(US_ASCII), PATIENCE)) {
      while (true) {
        boolean alive = child.isAlive(); // before the look: what it did until its end is seen then
        StreamSocket known = callers.look();
        if (known != null) {
          return known;
        }
        if (!alive) {
          throw new IOException(
              child + " has ended before it called its parent: its error stream tells why");
        }
        if (limit.left().isNegative()) {
          throw new SocketTimeoutException(
              child + " has not called its parent within " + timeout + ": raise startTimeout");
        }
        callers.waitForMore(LOOK);
      }
    }
  }

  // --- The child's side

  /** What this program was told by its parent. */
  static Rendezvous ofThisChild() {
    String socket = System.getenv(SOCKET);
    String token = System.getenv(TOKEN);
    String parent = System.getenv(PARENT);
    String limit = System.getenv(LIMIT);
    if (socket == null || token == null || parent == null || limit == null) {
      throw new IllegalStateException(
          "this program was not started by ChildProcess, so it has no parent to talk to: start it"
              + " with ChildProcess.start");
    }
    return new Rendezvous(Path.of(socket), token, Long.parseLong(parent), Integer.parseInt(limit));
  }

  StreamSocket connect() throws IOException {
    if (!MET.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "the pipe to the parent was taken before: keep what MessagePipe.ofParent gives");
    }
    StreamSocket socket = StreamSocket.connect(address());
    socket.write(token.getBytes(US_ASCII));
    return socket;
  }

  /** Ends this program when its parent has ended, even if that could not say so. */
  void watchParent() {
    if (parentPid == 0) {
      return;
    }
    ProcessHandle parent = ProcessHandle.current().parent().orElse(null);
    if (parent == null || parent.pid() != parentPid) {
      Runtime.getRuntime().halt(1);
    } else {
      Thread.ofPlatform().name("celadon-parent").daemon().start(() -> haltAfter(parent));
    }
  }

  /** The JDK looks now and then, too, but tells on the common pool, which may be full. */
  private static void haltAfter(ProcessHandle parent) {
    while (parent.isAlive()) {
      boolean _ = Waiter.current().await(PARENT_LOOK_NANOS);
    }
    Runtime.getRuntime().halt(1);
  }
}

package dev.celadon.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.celadon.net.StreamListener;
import dev.celadon.net.StreamSocket;
import dev.celadon.select.Select;
import dev.celadon.threadpool.ThreadPool;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
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
 * @param token the word, {@link #TOKEN_LENGTH} letters
 * @param parentPid whose end ends the child, or 0
 * @param maxMessageBytes how long a message may be
 */
record Rendezvous(Path socket, String token, long parentPid, int maxMessageBytes) {

  private static final String SOCKET = "CELADON_CHILD_SOCKET";
  private static final String TOKEN = "CELADON_CHILD_TOKEN";
  private static final String PARENT = "CELADON_CHILD_PARENT";
  private static final String LIMIT = "CELADON_CHILD_LIMIT";

  private static final int TOKEN_LENGTH = 72;
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

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
    while (true) {
      boolean alive = child.isAlive(); // before the look: what it did until its end is seen then
      StreamSocket caller = listener.tryAccept();
      if (caller != null) {
        if (isTheChild(caller)) {
          return caller;
        }
      } else if (!alive) {
        throw new IOException(
            child + " has ended before it called its parent: its error stream tells why");
      } else if (limit.left().isNegative()) {
        throw new SocketTimeoutException(
            child + " has not called its parent within " + timeout + ": raise startTimeout");
      } else {
        boolean _ = Select.waitRead(listener.channel(), LOOK);
      }
    }
  }

  /** Whether it knows the word; whoever does not is hung up on. */
  private boolean isTheChild(StreamSocket caller) throws IOException {
    boolean known = false;
    try {
      known = knowsTheToken(caller);
    } catch (SocketException e) {
      return false; // it has hung up by itself
    } finally {
      if (!known) {
        caller.close();
      }
    }
    return known;
  }

  private boolean knowsTheToken(StreamSocket caller) throws IOException {
    byte[] said = new byte[TOKEN_LENGTH];
    caller.setTimeout(PATIENCE);
    try {
      for (int count = 0; count < TOKEN_LENGTH; ) {
        int more = caller.read(said, count, TOKEN_LENGTH - count);
        if (more < 0) {
          return false;
        }
        count += more;
      }
    } catch (SocketTimeoutException e) {
      return false;
    }
    caller.setTimeout(Duration.ZERO);
    return MessageDigest.isEqual(said, token.getBytes(US_ASCII));
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
      var _ = parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1));
    }
  }
}

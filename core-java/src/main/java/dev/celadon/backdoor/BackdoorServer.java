package dev.celadon.backdoor;

import dev.celadon.hub.Hub;
import dev.celadon.net.StreamServer;
import dev.celadon.threadpool.ThreadPool;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A Java console into a running hub, over a socket that only this machine can reach.
 *
 * <pre>{@code
 * BackdoorServer backdoor = new BackdoorServer(7001, Map.of("orders", orders));
 * backdoor.start();
 * }</pre>
 *
 * <p>There is no password: <b>whoever can connect runs any code with all rights of this
 * program</b>. A loopback port is open to every user of the machine; a Unix-domain address only to
 * those who may open its file, which the server makes readable and writable for its owner alone.
 *
 * <p>Each connection is a session with variables, methods and classes of its own. It begins with
 * the shared variables, and with {@code hub}, {@code out}, {@code greenlets()} and {@code
 * onHub(body)}; see {@link BackdoorSession}. A line {@code quit}, {@code exit} or {@code /exit}, or
 * the end of the stream, ends the session and nothing else; {@code /cancel} drops a snippet of
 * several lines that is not complete yet.
 *
 * <p>Snippets are compiled, and run, on a thread of their session, never on the hub: an endless
 * loop holds nobody up, and ends with its session. What a client has sent before it closed its side
 * of the connection has 5 s to be done. Greenlets and threads that snippets have started go on.
 *
 * <p>Values and failures, and what snippets print to {@code System.out} and {@code System.err}, go
 * to the client of the session. What other code prints goes where it always goes, also if a snippet
 * calls it.
 *
 * <p>Needs the module {@code jdk.jshell}, and finds what snippets name on the class path of the
 * program.
 *
 * <p>Safe for use from any thread.
 */
public final class BackdoorServer implements AutoCloseable {

  private static final Duration LINGER = Duration.ofSeconds(5);

  private final SocketAddress address;
  private final SharedVariables variables;
  private final AtomicInteger sessions = new AtomicInteger();
  private final StreamServer server;

  /**
   * Makes a backdoor on a port of the loopback address.
   *
   * @param port 1 to 65535; 0 takes a free one
   * @param variables what every session begins with: objects by the names of their variables
   * @throws IllegalArgumentException if the port is out of range, or a name is no name of a
   *     variable or one of the console's own
   * @throws UnsupportedOperationException if the program runs without the module {@code jdk.jshell}
   */
  public BackdoorServer(int port, Map<String, ?> variables) {
    this(LocalAddress.ofPort(port), variables);
  }

  /**
   * Makes a backdoor.
   *
   * @param address a loopback address, whose port 0 takes a free one, or a {@link
   *     UnixDomainSocketAddress}
   * @param variables what every session begins with: objects by the names of their variables
   * @throws IllegalArgumentException if others than this machine could reach the address, or a name
   *     is no name of a variable or one of the console's own
   * @throws UnsupportedOperationException if the program runs without the module {@code jdk.jshell}
   */
  public BackdoorServer(SocketAddress address, Map<String, ?> variables) {
    this(address, variables, null, LINGER);
  }

  /**
   * Makes a backdoor with a greeting of its own.
   *
   * @param address a loopback address, whose port 0 takes a free one, or a {@link
   *     UnixDomainSocketAddress}
   * @param variables what every session begins with: objects by the names of their variables
   * @param banner what a client reads first, instead of the hub's name and what there is
   * @throws IllegalArgumentException if others than this machine could reach the address, or a name
   *     is no name of a variable or one of the console's own
   * @throws UnsupportedOperationException if the program runs without the module {@code jdk.jshell}
   */
  public BackdoorServer(SocketAddress address, Map<String, ?> variables, String banner) {
    this(address, variables, Objects.requireNonNull(banner, "banner"), LINGER);
  }

  BackdoorServer(
      SocketAddress address, Map<String, ?> variables, @Nullable String banner, Duration linger) {
    this.address = LocalAddress.check(address);
    requireShell();
    this.variables = SharedVariables.of(variables);
    this.server =
        new StreamServer(
            this.address, socket -> new Conversation(socket, session(), banner, linger).run());
  }

  private static void requireShell() {
    if (ModuleLayer.boot().findModule("jdk.jshell").isEmpty()) {
      throw new UnsupportedOperationException(
          "the backdoor needs the module jdk.jshell, which this program runs without: start it with"
              + " --add-modules jdk.jshell on a JDK, or give that option to jlink");
    }
  }

  private BackdoorSession session() {
    return new BackdoorSession(sessions.incrementAndGet(), Hub.current(), variables);
  }

  /**
   * Binds the address and begins to accept, for the current hub. Does nothing the second time.
   * Switches if the address is one of the Unix domain.
   *
   * @throws java.net.BindException if the address is in use
   * @throws IOException if the operating system refuses it
   * @throws IllegalStateException if the server was stopped
   */
  public void start() throws IOException {
    start(Hub.current());
  }

  /**
   * Binds the address and begins to accept, for a certain hub. Does nothing the second time.
   * Switches if the address is one of the Unix domain.
   *
   * @param hub which one the sessions look into
   * @throws java.net.BindException if the address is in use
   * @throws IOException if the operating system refuses it
   * @throws IllegalStateException if the server was stopped
   * @throws dev.celadon.hub.HubClosedException after the hub's end
   */
  public void start(Hub hub) throws IOException {
    if (!(address instanceof UnixDomainSocketAddress unix)) {
      server.start(hub);
      return;
    }
    server.stopAccepting();
    server.start(hub);
    boolean kept = false;
    try {
      keepOthersOut(unix.getPath());
      kept = true;
    } finally {
      if (!kept) {
        stop();
      }
    }
    server.startAccepting();
  }

  private static void keepOthersOut(Path file) throws IOException {
    try {
      ThreadPool.offload(
          () -> {
            if (Files.getFileAttributeView(file, PosixFileAttributeView.class) != null) {
              Path _ =
                  Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
          });
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("bug in Celadon, please report: " + e, e);
    }
  }

  /**
   * Stops: closes the listener and all sessions at once. Snippets that run are stopped at their
   * next loop or call, and interrupted. Switches if there are sessions.
   */
  public void stop() {
    boolean _ = server.stop(Duration.ZERO);
  }

  /** Stops; see {@link #stop}. */
  @Override
  public void close() {
    stop();
  }

  /**
   * Where the server listens, or did.
   *
   * @return the address, with the real port after the start
   * @throws IllegalStateException before the start
   */
  public SocketAddress address() {
    return server.address();
  }

  /**
   * The port where the server listens, or did.
   *
   * @return 1 to 65535
   * @throws IllegalStateException before the start
   * @throws UnsupportedOperationException if it listens in the Unix domain
   */
  public int port() {
    return server.port();
  }

  /**
   * Whether the server is bound.
   *
   * @return true from the start to the stop
   */
  public boolean isStarted() {
    return server.isStarted();
  }

  /**
   * How many sessions there are.
   *
   * @return 0 or more
   */
  public int sessions() {
    return server.handlers();
  }

  @Override
  public String toString() {
    return "BackdoorServer[" + address + "]";
  }
}

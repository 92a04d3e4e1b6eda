package dev.celadon.backdoor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Strand;
import dev.celadon.net.Transport;
import dev.celadon.queue.Queue;
import dev.celadon.queue.QueueShutDown;
import dev.celadon.threadpool.ThreadPool;
import dev.celadon.threadpool.ThreadPoolOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One connection: reads lines, has them evaluated on a thread, and sends what comes of it.
 *
 * <p>Confined to its hub.
 */
final class Conversation {
  /*
   * Three greenlets. The handler waits for a line and then for the thread that evaluates it. Beside it one reads, so that the end of
   * the stream is seen while a snippet runs, and one writes, so that a snippet is seen to print while it runs. Whichever of the two
   * finds the client gone kills the handler, whose end is the end of all.
   */
  private static final Set<String> ENDS = Set.of("quit", "quit()", "exit", "exit()", "/exit");

  /** A web page can make a browser of this machine send that, with code behind it. */
  private static final Pattern HTTP = Pattern.compile("[A-Z]+ \\S+ HTTP/.*");

  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final Transport socket;
  private final BackdoorSession session;
  private final @Nullable String banner;
  private final Duration linger;
  private final Queue<String> lines = new Queue<>();
  private final ThreadPool thread;
  private final Strand handler = Strand.current();

  /** Made, used and closed by the thread. */
  private @Nullable Console console;

  private boolean evaluating;

  Conversation(
      Transport socket, BackdoorSession session, @Nullable String banner, Duration linger) {
    this.socket = socket;
    this.session = session;
    this.banner = banner;
    this.linger = linger;
    this.thread =
        new ThreadPool(
            ThreadPoolOptions.defaults()
                .withName(session.toString())
                .withMaxSize(1)
                .withIdleTimeout(FOREVER));
  }

  void run() throws Exception {
    Greenlet<?> reader = Greenlet.spawn(this::read).named("reader of " + session);
    Greenlet<?> writer = Greenlet.spawn(this::write).named("writer of " + session);
    try {
      talk();
      session.outbox().end();
      writer.join();
    } finally {
      reader.killAsync();
      writer.killAsync();
      session.outbox().end();
      end();
    }
  }

  private void read() {
    BufferedReader text = new BufferedReader(new InputStreamReader(socket.inputStream(), UTF_8));
    try {
      for (String line = text.readLine(); line != null; line = text.readLine()) {
        lines.put(line);
      }
      lines.shutdown();
      Strand.current().sleepNanos(linger.toNanos());
    } catch (IOException e) {
      // The client is gone at once.
    }
    handler.throwIn(new GreenletExit());
  }

  private void write() {
    try {
      session.outbox().sendTo(socket);
    } catch (IOException e) {
      handler.throwIn(new GreenletExit());
    }
  }

  private void talk() throws Exception {
    try {
      boolean _ = onThread(this::openConsole);
    } catch (IllegalStateException e) {
      session.outbox().say(e.getMessage() + "\n");
      throw e;
    }
    session.outbox().say(greeting());
    boolean first = true;
    boolean more = false;
    while (true) {
      session.outbox().say(more ? "... " : ">>> ");
      String line = nextLine();
      if (line == null || isEnd(line, more)) {
        return;
      }
      if (first && HTTP.matcher(line).matches()) {
        session.outbox().say("this is no web server\n");
        return;
      }
      first = false;
      more = evaluated(line);
    }
  }

  private @Nullable String nextLine() {
    try {
      return lines.get();
    } catch (QueueShutDown e) {
      return null;
    }
  }

  /** A word may also be a line in the middle of a snippet. */
  private static boolean isEnd(String line, boolean more) {
    String word = line.strip();
    return more ? word.equals("/exit") : ENDS.contains(word);
  }

  private boolean openConsole() {
    Console made = new Console(session);
    console = made;
    made.open();
    return true;
  }

  private boolean evaluated(String line) throws Exception {
    Console known = Objects.requireNonNull(console);
    return onThread(() -> line.strip().equals("/cancel") ? known.cancel() : known.feed(line));
  }

  private boolean onThread(Callable<Boolean> work) throws Exception {
    evaluating = true;
    boolean result = thread.apply(work);
    evaluating = false;
    return result;
  }

  private String greeting() {
    if (banner != null) {
      return banner + "\n";
    }
    StringBuilder text = new StringBuilder();
    text.append("Celadon, ").append(session.hub()).append(", Java ").append(Runtime.version());
    text.append("\nhub, out, greenlets(), onHub(() -> ..)");
    session.variables().values().keySet().forEach(name -> text.append(", ").append(name));
    return text.append("; quit ends this session only\n").toString();
  }

  /** Never switches: this may be the end of the hub. */
  private void end() {
    if (evaluating) {
      session.halt();
    }
    thread.asExecutorService().execute(this::closeConsole);
    thread.shutdown();
  }

  private void closeConsole() {
    if (console != null) {
      try {
        console.close();
      } catch (IOException e) {
        session.hub().reportFailure("the end of " + session, e);
      }
    }
  }
}

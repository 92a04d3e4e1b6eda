package dev.celadon.file;

import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Hub;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Lines of the standard input, or of another stream that can only be read by blocking, for
 * greenlets.
 *
 * <p>A line goes to the longest waiter; one that nobody waits for any more is kept for the next. A
 * daemon thread reads when somebody waits, and buffers: once this is used, nobody else should read
 * the stream.
 *
 * <p>Safe for use from any thread.
 */
public final class ConsoleInput {
  /*
   * The thread sleeps as `idle` unless somebody waits for a line; whoever joins the line wakes it. It reads without the lock, and
   * hands over under it. At the end, `ended` is set, nobody waits any more, and the thread is over.
   */
  private static final class Standard {
    private static final ConsoleInput INPUT =
        new ConsoleInput(
            System.in,
            Charset.forName(System.getProperty("stdin.encoding", Charset.defaultCharset().name())),
            "celadon-stdin");
  }

  private final BufferedReader reader;
  private final String threadName;
  private final WaitQueue waiters = new WaitQueue(this);

  /** Guarded by {@code waiters}, as is all that follows. */
  private boolean started;

  private @Nullable Waiter idle;

  /** Read for somebody who has gone. */
  private @Nullable String kept;

  private boolean ended;
  private @Nullable IOException failure;
  private long linesRead;

  private ConsoleInput(InputStream stream, Charset charset, String threadName) {
    this.reader = new BufferedReader(new InputStreamReader(stream, charset));
    this.threadName = threadName;
  }

  /**
   * The standard input of this JVM, as it is at the first call, in its own charset.
   *
   * @return always the same
   */
  public static ConsoleInput standard() {
    return Standard.INPUT;
  }

  /**
   * The lines of another stream.
   *
   * @param stream is read by one thread, in blocks; never closed
   * @param charset the charset of its text
   * @return a new input, with a thread of its own from the first wait on until the stream ends
   */
  public static ConsoleInput of(InputStream stream, Charset charset) {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(charset, "charset");
    return new ConsoleInput(stream, charset, "celadon-input");
  }

  /**
   * Waits for a line. Switches unless one was kept. Who is killed, timed out or interrupted while
   * waiting takes none.
   *
   * @return the line without its end; null at the end of the stream
   * @throws IOException what the stream has thrown; from then on, every call throws it
   * @throws BlockingSwitchOut in a callback of the hub, which must not wait
   */
  public @Nullable String readLine() throws IOException {
    try {
      return readLine(Long.MAX_VALUE);
    } catch (TimeoutException e) {
      throw new AssertionError("bug in Celadon, please report: a wait without end is over", e);
    }
  }

  /**
   * Waits for a line for a limited time; see {@link #readLine()}. Switches unless one was kept.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return the line without its end; null at the end of the stream
   * @throws TimeoutException if time was over first
   * @throws IOException what the stream has thrown
   */
  public @Nullable String readLine(Duration timeout) throws IOException, TimeoutException {
    return readLine(Clock.waitNanos(timeout));
  }

  private @Nullable String readLine(long nanos) throws IOException, TimeoutException {
    Waiter waiter = Waiter.current();
    waiters.lock();
    String line = kept;
    kept = null;
    boolean wait = line == null && !ended;
    boolean start = wait && !started;
    Waiter sleeper = null;
    if (wait) {
      waiters.add(waiter);
      started = true;
      sleeper = idle;
      idle = null;
      boolean _ = sleeper != null && sleeper.grant(null);
    }
    waiters.unlock();
    if (!wait) {
      return lineOrEnd(line);
    }
    if (start) {
      Thread.ofPlatform().name(threadName).daemon().start(this::readOn);
    } else if (sleeper != null) {
      sleeper.wake();
    }
    if (!await(waiter, nanos)) {
      throw new TimeoutException("no line has come within " + Duration.ofNanos(nanos));
    }
    return lineOrEnd((String) waiter.value());
  }

  private @Nullable String lineOrEnd(@Nullable String line) throws IOException {
    IOException thrown = failure;
    if (line == null && thrown != null) {
      throw new IOException(thrown.getMessage(), thrown);
    }
    return line;
  }

  /** The hub cannot know what may still come; simulated time would stand still. */
  private boolean await(Waiter waiter, long nanos) {
    Hub hub = Hub.currentOrNull();
    Hub counting = hub == null || hub.loop().isSimulated() ? null : hub;
    if (counting != null) {
      counting.ref();
    }
    try {
      return waiter.await(nanos);
    } finally {
      waiters.forget(waiter);
      if (counting != null) {
        counting.unref();
      }
    }
  }

  /** The thread. */
  private void readOn() {
    boolean more = true;
    while (more) {
      awaitDemand();
      String line = null;
      IOException thrown = null;
      try {
        line = reader.readLine();
      } catch (IOException e) {
        thrown = e;
      } catch (
          Throwable e) { // nobody else would hear of it, and those who wait would wait for ever
        thrown = new IOException(this + " cannot be read on: " + e, e);
      }
      more = line != null;
      handOver(line, thrown);
    }
  }

  private void awaitDemand() {
    Waiter sleeper = Waiter.current();
    waiters.lock();
    boolean sleep = waiters.first() == null;
    if (sleep) {
      idle = sleeper;
    }
    waiters.unlock();
    if (sleep) {
      boolean _ = sleeper.await();
    }
  }

  private void handOver(@Nullable String line, @Nullable IOException thrown) {
    waiters.lock();
    Waiter granted;
    if (line == null) {
      ended = true;
      failure = thrown;
      granted = waiters.grantAll(null);
    } else {
      linesRead++;
      granted = waiters.grantFirst(line);
      kept = granted == null ? line : null;
    }
    waiters.unlock();
    WaitQueue.wakeAll(granted);
  }

  /**
   * How many lines were read, a kept one included. Never switches.
   *
   * @return 0 or more
   */
  public long linesRead() {
    waiters.lock();
    long now = linesRead;
    waiters.unlock();
    return now;
  }

  @Override
  public String toString() {
    return "ConsoleInput[" + threadName + "]";
  }
}

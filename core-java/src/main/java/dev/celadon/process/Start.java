package dev.celadon.process;

import dev.celadon.threadpool.ThreadPool;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The start of one child, on another thread, because it holds the caller's for milliseconds. If
 * whoever asked for it has gone meanwhile, nobody would ever hear of the child: it is killed.
 */
final class Start implements Callable<Process> {

  private static final Object ABANDONED = new Object();

  private final SubprocessOptions options;

  /** Null, then the process or ABANDONED, whichever is first. */
  private final AtomicReference<@Nullable Object> outcome = new AtomicReference<>();

  private Start(SubprocessOptions options) {
    this.options = options;
  }

  static Process of(SubprocessOptions options) throws IOException {
    Start start = new Start(options);
    try {
      return ThreadPool.offload(start);
    } catch (IOException | RuntimeException e) {
      start.abandon();
      throw e;
    } catch (Exception e) {
      throw new AssertionError("bug in Celadon, please report", e);
    } catch (Error e) { // a kill or a timeout
      start.abandon();
      throw e;
    }
  }

  @Override
  public Process call() throws IOException {
    Process process;
    try {
      process = options.toBuilder().start();
    } catch (IOException e) {
      throw new IOException(
          "cannot start "
              + options.command().getFirst()
              + (options.directory() == null ? "" : " in " + options.directory())
              + ": look at the program's name, its rights and the directory",
          e);
    }
    if (!outcome.compareAndSet(null, process)) {
      process.destroyForcibly();
    }
    return process;
  }

  private void abandon() {
    if (outcome.getAndSet(ABANDONED) instanceof Process process) {
      process.destroyForcibly();
    }
  }
}

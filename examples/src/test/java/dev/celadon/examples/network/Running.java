package dev.celadon.examples.network;

import static dev.celadon.Greenlets.spawn;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.queue.Queue;
import dev.celadon.signal.Shutdown;
import dev.celadon.signal.ShutdownOptions;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program that runs beside its test, on the same hub. */
final class Running implements AutoCloseable {

  private static final Pattern NUMBER = Pattern.compile("on (\\d+)");

  private final Shutdown shutdown =
      Shutdown.install(ShutdownOptions.defaults().withSignals().withExits(false));
  private final Queue<String> lines = new Queue<>();
  private final Greenlet<Integer> program;

  Running(NetworkProgram.Body body, String... words) {
    PrintStream out = new PrintStream(new Lines(lines), true, UTF_8);
    program =
        spawn(
            () -> {
              try {
                return body.run(Arguments.of(words), out, shutdown);
              } finally {
                lines.shutdown();
              }
            });
  }

  /** The next line that it prints. */
  String line() {
    return lines.get();
  }

  /** The port in the next line that it prints. */
  int port() {
    String line = line();
    Matcher number = NUMBER.matcher(line);
    assertEquals(true, number.find(), line);
    return Integer.parseInt(number.group(1));
  }

  /** Waits until it has ended by itself. */
  int status() {
    return program.result();
  }

  /** Asks it to stop, and waits until it has done so. */
  @Override
  public void close() {
    boolean _ = shutdown.begin();
    assertEquals(0, program.result());
    shutdown.close();
  }

  private static final class Lines extends OutputStream {

    private final Queue<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    Lines(Queue<String> lines) {
      this.lines = lines;
    }

    @Override
    public void write(int next) {
      if (next == '\n') {
        lines.put(line.toString(UTF_8).stripTrailing());
        line.reset();
      } else {
        line.write(next);
      }
    }
  }
}

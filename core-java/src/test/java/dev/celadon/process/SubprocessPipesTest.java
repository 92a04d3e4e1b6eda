package dev.celadon.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Pipes that several hold, and many children. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class SubprocessPipesTest {

  private static Subprocess shell(String line) throws IOException {
    return Subprocess.start(SubprocessOptions.shell(line).withPipes());
  }

  private static Subprocess cat() throws IOException {
    return Subprocess.start(SubprocessOptions.of("cat").withPipes());
  }

  @Test
  void aGrandchildThatHoldsThePipesHoldsNobodyUp() throws Exception {
    Hub.run(
        () -> {
          Subprocess child = shell("sleep 3 & echo $!; exit 0");
          long grandchild = Long.parseLong(child.stdout().readLine());
          assertEquals(0, child.waitFor());
          child.close();
          assertTrue(ProcessHandle.of(grandchild).orElseThrow().destroyForcibly());
        });
  }

  @Test
  void aFlushDoesNotTellThatBytesAreInThePipeWhichTheEndHasDropped() throws Exception {
    Hub.run(
        () -> {
          Subprocess child = shell("sleep 30");
          child.stdin().write(new byte[100_000]);
          Greenlet<?> flush = Greenlets.spawn(() -> child.stdin().flush());
          Greenlets.yieldNow();
          child.close();
          flush.join();
          assertInstanceOf(AsynchronousCloseException.class, flush.exception());
        });
  }

  @Test
  void aPipeWhoseThreadFailsIsNotAtItsEnd() throws Exception {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() {
            throw new OutOfMemoryError("a test");
          }

          @Override
          public int read(byte[] dst, int offset, int length) {
            throw new OutOfMemoryError("a test");
          }
        };
    Hub.run(
        () -> {
          try (ProcessOutput output = new ProcessOutput("output", failing)) {
            assertThrows(IOException.class, output::read);
          }
        });
  }

  @Test
  void whoFeedsAPipeWhoseThreadFailsHearsOfIt() throws Exception {
    OutputStream failing =
        new OutputStream() {
          @Override
          public void write(int value) {
            throw new OutOfMemoryError("a test");
          }
        };
    Hub.run(
        () -> {
          try (ProcessInput input = new ProcessInput("input", failing)) {
            assertThrows(IOException.class, () -> input.write(new byte[200_000]));
          }
        });
  }

  @Test
  void whatAGrandchildWritesLaterIsRead() throws Exception {
    Hub.run(
        () -> {
          try (Subprocess child = shell("echo now; read go; (sleep 0.1; echo later) & exit 0")) {
            assertEquals("now", child.stdout().readLine());
            assertEquals("later\n", child.communicate("go\n".getBytes(UTF_8)).stdoutText());
          }
        });
  }

  @Test
  void whatAGrandchildWritesIsReadAlsoBehindAFullLine() throws Exception {
    Hub.run(
        () -> {
          String fill = "i=0; while [ $i -lt 30 ]; do echo y; sleep 0.005; i=$((i+1)); done; ";
          try (Subprocess child = shell(fill + "(sleep 0.1; echo later) & exit 0")) {
            assertEquals("y", child.stdout().readLine());
            assertEquals(0, child.waitFor()); // the rest is in the line and in the pipe
            Greenlets.sleep(Duration.ofMillis(50)); // the JVM has time to clean up behind the child
            String rest = new String(child.stdout().readAllBytes(), UTF_8);
            assertEquals(2 * 29 + "later\n".length(), rest.length());
            assertTrue(rest.endsWith("later\n"));
          }
        });
  }

  @Test
  void muchOnTheErrorStreamFirstBlocksNobody() throws Exception {
    Hub.run(
        () -> {
          try (Subprocess child = shell("yes | head -c 1000000 >&2; echo out")) {
            CompletedProcess completed = child.communicate();
            assertEquals("out\n", completed.stdoutText());
            assertEquals(1_000_000, completed.stderr().length);
          }
        });
  }

  @Test
  void readersAndWritersTakeTurns() throws Exception {
    Hub.run(
        () -> {
          try (Subprocess child = cat()) {
            Greenlet<String> first = Greenlets.spawn(() -> child.stdout().readLine());
            Greenlet<String> second = Greenlets.spawn(() -> child.stdout().readLine());
            Greenlets.yieldNow();
            child.stdin().write("1\n2\n".getBytes(UTF_8));
            assertEquals("1", first.result());
            assertEquals("2", second.result());
            byte[] ones = new byte[200_000];
            Arrays.fill(ones, (byte) 'a');
            byte[] twos = new byte[200_000];
            Arrays.fill(twos, (byte) 'b');
            Greenlets.spawn(() -> child.stdin().write(ones));
            Greenlets.spawn(
                () -> {
                  child.stdin().write(twos);
                  child.stdin().close();
                });
            assertEquals("a".repeat(200_000) + "b".repeat(200_000), child.stdout().readLine());
          }
        });
  }

  @Test
  void textIsReadAsUtf8AcrossChunks() throws Exception {
    Hub.run(
        () -> {
          String line = "äöü€😀".repeat(30_000);
          try (Subprocess child = cat()) {
            assertEquals(line, child.communicate(line.getBytes(UTF_8)).stdoutText());
          }
          try (Subprocess child = cat()) {
            Greenlets.spawn(
                () -> {
                  child.stdin().write((line + "\n" + line).getBytes(UTF_8));
                  child.stdin().close();
                });
            assertEquals(line, child.stdout().readLine());
            assertEquals(line, child.stdout().readLine());
            assertNull(child.stdout().readLine());
          }
        });
  }

  // --- Many

  @Test
  @EnabledOnOs(OS.LINUX)
  void twoHundredChildrenLeaveNothingBehind() throws Exception {
    echoToMany(3); // the JVM's own files and threads
    int descriptors = descriptors();
    echoToMany(200);
    while (descriptors() > descriptors || pumps() > 0 || children() > 0) {
      Thread.sleep(1); // the threads of the pipes, and of the JDK, come to their ends
    }
  }

  private static void echoToMany(int count) throws Exception {
    Hub.run(
        () -> {
          List<Greenlet<String>> all =
              IntStream.range(0, count)
                  .mapToObj(i -> Greenlets.spawn(() -> echo(Integer.toString(i))))
                  .toList();
          for (int i = 0; i < all.size(); i++) {
            assertEquals(Integer.toString(i), all.get(i).result());
          }
        });
  }

  private static @Nullable String echo(String text) throws IOException {
    try (Subprocess child = cat()) {
      child.stdin().write((text + "\n").getBytes(UTF_8));
      String line = child.stdout().readLine();
      child.stdin().close();
      assertEquals(0, child.waitFor());
      return line;
    }
  }

  private static int descriptors() throws IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return (int) files.count();
    }
  }

  private static long pumps() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("celadon std"))
        .count();
  }

  private static long children() {
    return ProcessHandle.current().children().count();
  }
}

package dev.celadon.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The samples of docs/guide/processes.md: each stands here word for word and is run. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ProcessesGuideTest {

  private static final Path GUIDE = Path.of("../docs/guide/processes.md");
  private static final Path SELF =
      Path.of("src/test/java/dev/celadon/process/ProcessesGuideTest.java");

  private int ticks;

  @Test
  void everySampleOfThePageStandsHere() throws IOException {
    String self = withoutSpaces(Files.readString(SELF));
    Matcher sample =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(GUIDE));
    int samples = 0;
    while (sample.find()) {
      assertTrue(self.contains(withoutSpaces(sample.group(1))), sample.group(1));
      samples++;
    }
    assertEquals(8, samples);
  }

  private static String withoutSpaces(String text) {
    return text.replaceAll("\\s", "");
  }

  @Test
  void runAndLookAtTheResult() throws Exception {
    Hub.run(
        () -> {
          CompletedProcess done = Subprocess.run("sh", "-c", "echo out; echo err >&2; exit 3");
          String text = done.stdoutText();
          String messages = done.stderrText();
          int code = done.exitCode();
          assertEquals("out\nerr\n3", text + messages + code);
        });
  }

  @Test
  void aLineForTheShell() throws Exception {
    Hub.run(
        () -> {
          String count = Subprocess.output("printf 'b\\na\\n' | sort | wc -l");
          assertEquals("2", count.strip());
        });
  }

  @Test
  void aTimeLimit() throws Exception {
    Hub.run(
        () -> {
          String answer =
              Greenlets.withTimeout(
                  Duration.ofMillis(50), "too slow", () -> Subprocess.checkOutput("sleep", "60"));
          assertEquals("too slow", answer);
        });
  }

  private static String sorted() throws IOException {
    try (Subprocess sort = Subprocess.start(SubprocessOptions.of("sort").withPipes())) {
      byte[] lines = "b\na\n".getBytes(UTF_8);
      CompletedProcess sorted = sort.communicate(lines);
      return sorted.stdoutText();
    }
  }

  private String patiently(Subprocess slow, byte[] input) throws IOException {
    while (true) {
      try {
        return slow.communicate(input, Duration.ofMillis(20)).stdoutText();
      } catch (TimeoutException e) {
        ticks++;
      }
    }
  }

  @Test
  void talkWithAProgram() throws Exception {
    Hub.run(
        () -> {
          assertEquals("a\nb\n", sorted());
          try (Subprocess slow =
              Subprocess.start(SubprocessOptions.shell("sleep 0.1; cat").withPipes())) {
            assertEquals("x", patiently(slow, "x".getBytes(UTF_8)));
            assertTrue(ticks > 0);
          }
          try (Subprocess child = Subprocess.start(SubprocessOptions.of("cat").withPipes())) {
            child.stdin().write("hello\n".getBytes(UTF_8));
            String echo = child.stdout().readLine();
            child.stdin().close();
            int exitCode = child.waitFor();
            assertEquals("hello0", echo + exitCode);
          }
        });
  }

  public static final class Upper implements ChildMain<String, String> {
    @Override
    public Codec<String> fromParent() {
      return Codec.text();
    }

    @Override
    public Codec<String> toParent() {
      return Codec.text();
    }

    @Override
    public void run(MessagePipe<String, String> parent) throws IOException {
      while (true) {
        parent.send(parent.receive().toUpperCase(Locale.ROOT));
      }
    }
  }

  private static String upper() throws IOException {
    try (ChildProcess<String, String> child = ChildProcess.start(Upper.class)) {
      child.send("hello");
      return child.receive();
    }
  }

  @Test
  void aJvmOfOnesOwn() throws Exception {
    Hub.run(() -> assertEquals("HELLO", upper()));
  }
}

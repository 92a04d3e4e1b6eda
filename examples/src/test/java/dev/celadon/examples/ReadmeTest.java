package dev.celadon.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first sample of the README runs as it stands there. */
class ReadmeTest {

  private static final String IMPORTS =
      """
      import dev.celadon.hub.Hub;
      import dev.celadon.zeromq.ZmqContext;
      import org.zeromq.SocketType;
      """;

  @Test
  void theSampleRunsAndIsShort(@TempDir Path folder) throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"), UTF_8);
    int start = readme.indexOf("```java\n") + "```java\n".length();
    String sample = readme.substring(start, readme.indexOf("```", start));
    assertTrue(sample.lines().count() <= 15, "at most fifteen lines");
    IMPORTS
        .lines()
        .map(line -> line.substring("import ".length(), line.length() - 1))
        .forEach(name -> assertTrue(readme.contains("`" + name + "`"), name));
    Path program = folder.resolve("Sample.java");
    Files.writeString(program, IMPORTS + sample, UTF_8);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens",
                "java.base/java.lang=ALL-UNNAMED",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("java.class.path"),
                program.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals("hello greenlets", output.strip());
    assertEquals(0, process.waitFor());
  }
}

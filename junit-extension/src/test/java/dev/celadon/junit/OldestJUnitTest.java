package dev.celadon.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples in a JVM of their own, with the oldest JUnit that is supported. */
class OldestJUnitTest {

  /** The build copies the jars of that JUnit here. */
  private static final Path JARS = Path.of("target", "oldest-junit");

  private static final Pattern NEWEST =
      Pattern.compile("junit-(jupiter|platform)-|opentest4j|assertj|byte-buddy");

  @Test
  void theSamplesPassAndFailThereAsHere(@TempDir Path temp) throws Exception {
    assumeTrue(Files.isDirectory(JARS), "the build has not copied " + JARS);
    Path output = temp.resolve("output");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-Dceladon.carrier=" + System.getProperty("celadon.carrier", "direct"),
                "-cp",
                classPath(),
                SamplesMain.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean over = child.waitFor(50, TimeUnit.SECONDS);
    child.destroyForcibly();
    String printed = Files.readString(output, UTF_8);
    assertTrue(over, printed);
    assertEquals(
        List.of(
            "Passing 7 passed 0 failed",
            "AllInOneHub 1 passed 0 failed",
            "Failing 0 passed 9 failed",
            "Seeded 1003 passed 0 failed",
            "SeededFailing 3 passed 2 failed"),
        printed.lines().filter(line -> line.endsWith(" failed")).toList(),
        printed);
  }

  private static String classPath() throws IOException {
    try (Stream<Path> jars = Files.list(JARS)) {
      Stream<String> others =
          Pattern.compile(File.pathSeparator, Pattern.LITERAL)
              .splitAsStream(System.getProperty("java.class.path"))
              .filter(entry -> !NEWEST.matcher(entry).find());
      return Stream.concat(jars.map(Path::toString), others)
          .collect(Collectors.joining(File.pathSeparator));
    }
  }
}

package dev.celadon.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A JVM that is started without the flag, or with another way to give it. */
class MissingFlagTest {

  public static final class Program {
    public static void main(String[] args) throws Exception {
      System.out.println(Hub.run(() -> Hub.current().carrierMode()));
    }
  }

  @Test
  void theFirstHubNamesTheFlagTheManifestLineAndTheVariable() throws Exception {
    String output = run(List.of(), false);
    assertTrue(output.contains("--add-opens java.base/java.lang=ALL-UNNAMED"), output);
    assertTrue(output.contains("Add-Opens: java.base/java.lang"), output);
    assertTrue(output.contains("JDK_JAVA_OPTIONS"), output);
  }

  @Test
  void theFlagIsEnough() throws Exception {
    assertEquals("DIRECT", run(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"), false));
  }

  @Test
  void theVariableIsEnough() throws Exception {
    assertTrue(run(List.of(), true).endsWith("DIRECT"));
  }

  @Test
  void aJvmWithoutContinuationsIsTold() throws Exception {
    String output =
        run(
            List.of(
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:-VMContinuations",
                "--add-opens",
                "java.base/java.lang=ALL-UNNAMED"),
            false);
    assertTrue(output.contains("without continuations"), output);
  }

  private static String run(List<String> flags, boolean byVariable)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("JDK_JAVA_OPTIONS");
    if (byVariable) {
      builder.environment().put("JDK_JAVA_OPTIONS", "--add-opens=java.base/java.lang=ALL-UNNAMED");
    }
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output.strip();
  }
}

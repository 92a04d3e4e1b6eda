package dev.celadon.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** JVMs that are started with and without the flag, the variable and the property. */
class CarrierModeTest {

  private static final String OPENED = "--add-opens=java.base/java.lang=ALL-UNNAMED";

  public static final class Program {
    public static void main(String[] args) throws Exception {
      if (args.length > 0) {
        Thread first = Thread.startVirtualThread(() -> Waiter.current().cancel());
        if (!first.join(Duration.ofSeconds(10))) {
          System.out.println("the virtual thread hangs");
          Runtime.getRuntime().halt(1);
        }
      }
      Hub.run(() -> {}); // the warning comes once, however many hubs there are
      System.out.println(Hub.run(() -> Hub.current().carrierMode()));
    }
  }

  @Test
  void theFlagOrTheVariableGivesDirectMode() throws Exception {
    String direct = "direct mode (the JVM lets hubs schedule virtual threads)";
    assertEquals(direct, run(List.of(OPENED), false));
    assertTrue(run(List.of(), true).endsWith(direct));
  }

  @Test
  void withoutItGreenletsRunInPortableModeWithOneWarningThatNamesTheWays() throws Exception {
    String output = run(List.of(), false);
    assertTrue(output.contains("portable mode (java.base does not open java.lang"), output);
    assertEquals(2, output.split("WARN", -1).length, "one warning: " + output);
    assertTrue(output.contains("--add-opens java.base/java.lang=ALL-UNNAMED"), output);
    assertTrue(output.contains("Add-Opens: java.base/java.lang"), output);
    assertTrue(output.contains("JDK_JAVA_OPTIONS"), output);
  }

  @Test
  void aJvmWithoutContinuationsRunsInPortableMode() throws Exception {
    String output =
        run(List.of("-XX:+UnlockExperimentalVMOptions", "-XX:-VMContinuations", OPENED), false);
    assertTrue(output.contains("portable mode (this JVM runs without continuations"), output);
  }

  @Test
  void thePropertyChooses() throws Exception {
    assertEquals(
        "portable mode (chosen by -Dceladon.carrier)",
        run(List.of("-Dceladon.carrier=portable"), false));
    assertEquals(
        "direct mode (chosen by -Dceladon.carrier)",
        run(List.of("-Dceladon.carrier=direct", OPENED), false));
  }

  @Test
  void aPlainVirtualThreadMayBeTheFirstToUseCeladon() throws Exception {
    assertEquals(
        "direct mode (the JVM lets hubs schedule virtual threads)",
        run(List.of(OPENED), false, "virtual"));
    assertEquals(
        "direct mode (chosen by -Dceladon.carrier)",
        run(List.of("-Dceladon.carrier=direct", OPENED), false, "virtual"));
  }

  @Test
  void directModeOnDemandFailsWhereItCannotBe() throws Exception {
    String output = run(List.of("-Dceladon.carrier=direct"), false);
    assertTrue(output.contains("-Dceladon.carrier=direct, but Celadon cannot run"), output);
    assertTrue(output.contains("--add-opens java.base/java.lang=ALL-UNNAMED"), output);
  }

  @Test
  void anUnknownModeIsRefused() {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> CarrierMode.choose("fast"));
    assertEquals(
        "-Dceladon.carrier=fast names no mode: use direct or portable", refused.getMessage());
  }

  private static String run(List<String> flags, boolean byVariable, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("JDK_JAVA_OPTIONS");
    if (byVariable) {
      builder.environment().put("JDK_JAVA_OPTIONS", OPENED);
    }
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output.strip();
  }
}

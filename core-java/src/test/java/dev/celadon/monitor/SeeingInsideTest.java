package dev.celadon.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.loop.LagHistogram;
import dev.celadon.simulation.VirtualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of docs/guide/seeing-inside.md: each stands here word for word and is run. */
class SeeingInsideTest {

  private static final Path GUIDE = Path.of("../docs/guide/seeing-inside.md");
  private static final Path SELF =
      Path.of("src/test/java/dev/celadon/monitor/SeeingInsideTest.java");

  private final List<String> stalls = new CopyOnWriteArrayList<>();
  private final AtomicInteger gauge = new AtomicInteger();

  private static void loadModel() {}

  private static void serveForAWhile() {
    Greenlets.sleep(Duration.ofHours(1));
  }

  /** An account of the page's last sample. */
  private static final class Account {
    private int cents = 100;

    void withdraw(int amount) {
      cents -= amount;
    }

    void deposit(int amount) {
      cents += amount;
    }
  }

  @Test
  void everySampleOfThePageStandsHere() throws IOException {
    String self = withoutSpaces(Files.readString(SELF));
    Matcher sample =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(GUIDE));
    int samples = 0;
    for (; sample.find(); samples++) {
      assertTrue(self.contains(withoutSpaces(sample.group(1))), sample.group(1));
    }
    assertEquals(9, samples);
  }

  private static String withoutSpaces(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  @SuppressWarnings("SystemOut") // as on the page
  void theSamplesWork() throws Exception {
    Hub.run(
        HubOptions.defaults().withClock(new VirtualClock()),
        () -> {
          Hub hub = Hub.current();
          HubMonitor monitor = HubMonitor.watch(hub);
          Runnable handle =
              monitor.onStall(
                  stall -> {
                    stall.info().add("version 17");
                    switch (stall) {
                      case HubBlocked blocked -> stalls.add("blocked: " + blocked.greenlet());
                      case HubStarved starved -> stalls.add("starved: " + starved.runs());
                    }
                  });
          monitor.addFunction(
              () -> gauge.set(hub.statistics().liveGreenlets()), Duration.ofSeconds(10));
          try (var _ = HubMonitor.ignoreCurrent()) {
            loadModel(); // takes seconds, and everybody knows it
          }
          System.err.println(RunReport.capture());
          ReportOptions brief = ReportOptions.defaults().withStacks(false).withThreads(true);
          String report = RunReport.capture(brief).toString();
          assertTrue(report.contains(hub.toString()), report);
          System.err.println(GreenletTree.currentTree().format());
          GreenletTree.forest(Hub.current()).forEach(System.err::println);
          LagHistogram before = hub.statistics().lateness();
          serveForAWhile();
          LagHistogram recent = hub.statistics().lateness().since(before);
          long p99 = recent.percentileNanos(0.99);
          assertEquals(0, p99);
          handle.run();
          monitor.close();
        });
  }

  @Test
  void aTransferIsAtomic() throws Exception {
    Account from = new Account();
    Account to = new Account();
    int amount = 30;
    Hub.run(
        () -> {
          Switches.assertNoSwitch(
              () -> {
                from.withdraw(amount);
                to.deposit(amount);
              });
          Switches.assertSwitches(Greenlets::yieldNow);
          assertThrows(
              AssertionError.class, () -> Switches.assertNoSwitch(() -> Greenlets.yieldNow()));
        });
    assertEquals(200, from.cents + to.cents);
  }

  @Test
  void theEventsOfThePageExistAndTheCommandPrintsThem(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("dev.celadon.Switch").withoutThreshold();
      recording.start();
      Hub.run(() -> Greenlets.spawn(() -> {}).named("seen").join());
      recording.stop();
      recording.dump(file);
    }
    Matcher event =
        Pattern.compile("\\| `(dev\\.celadon\\.\\w+)`").matcher(Files.readString(GUIDE));
    List<String> known =
        jdk.jfr.FlightRecorder.getFlightRecorder().getEventTypes().stream()
            .map(jdk.jfr.EventType::getName)
            .toList();
    while (event.find()) {
      assertTrue(known.contains(event.group(1)), event.group(1));
    }
    Matcher command =
        Pattern.compile("\njfr (.*) recording.jfr\n").matcher(Files.readString(GUIDE));
    assertTrue(command.find());
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "jfr").toString());
    words.addAll(List.of(command.group(1).split(" ")));
    words.add(file.toString());
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), printed);
    assertTrue(printed.contains("dev.celadon.Switch {"), printed);
    assertTrue(printed.contains("\"seen\""), printed);
    assertFalse(printed.contains("GreenletEnd"), printed);
  }
}

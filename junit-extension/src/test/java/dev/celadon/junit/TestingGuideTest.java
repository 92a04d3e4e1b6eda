package dev.celadon.junit;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.spawnLater;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.queue.Queue;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.Semaphore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Java samples of docs/guide/testing.md: each stands here word for word and is run. */
class TestingGuideTest {

  private static final Path GUIDE = Path.of("../docs/guide/testing.md");
  private static final Path SELF = Path.of("src/test/java/dev/celadon/junit/TestingGuideTest.java");

  private final List<String> trail = new ArrayList<>();

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
    assertEquals(5, samples);
  }

  private static String withoutSpaces(String text) {
    return text.replaceAll("\\s", "");
  }

  @HubTest
  void aLateAnswerIsGivenUp(VirtualClock clock) {
    Queue<String> answers = new Queue<>();
    spawnLater(Duration.ofHours(1), () -> answers.put("late"));
    assertNull(answers.get(Duration.ofMinutes(5)));
    assertEquals(Duration.ofMinutes(5), clock.elapsed());
    assertEquals("late", answers.get());
  }

  @HubTest(seeds = 1_000)
  void nobodyTakesMoreThanThereIs() {
    Semaphore tickets = new Semaphore(3);
    int[] sold = new int[1];
    for (int i = 0; i < 5; i++) {
      spawn(
          () -> {
            if (tickets.tryAcquire()) {
              sold[0]++;
            }
          });
    }
    sleep(Duration.ofSeconds(1));
    assertEquals(3, sold[0]);
  }

  @HubTest(seed = 42)
  void replayed() {
    spawn(() -> trail.add("a"));
    spawn(() -> trail.add("b"));
    sleep(Duration.ofSeconds(1));
    assertEquals(2, trail.size());
  }

  @Test
  void withoutAFramework() {
    Simulation.explore(
        1_000,
        () -> {
          Queue<Integer> queue = new Queue<>(1);
          Greenlet<Integer> consumer = spawn(() -> queue.get());
          queue.put(42);
          assertEquals(42, consumer.result());
        });
  }

  @HubTest
  void workElsewhereIsWaitedFor(Hub hub, VirtualClock clock) {
    AsyncResult<String> answer = new AsyncResult<>();
    spawn(() -> sleep(Duration.ofHours(1)));
    hub.ref();
    Thread.ofPlatform()
        .start(
            () -> {
              answer.set("from another thread");
              hub.unref();
            });
    assertEquals("from another thread", answer.result());
    assertEquals(Duration.ZERO, clock.elapsed());
    sleep(Duration.ofHours(1));
  }
}

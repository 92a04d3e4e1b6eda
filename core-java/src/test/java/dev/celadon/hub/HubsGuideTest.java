package dev.celadon.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.queue.Queue;
import dev.celadon.sync.AsyncResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The samples of docs/guide/hubs.md: each stands here word for word and is run. */
class HubsGuideTest {

  private static final Path GUIDE = Path.of("../docs/guide/hubs.md");
  private static final Path SELF = Path.of("src/test/java/dev/celadon/hub/HubsGuideTest.java");
  private static final Path MAIN = Path.of("src/main/java");

  private final List<String> alarms = new CopyOnWriteArrayList<>();

  /** A library with threads of its own. */
  private static final class Library {

    void ask(String question, Consumer<String> answer) {
      assertEquals("question", question);
      Thread.ofPlatform().start(() -> answer.accept("answer"));
    }

    CompletableFuture<String> askLater(String question) {
      return CompletableFuture.supplyAsync(() -> question.isEmpty() ? "" : "later");
    }
  }

  private static final class Failing {

    static void deliver() throws IOException {
      assertEquals("courier", Thread.currentThread().getName());
      throw new IOException("no route");
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
    assertEquals(3, samples);
  }

  private static String withoutSpaces(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void aThreadAndAHubTalk() {
    try (Hub kitchen = Hub.start("kitchen")) {
      Queue<String> orders = new Queue<>();
      Greenlet<String> cook = Greenlet.spawn(kitchen, () -> orders.get() + " is served");
      orders.put("tea"); // this thread is no greenlet
      assertEquals("tea is served", cook.result());
    }
  }

  @Test
  void aLibraryAnswersOnAThreadOfItsOwn() throws Exception {
    Library library = new Library();
    Hub.run(
        () -> {
          AsyncResult<String> answer = new AsyncResult<>();
          library.ask("question", answer::set); // calls back on a thread of its own
          assertEquals("answer", answer.result());
          assertEquals("later", AsyncResult.fromFuture(library.askLater("question")).result());
        });
  }

  @Test
  void aHandlerHearsOfWhatNobodyTakes() throws Exception {
    HubOptions options =
        HubOptions.defaults()
            .withErrorHandler(
                (source, failure) -> alarms.add(source + ": " + failure.getMessage()));
    Hub.run(
        options,
        () -> {
          Greenlets.spawn(Failing::deliver).named("courier");
          Greenlets.yieldNow();
        });
    assertEquals(1, alarms.size(), alarms::toString);
    assertTrue(alarms.getFirst().startsWith("courier"), alarms::toString);
    assertTrue(alarms.getFirst().contains("HubsGuideTest"), alarms::toString);
    assertTrue(alarms.getFirst().endsWith(": no route"), alarms::toString);
  }

  @Test
  void aThreadsOwnHubRunsWhileTheThreadWaitsAndIsClosedByIt() throws Exception {
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  Greenlet<?> greenlet = Greenlets.spawn(() -> alarms.add("ran"));
                  assertEquals(List.of(), alarms);
                  greenlet.join();
                  assertEquals(List.of("ran"), alarms);
                  Hub own = Hub.current();
                  own.close();
                  assertTrue(own.isClosed());
                  assertThrows(HubClosedException.class, () -> Greenlet.spawn(own, () -> {}));
                  alarms.add("closed");
                });
    thread.join();
    assertEquals(List.of("ran", "closed"), alarms);
  }

  @Test
  void theTableOfSettingsHasEveryProperty() throws IOException {
    Set<String> used = new TreeSet<>();
    try (Stream<Path> files = Files.walk(MAIN)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        collect("\"(celadon\\.[a-z.]+)\"", Files.readString(file), used);
      }
    }
    Set<String> told = new TreeSet<>();
    collect("(?m)^\\| `(celadon\\.[a-z.]+)` \\|", Files.readString(GUIDE), told);
    assertEquals(used, told);
  }

  private static void collect(String pattern, String text, Set<String> found) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      boolean _ = found.add(matcher.group(1));
    }
  }
}

package dev.celadon.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {

  @Test
  void theFileIsStrictJsonWithALineForEachSide() throws Exception {
    String json = Findings.results().json();
    JsonObject all = strictly(json);
    JsonArray rows = all.getAsJsonArray("results");
    assertEquals(15, rows.size());
    JsonObject ours = rows.get(0).getAsJsonObject();
    assertEquals("switch", ours.get("case").getAsString());
    assertEquals("celadon", ours.get("side").getAsString());
    assertEquals(3, ours.getAsJsonArray("rounds").size());
    assertFalse(ours.has("ratio"));
    JsonObject rival = rows.get(1).getAsJsonObject();
    assertEquals(300, rival.getAsJsonObject("cost").get("median").getAsDouble());
    assertEquals(270, rival.getAsJsonObject("cost").get("low").getAsDouble());
    assertEquals(360, rival.getAsJsonObject("cost").get("high").getAsDouble());
    assertEquals(0.5, rival.getAsJsonObject("ratio").get("median").getAsDouble());
    assertEquals("benchmarks/run", all.get("command").getAsString());
    assertEquals(15, json.lines().filter(line -> line.contains("\"side\":")).count());
  }

  @Test
  void aSideThatFailedOrWasNotToBeHadIsInTheFile() throws Exception {
    JsonArray rows = strictly(Findings.results().json()).getAsJsonArray("results");
    JsonObject broken = rows.get(3).getAsJsonObject();
    assertEquals("java.lang.AssertionError: \"no\"", broken.get("failed").getAsString());
    assertFalse(broken.has("cost"));
    JsonObject away = rows.get(4).getAsJsonObject();
    assertEquals("`python3` fails here", away.get("skipped").getAsString());
  }

  @Test
  void whatWasWrittenIsReadAgain(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("deeper").resolve("grown.json");
    Results written = Findings.grown();
    written.write(file);
    Results read = Results.read(file);
    assertEquals(written.json(), read.json());
    assertEquals(2, read.growth().size());
    assertNull(read.results().getFirst().ratio());
  }

  @Test
  void whatIsNoFileOfResultsIsRefused(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("x.json");
    for (String content : List.of("", "[]", "{\"results\": 1}", "{}", "{\"results\": [")) {
      Files.writeString(file, content);
      IOException refused = assertThrows(IOException.class, () -> Results.read(file), content);
      assertTrue(
          String.valueOf(refused.getMessage()).contains("x.json is no file of results"),
          refused::toString);
    }
  }

  @Test
  void aLineForTheRivalNamesBothAndTheErrorBar() {
    List<Measured> switches = Findings.results().results();
    assertEquals(
        "case=switch side=virtual-thread parties=2 unit=ns value=300.0 celadon=150.0 ratio=0.50"
            + " low=0.50 high=0.50",
        switches.get(1).line(switches.getFirst()));
    assertEquals(
        "case=switch side=broken parties=2 failed: java.lang.AssertionError: \"no\"",
        switches.get(3).line(switches.getFirst()));
    assertEquals(
        "case=switch side=gevent parties=2 skipped: `python3` fails here",
        switches.get(4).line(switches.getFirst()));
  }

  @Test
  void theRatioIsTheMedianOfTheRounds() {
    Case one = Findings.named("switch");
    Measured ours = Measured.of(one, one.celadon(), 1, forks(100, 200, 900), null);
    Measured rival = Measured.of(one, one.side("gevent"), 1, forks(100, 100, 1_800), null);
    assertEquals(new Figure(1, 0.5, 2), rival.beside(ours).ratio());
  }

  @Test
  void whatGrowsFasterThanTheRivalsIsMarked() {
    List<Growth> growth = Findings.grown().growth();
    Growth even = growth.getFirst();
    assertEquals("virtual-thread", even.side());
    assertTrue(even.isFaster());
    assertEquals(3, even.celadon().median(), 1e-9);
    assertEquals(
        "growth case=handoff side=virtual-thread parties=10..100000 value=1.05 celadon=3.00 GROWS"
            + " FASTER",
        even.line());
    Growth steep = growth.getLast();
    assertFalse(steep.isFaster());
    assertEquals(20, steep.rival().median(), 1e-9);
  }

  @Test
  void aDifferenceWithinTheNoiseIsNotMarked() {
    Case one = Findings.named("handoff");
    List<Measured> all =
        List.of(
            Measured.of(one.withParties(10), one.celadon(), 1, forks(90, 100, 110), null),
            Measured.of(one.withParties(10), one.rivals().getFirst(), 1, forks(90, 100, 110), null),
            Measured.of(one.withParties(1_000), one.celadon(), 1, forks(95, 110, 120), null),
            Measured.of(
                one.withParties(1_000), one.rivals().getFirst(), 1, forks(90, 100, 110), null));
    assertFalse(Growth.of(all).getFirst().isFaster());
  }

  @Test
  void nothingJoinsResultsThatAreNotThereOrOfTheOtherKind(@TempDir Path folder) throws IOException {
    String file = folder.resolve("one.json").toString();
    assertThrows(
        IllegalArgumentException.class,
        () -> Results.toJoin(RunOptions.parse("--add", "--results", file)));
    Findings.results().write(Path.of(file));
    assertEquals(
        Findings.results().results().size(),
        Results.toJoin(RunOptions.parse("--add", "--results", file)).results().size());
    assertThrows(
        IllegalArgumentException.class,
        () -> Results.toJoin(RunOptions.parse("--add", "--growth", "--results", file)));
  }

  @Test
  void whatIsMeasuredAgainTakesThePlaceOfWhatWasThere() throws IOException {
    Results before = Findings.results();
    Case again = Findings.named("echo-50");
    Results joined =
        Results.of(RunOptions.parse("--add", "echo"), before, Findings.of(again, 1, 2, 3));
    assertEquals("benchmarks/run, benchmarks/run --add echo", joined.command());
    assertEquals(before.results().size(), joined.results().size());
    assertEquals(before.results().getFirst(), joined.results().getFirst());
    assertEquals(
        List.of("switch", "zmq-rtt", "echo-50"), // as the cases stand
        joined.results().stream().map(Measured::name).distinct().toList());
    assertEquals(1, joined.results().get(10).median().orElseThrow());
  }

  private static List<Fork> forks(double... costs) {
    return DoubleStream.of(costs).mapToObj(cost -> new Fork(cost, null, null, null)).toList();
  }

  /** Reads as a browser would: what lenient readers let pass is refused. */
  private static JsonObject strictly(String json) throws IOException {
    JsonReader reader = new JsonReader(new StringReader(json));
    reader.setStrictness(Strictness.STRICT);
    TypeAdapter<JsonObject> objects = new Gson().getAdapter(JsonObject.class);
    JsonObject object = objects.read(reader);
    assertEquals(JsonToken.END_DOCUMENT, reader.peek());
    return object;
  }
}

package dev.celadon.examples.patterns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.zeromq.ContextOptions;
import dev.celadon.zeromq.IoMode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a pattern prints is in the guide; here it prints the same wherever and however it runs. */
class PatternsTest {

  private static final int SEEDS = 3;

  static Stream<Pattern> patterns() {
    return Pattern.all().stream();
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void printsWhatTheGuideSays(Pattern pattern) throws Exception {
    assertEquals(PatternsPageTest.outputOf(pattern), printed(pattern, inVirtualTime(), IoMode.HUB));
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void printsTheSameWithIoInAThread(Pattern pattern) throws Exception {
    // In real time: the clock cannot know what a thread has to do.
    assertEquals(
        PatternsPageTest.outputOf(pattern), printed(pattern, HubOptions.defaults(), IoMode.THREAD));
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void printsTheSameWhateverTheOrderOfTurns(Pattern pattern) throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      assertEquals(
          PatternsPageTest.outputOf(pattern),
          printed(pattern, Simulation.options(seed), IoMode.HUB),
          "seed " + seed);
    }
  }

  /**
   * While there is something to do, or to read, no time passes: nobody is late on a busy machine.
   */
  private static HubOptions inVirtualTime() {
    return HubOptions.defaults().withClock(new VirtualClock());
  }

  /** Fails for what fails in any greenlet. */
  private static List<String> printed(Pattern pattern, HubOptions options, IoMode io)
      throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<Throwable> failures = new ArrayList<>();
    pattern.run(
        options.withErrorHandler((_, failure) -> failures.add(failure)),
        ContextOptions.defaults().withIo(io),
        new PrintStream(bytes, true, UTF_8));
    assertEquals(List.of(), failures, pattern.name());
    return bytes.toString(UTF_8).lines().toList();
  }
}

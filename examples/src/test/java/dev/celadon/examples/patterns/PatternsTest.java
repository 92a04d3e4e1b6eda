package dev.celadon.examples.patterns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.VirtualClock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each pattern prints is in the guide; here it prints the same wherever it runs. */
class PatternsTest {

  static Stream<String> names() {
    return Pattern.all().stream().map(Pattern::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void printsTheSameOverTcpAsInVirtualTime(String name) throws Exception {
    Pattern pattern = PatternsTest.pattern(name);
    List<String> virtual =
        printed(pattern, HubOptions.defaults().withClock(new VirtualClock()), Transport.INPROC);
    System.err.println(String.join("\n", virtual)); // XXX
    assertEquals(virtual, printed(pattern, HubOptions.defaults(), Transport.TCP));
  }

  static Pattern pattern(String name) {
    return Pattern.all().stream()
        .filter(pattern -> pattern.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no pattern " + name));
  }

  /** Fails for what fails in any greenlet. */
  static List<String> printed(Pattern pattern, HubOptions options, Transport transport)
      throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<Throwable> failures = new ArrayList<>();
    pattern.run(
        options.withErrorHandler((_, failure) -> failures.add(failure)),
        transport,
        new PrintStream(bytes, true, UTF_8));
    assertEquals(List.of(), failures, pattern.name());
    return bytes.toString(UTF_8).lines().toList();
  }
}

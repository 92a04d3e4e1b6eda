package dev.celadon.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where it is measured. */
final class Machine {

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** How many processors of which kind, the system, and the JVM. */
  static String describe() throws IOException {
    return String.format(
        "%d processors (%s), %s %s, %s %s",
        Runtime.getRuntime().availableProcessors(),
        processor(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        System.getProperty("java.vm.name"),
        Runtime.version());
  }

  private static String processor() throws IOException {
    try (Stream<String> lines =
        Files.exists(PROCESSORS) ? Files.lines(PROCESSORS) : Stream.empty()) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("of an unknown kind");
    }
  }
}

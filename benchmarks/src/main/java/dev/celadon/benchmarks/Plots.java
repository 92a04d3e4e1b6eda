package dev.celadon.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

final class Plots {
  private Plots() {}

  static List<Path> write(Results results, Path file) throws IOException {
    return List.of();
  }
}

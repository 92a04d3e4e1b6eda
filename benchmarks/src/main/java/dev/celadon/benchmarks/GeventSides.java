package dev.celadon.benchmarks;

import java.util.List;

/** The sides in Python: greenlets of gevent, in a process of their own. */
final class GeventSides {

  private static final String PYTHON = "/usr/bin/python3";

  private GeventSides() {}

  /** The side of a case whose unit is one nanosecond, or byte. */
  static Side side(String measured) {
    return new Side(
        "gevent",
        List.of(),
        List.of(PYTHON, "-c", "import gevent"),
        new PythonProcess(
            List.of(PYTHON, "benchmarks/src/main/python/gevent_sides.py", measured), 1));
  }
}

package dev.celadon.benchmarks;

import java.io.Serial;

/** A side has not done its work; the others may. The message says why, in a line. */
final class SideFailed extends Exception {

  @Serial private static final long serialVersionUID = 1;

  SideFailed(String why) {
    super(why);
  }

  /** The line of a log that says most: the last one that names a throwable, or else the last. */
  static SideFailed from(String log) {
    String last = "nothing was said";
    String thrown = null;
    for (String line : log.lines().toList()) {
      if (!line.isBlank()) {
        last = line.strip();
      }
      if (line.matches("^(Caused by: |Exception in thread .*)?[a-z][\\w.$]*(Exception|Error).*")
          || line.startsWith("<forked VM failed")) {
        thrown = line.strip();
      }
    }
    return new SideFailed(thrown == null ? last : thrown);
  }
}

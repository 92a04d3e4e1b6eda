package dev.celadon.examples.network;

import dev.celadon.dns.Dns;
import dev.celadon.pool.Pool;
import dev.celadon.pool.Results;
import dev.celadon.signal.Shutdown;
import java.io.PrintStream;
import java.net.UnknownHostException;
import java.util.List;

/** Looks names up, ten at a time, and prints each answer as soon as it has come. */
final class DnsMassResolve {

  private static final int AT_ONCE = 10;

  private DnsMassResolve() {}

  static int run(Arguments arguments, PrintStream out, Shutdown shutdown) {
    if (arguments.words().isEmpty()) {
      throw new Arguments.Unusable("no name to look up");
    }
    int found = 0;
    List<String> names = arguments.words();
    try (Results<Answer> answers =
        new Pool(AT_ONCE).imapUnordered(names, DnsMassResolve::resolve)) {
      for (Answer answer : answers) {
        out.println(answer.name() + " " + answer.text());
        found += answer.found() ? 1 : 0;
      }
    }
    out.println("found " + found + " of " + names.size());
    return found == names.size() ? 0 : 1;
  }

  private record Answer(String name, boolean found, String text) {}

  private static Answer resolve(String name) {
    try {
      return new Answer(name, true, "= " + Dns.lookupFirst(name).getHostAddress());
    } catch (UnknownHostException e) {
      return new Answer(name, false, "is unknown");
    }
  }
}

package dev.celadon.examples.tutorial;

import dev.celadon.monkey.Monkey;
import dev.celadon.monkey.Patch;
import dev.celadon.monkey.PatchedPart;
import dev.celadon.monkey.PatchedPart.Part;

/** Patches what the JDK's sockets wait by, looks at the report, and takes the patch back. */
final class Patching {

  private Patching() {}

  static void run() {
    IO.println("Sockets are patched: " + Monkey.isPatched(Part.SOCKETS));
    try (Patch patch = Monkey.patchAll()) {
      IO.println("After monkey patch");
      for (PatchedPart part : patch.parts()) {
        IO.println(part);
      }
      IO.println("Sockets are patched: " + Monkey.isPatched(Part.SOCKETS));
    }
    IO.println("After the end of the patch");
    IO.println("Sockets are patched: " + Monkey.isPatched(Part.SOCKETS));
  }
}

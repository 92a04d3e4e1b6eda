package dev.celadon.examples.tutorial;

import dev.celadon.monkey.Monkey;
import dev.celadon.monkey.Patch;
import dev.celadon.monkey.PatchedPart;
import dev.celadon.monkey.PatchedPart.Part;

/** Patches the JDK's sockets and look-ups, looks at the report, and takes the patch back. */
final class Patching {

  private Patching() {}

  static void run() {
    tell();
    try (Patch patch = Monkey.patchAll()) {
      IO.println("After monkey patch");
      for (PatchedPart part : patch.parts()) {
        IO.println(part);
      }
      tell();
    }
    IO.println("After the end of the patch");
    tell();
  }

  private static void tell() {
    for (Part part : Part.values()) {
      IO.println(part + " is patched: " + Monkey.isPatched(part));
    }
  }
}

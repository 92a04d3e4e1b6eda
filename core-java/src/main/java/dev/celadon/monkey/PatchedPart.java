package dev.celadon.monkey;

import java.util.Objects;

/**
 * What a patch did with one part of the JDK.
 *
 * <p>Immutable.
 *
 * @param part which one
 * @param patched whether it is patched now
 * @param detail what was done; or why nothing was, and what to do instead
 */
public record PatchedPart(Part part, boolean patched, String detail) {

  /** What can be patched. */
  public enum Part {
    /** Blocking {@code java.net} sockets and {@code java.nio} channels of greenlets. */
    SOCKETS,
    /** Look-ups of names in greenlets: {@code java.net.InetAddress}, and whatever uses it. */
    DNS
  }

  /** Checks that nothing is missing. */
  public PatchedPart {
    Objects.requireNonNull(part, "part");
    Objects.requireNonNull(detail, "detail");
  }

  @Override
  public String toString() {
    return part + (patched ? " patched: " : " not patched: ") + detail;
  }
}

package dev.celadon.process;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where one of the three standard streams of a child leads.
 *
 * <p>Immutable.
 */
public sealed interface Stdio {

  /** A pipe to this program: {@link Subprocess#stdin} and its siblings are its near ends. */
  Stdio PIPE = Place.PIPE;

  /** The same place as this program's own stream. */
  Stdio INHERIT = Place.INHERIT;

  /** Nowhere: what is written is lost, and reading is at the end at once. */
  Stdio DISCARD = Place.DISCARD;

  /** For the error stream only: it goes where the output goes. */
  Stdio MERGED = Place.MERGED;

  /** The places that need no name. */
  enum Place implements Stdio {
    /** See {@link Stdio#PIPE}. */
    PIPE,
    /** See {@link Stdio#INHERIT}. */
    INHERIT,
    /** See {@link Stdio#DISCARD}. */
    DISCARD,
    /** See {@link Stdio#MERGED}. */
    MERGED
  }

  /**
   * A file: read from its beginning as input, made or emptied as output.
   *
   * @param path the file
   * @param append whether output is added behind what is in the file
   */
  record ToFile(Path path, boolean append) implements Stdio {

    /** Checks that there is a path. */
    public ToFile {
      Objects.requireNonNull(path, "path");
    }
  }

  /**
   * A file: read from its beginning as input, made or emptied as output.
   *
   * @param path the file
   * @return the place
   */
  static Stdio file(Path path) {
    return new ToFile(path, false);
  }

  /**
   * A file that output is added to, behind what is in it.
   *
   * @param path the file, which is made if it is not there
   * @return the place
   */
  static Stdio append(Path path) {
    return new ToFile(path, true);
  }
}

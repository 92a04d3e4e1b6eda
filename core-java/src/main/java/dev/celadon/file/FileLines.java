package dev.celadon.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The lines of a file: reads one when it is asked whether there is one. */
final class FileLines implements Iterator<String> {

  private final FileObject file;
  private @Nullable String next;

  FileLines(FileObject file) {
    this.file = file;
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      try {
        next = file.readLine();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return next != null;
  }

  @Override
  public String next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the file has no further line: ask hasNext first");
    }
    String line = Objects.requireNonNull(next);
    next = null;
    return line;
  }
}

package dev.celadon.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A file as the JDK's streams know one. */
final class FileInput extends InputStream {

  private final FileObject file;

  FileInput(FileObject file) {
    this.file = file;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return file.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    return file.read(target, offset, length);
  }

  @Override
  public byte[] readAllBytes() throws IOException {
    return file.readAll();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

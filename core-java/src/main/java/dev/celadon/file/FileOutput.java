package dev.celadon.file;

import java.io.IOException;
import java.io.OutputStream;

/** A file as the JDK's streams know one. */
final class FileOutput extends OutputStream {

  private final FileObject file;

  FileOutput(FileObject file) {
    this.file = file;
  }

  @Override
  public void write(int value) throws IOException {
    file.write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    file.write(source, offset, length);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

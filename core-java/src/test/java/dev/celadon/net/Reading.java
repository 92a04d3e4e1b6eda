package dev.celadon.net;

import java.io.EOFException;
import java.io.IOException;

/** What several tests of sockets read with. */
final class Reading {

  private Reading() {}

  /** So many bytes; the end before them is a failure. */
  static byte[] readExactly(Transport socket, int count) throws IOException {
    byte[] data = socket.inputStream().readNBytes(count);
    if (data.length < count) {
      throw new EOFException("only " + data.length + " of " + count + " bytes");
    }
    return data;
  }
}

package dev.celadon.dnsjava;

import java.io.IOException;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Records in writing. */
final class Records {

  private Records() {}

  /** "name TYPE data", living for a minute. */
  static Record parse(String text) {
    String[] words = text.split(" ", 3);
    try {
      return Record.fromString(
          Name.fromString(words[0]), Type.value(words[1]), DClass.IN, 60, words[2], Name.root);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }
}

package dev.celadon.examples.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a message of HTTP/1 and its fields, as they came.
 *
 * @param start the first line
 * @param fields the fields, a line each
 */
record HttpHead(String start, List<String> fields) {

  private static final int LONGEST_LINE = 8192;
  private static final int MOST_FIELDS = 100;

  /** Reads a head and the empty line behind it, not a byte more. */
  static HttpHead read(InputStream in) throws IOException {
    String start = line(in);
    List<String> fields = new ArrayList<>();
    for (String field = line(in); !field.isEmpty(); field = line(in)) {
      if (fields.size() == MOST_FIELDS) {
        throw new IOException("more than " + MOST_FIELDS + " fields");
      }
      if (field.indexOf(':') <= 0 || field.indexOf(' ') == 0) {
        throw new IOException("no field of HTTP: " + field);
      }
      fields.add(field);
    }
    return new HttpHead(start, fields);
  }

  /** A line without its end. */
  static String line(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the end came within a line");
      }
      if (bytes.size() == LONGEST_LINE) {
        throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
      }
      bytes.write(next);
    }
    String line = bytes.toString(ISO_8859_1);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  /** The values of a field, in the order in which they came. */
  List<String> values(String name) {
    return fields.stream()
        .filter(field -> isNamed(field, name))
        .map(field -> field.substring(field.indexOf(':') + 1).strip())
        .toList();
  }

  /** The value of a field that must not come twice, or null. */
  @Nullable String value(String name) throws IOException {
    List<String> values = values(name);
    if (values.size() > 1) {
      throw new IOException("more than one " + name);
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  HttpHead without(String... names) {
    List<String> rest =
        fields.stream()
            .filter(field -> Stream.of(names).noneMatch(name -> isNamed(field, name)))
            .toList();
    return new HttpHead(start, rest);
  }

  HttpHead with(String field) {
    return new HttpHead(start, Stream.concat(fields.stream(), Stream.of(field)).toList());
  }

  HttpHead withStart(String line) {
    return new HttpHead(line, fields);
  }

  void writeTo(OutputStream out) throws IOException {
    String text = start + "\r\n" + String.join("\r\n", fields) + (fields.isEmpty() ? "" : "\r\n");
    out.write((text + "\r\n").getBytes(ISO_8859_1));
  }

  private static boolean isNamed(String field, String name) {
    return field
        .substring(0, field.indexOf(':'))
        .strip()
        .toLowerCase(Locale.ROOT)
        .equals(name.toLowerCase(Locale.ROOT));
  }

  /** Writes a whole answer; the connection ends behind it. */
  static void answer(OutputStream out, String status, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    new HttpHead(
            "HTTP/1.1 " + status,
            List.of(
                "Content-Type: text/plain; charset=utf-8",
                "Content-Length: " + body.length,
                "Connection: close"))
        .writeTo(out);
    out.write(body);
  }
}

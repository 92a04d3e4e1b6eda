package dev.celadon.examples.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.zeromq.ZmqMessage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client asks for: {@code java MILLIS} or {@code kotlin MILLIS}.
 *
 * @param envelope the way back to the client: the frames up to the empty one
 * @param side who is to answer
 * @param millis how long the work takes, 0 to {@value #MOST_MILLIS}
 * @param arrivedNanos when the service took it
 */
public record Request(List<byte[]> envelope, Side side, long millis, long arrivedNanos) {

  /** Who answers. */
  public enum Side {
    /** A greenlet. */
    JAVA,
    /** A suspend function. */
    KOTLIN;

    /** The word in requests and answers. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static final long MOST_MILLIS = 600_000;

  private static final Pattern TEXT = Pattern.compile("(java|kotlin) (\\d{1,6})");

  /** A message that is no request. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient ZmqMessage answer;

    Malformed(List<byte[]> envelope, String came) {
      this(
          "error: expected 'java MILLIS' or 'kotlin MILLIS' with MILLIS from 0 to "
              + MOST_MILLIS
              + ", but came "
              + came,
          envelope);
    }

    private Malformed(String message, List<byte[]> envelope) {
      super(message);
      answer = addressed(envelope, message);
    }

    ZmqMessage answer() {
      return answer;
    }
  }

  static Request parse(ZmqMessage message, long arrivedNanos) throws Malformed {
    List<byte[]> frames = message.frames();
    int delimiter = 1;
    while (delimiter < frames.size() && frames.get(delimiter).length > 0) {
      delimiter++;
    }
    boolean delimited = delimiter < frames.size();
    List<byte[]> envelope = List.copyOf(frames.subList(0, delimited ? delimiter + 1 : 1));
    List<byte[]> body = frames.subList(envelope.size(), frames.size());
    if (body.size() != 1) {
      throw new Malformed(envelope, body.size() + " frames");
    }
    String text = decode(body.getFirst(), envelope);
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches() || Long.parseLong(matcher.group(2)) > MOST_MILLIS) {
      throw new Malformed(envelope, "'" + shortened(text) + "'");
    }
    Side side = Side.valueOf(matcher.group(1).toUpperCase(Locale.ROOT));
    return new Request(envelope, side, Long.parseLong(matcher.group(2)), arrivedNanos);
  }

  private static String decode(byte[] frame, List<byte[]> envelope) throws Malformed {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(frame)).toString();
    } catch (CharacterCodingException e) {
      int shown = Math.min(frame.length, 16);
      throw new Malformed(
          envelope, "bytes that are no UTF-8: " + HexFormat.of().formatHex(frame, 0, shown));
    }
  }

  private static String shortened(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= 40 ? line : line.substring(0, 40) + "...";
  }

  /** The answer after the work. */
  public ZmqMessage done() {
    return addressed(envelope, side.word() + " done " + millis);
  }

  /** The answer when the work could not be done. */
  public ZmqMessage refused(String why) {
    return addressed(envelope, "error: " + why);
  }

  private static ZmqMessage addressed(List<byte[]> envelope, String text) {
    List<byte[]> frames = new ArrayList<>(envelope);
    frames.add(text.getBytes(UTF_8));
    return ZmqMessage.of(frames);
  }
}

package dev.celadon.jeromq;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQException;
import org.zeromq.proto.ZNeedle;
import org.zeromq.proto.ZPicture;
import zmq.ZError;

/** Messages by pictures, a letter for each part. */
final class Pictures {
  /*
   * The text kind: i 1 2 4 8 s b c f m z, each a frame of its own, numbers as text.
   * The binary kind: 1 2 4 8 s S b c f m, all before f and m in one frame.
   */
  private static final Pattern TEXT = Pattern.compile("[i1248sbcfz]*m?");
  private static final Pattern BINARY = Pattern.compile("[1248sSbcf]*m?");

  private static final ZPicture JEROMQ = new ZPicture();

  private Pictures() {}

  // --- Text

  static ZMsg text(String picture, Object... args) {
    check(picture, TEXT);
    ZMsg message = new ZMsg();
    int next = 0;
    for (int i = 0; i < picture.length(); i++) {
      char kind = picture.charAt(i);
      if (kind == 'z') {
        message.addLast(new ZFrame((byte[]) null));
      } else {
        addText(message, kind, args[next++]);
      }
    }
    return message;
  }

  private static void addText(ZMsg message, char kind, Object part) {
    switch (kind) {
      case 'i' -> message.addString(Integer.toString((int) part));
      case '1' -> message.addString(Integer.toString((int) part & 0xff));
      case '2' -> message.addString(Integer.toString((int) part & 0xffff));
      case '4' -> message.addString(Integer.toString((int) part));
      case '8' -> message.addString(Long.toString((long) part));
      case 's' -> message.addString((String) part);
      case 'b', 'c' -> message.addLast((byte[]) part);
      case 'f' -> message.addLast(new ZFrame(((org.zeromq.ZFrame) part).getData()));
      default -> message.append((ZMsg) part);
    }
  }

  static @Nullable Object[] recvText(DropInSocket socket, String picture) {
    check(picture, TEXT);
    @Nullable Object[] parts = new Object[picture.length()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = recvText(socket, picture.charAt(i));
    }
    return parts;
  }

  private static @Nullable Object recvText(DropInSocket socket, char kind) {
    return switch (kind) {
      case 'i', '4' -> Integer.valueOf(socket.recvStr());
      case '1' -> Integer.parseInt(socket.recvStr()) & 0xff;
      case '2' -> Integer.parseInt(socket.recvStr()) & 0xffff;
      case '8' -> Long.valueOf(socket.recvStr());
      case 's' -> socket.recvStr();
      case 'b', 'c' -> socket.recv();
      case 'f' -> ZFrame.recvFrame(socket);
      case 'm' -> ZMsg.recvMsg(socket);
      default -> recvEmpty(socket);
    };
  }

  private static ZFrame recvEmpty(DropInSocket socket) {
    ZFrame frame = ZFrame.recvFrame(socket);
    if (frame == null || frame.size() > 0) {
      throw new ZMQException("zero frame is not empty", ZError.EPROTO);
    }
    return new ZFrame((byte[]) null);
  }

  // --- Binary

  static ZMsg binary(String picture, Object... args) {
    check(picture, BINARY);
    Object[] parts = args.clone();
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] instanceof ZMsg ours) {
        parts[i] = jeroMqs(ours);
      }
    }
    ZMsg message = new ZMsg();
    for (org.zeromq.ZFrame frame : JEROMQ.msgBinaryPicture(picture, parts)) {
      message.addLast(new ZFrame(frame.getData()));
    }
    return message;
  }

  private static org.zeromq.ZMsg jeroMqs(ZMsg ours) {
    org.zeromq.ZMsg theirs = new org.zeromq.ZMsg();
    for (ZFrame frame : ours) {
      theirs.addLast(frame);
    }
    return theirs;
  }

  static @Nullable Object @Nullable [] recvBinary(DropInSocket socket, String picture) {
    check(picture, BINARY);
    ZFrame frame = ZFrame.recvFrame(socket);
    if (frame == null) {
      return null;
    }
    ZNeedle needle = new ZNeedle(frame);
    @Nullable Object[] parts = new Object[picture.length()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = recvBinary(socket, needle, picture.charAt(i));
    }
    return parts;
  }

  private static @Nullable Object recvBinary(DropInSocket socket, ZNeedle needle, char kind) {
    return switch (kind) {
      case '1' -> needle.getNumber1();
      case '2' -> needle.getNumber2();
      case '4' -> needle.getNumber4();
      case '8' -> needle.getNumber8();
      case 's' -> needle.getString();
      case 'S' -> needle.getLongString();
      case 'b', 'c' -> needle.getBlock(needle.getNumber4());
      case 'f' -> ZFrame.recvFrame(socket);
      default -> ZMsg.recvMsg(socket);
    };
  }

  private static void check(String picture, Pattern format) {
    if (!format.matcher(picture).matches()) {
      throw new ZMQException(
          "the picture " + picture + " is not in the format " + format, ZError.EPROTO);
    }
  }
}

package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.celadon.net.StreamSocket;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;

/** The other end of a connection, byte by byte: whatever it says, it says on purpose. */
final class RawPeer implements AutoCloseable {

  private final StreamSocket socket;

  private RawPeer(StreamSocket socket) {
    this.socket = socket;
  }

  static RawPeer connect(String endpoint) throws IOException {
    int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    return new RawPeer(StreamSocket.connect("127.0.0.1", port));
  }

  static RawPeer of(StreamSocket accepted) {
    return new RawPeer(accepted);
  }

  // --- What ZMTP 3.0 says

  /** The greeting of a peer without security. */
  static byte[] greeting() {
    ByteBuffer greeting = ByteBuffer.allocate(64);
    greeting.put((byte) 0xff).putLong(1).put((byte) 0x7f).put((byte) 3).put((byte) 0);
    greeting.put("NULL".getBytes(ISO_8859_1));
    return greeting.array();
  }

  /** The command that completes the handshake. */
  static byte[] ready(String socketType, String identity) {
    ByteBuffer body = ByteBuffer.allocate(200);
    body.put(bytes("\u0005READY"));
    property(body, "Socket-Type", socketType);
    property(body, "Identity", identity);
    byte[] content = new byte[body.position()];
    body.flip().get(content);
    return command(content);
  }

  private static void property(ByteBuffer to, String name, String value) {
    to.put((byte) name.length()).put(bytes(name));
    to.putInt(value.length()).put(bytes(value));
  }

  static byte[] command(byte[] content) {
    return frame(4, content);
  }

  /** A short frame with these flags: 1 is more, 4 is a command. */
  static byte[] frame(int flags, byte[] content) {
    ByteBuffer frame = ByteBuffer.allocate(2 + content.length);
    return frame.put((byte) flags).put((byte) content.length).put(content).array();
  }

  /** The beginning of a long frame. */
  static byte[] announcement(int flags, long length) {
    return ByteBuffer.allocate(9).put((byte) (flags | 2)).putLong(length).array();
  }

  static byte[] bytes(String latin1) {
    return latin1.getBytes(ISO_8859_1);
  }

  // --- Talking

  RawPeer say(byte[]... all) throws IOException {
    for (byte[] bytes : all) {
      socket.write(bytes, 0, bytes.length);
    }
    return this;
  }

  /** Greets as one of that type, and waits for the other side's handshake. */
  RawPeer shakeHands(String socketType, String identity) throws IOException {
    say(greeting(), ready(socketType, identity));
    hear(64);
    byte[] head = hear(2);
    byte[] _ = hear(head[1] & 0xff);
    return this;
  }

  byte[] hear(int count) throws IOException {
    socket.setTimeout(OnHub.LONG);
    byte[] bytes = new byte[count];
    int got = 0;
    while (got < count) {
      int n = socket.read(bytes, got, count - got);
      if (n < 0) {
        throw new IOException("the end after " + got + " bytes of " + count);
      }
      got += n;
    }
    return bytes;
  }

  /** Listens until the other side has closed. */
  void hearTheEnd() throws IOException {
    socket.setTimeout(OnHub.LONG);
    byte[] some = new byte[1000];
    try {
      while (socket.read(some, 0, some.length) >= 0) {}
    } catch (java.net.SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      // a reset is an end, too
    }
  }

  /** Whether the other side has not closed within that time; what it says meanwhile is lost. */
  boolean isKept(Duration meanwhile) throws IOException {
    socket.setTimeout(meanwhile);
    try {
      byte[] some = new byte[1000];
      while (socket.read(some, 0, some.length) >= 0) {}
      return false;
    } catch (java.net.SocketTimeoutException e) {
      return true;
    }
  }

  /** Ends the connection with a reset. */
  void reset() throws IOException {
    socket.option(StandardSocketOptions.SO_LINGER, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

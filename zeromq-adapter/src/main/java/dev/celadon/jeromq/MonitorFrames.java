package dev.celadon.jeromq;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMonitor.ProtocolCode;
import zmq.Ctx;
import zmq.Msg;

/** Reads what JeroMQ writes to a monitor socket. */
final class MonitorFrames {
  /*
   * A frame has: the event (4 bytes), the length of the address (1), the address, what follows (1): nothing, a number (4), or
   * the handle (4) of a channel that the context keeps. JeroMQ gives channels away only to its own reader, which wants to receive the frame
   * itself; so its context is asked in private, and if that is refused there are no channels.
   */
  private static final int NUMBER = 1;
  private static final int CHANNEL = 2;

  private static final @Nullable MethodHandle FORWARDED = find();

  private MonitorFrames() {}

  private static @Nullable MethodHandle find() {
    try {
      return MethodHandles.privateLookupIn(Ctx.class, MethodHandles.lookup())
          .findVirtual(
              Ctx.class,
              "getForwardedChannel",
              MethodType.methodType(SelectableChannel.class, Integer.class));
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  @SuppressWarnings("deprecation")
  static ZMQ.@Nullable Event recv(org.zeromq.ZMQ.Socket socket, int flags) {
    Msg frame = socket.recvMsg(flags);
    return frame == null ? null : read(frame, socket.getCtx());
  }

  @SuppressWarnings("deprecation")
  private static ZMQ.Event read(Msg frame, Ctx ctx) {
    ByteBuffer buffer = frame.buf();
    int event = buffer.getInt();
    byte[] address = new byte[Byte.toUnsignedInt(buffer.get())];
    buffer.get(address);
    int kind = buffer.get();
    Integer number = kind == NUMBER || kind == CHANNEL ? Integer.valueOf(buffer.getInt()) : null;
    Object resolved =
        kind == CHANNEL && number != null ? channel(ctx, number) : meaning(event, number);
    return new ZMQ.Event(event, number, resolved, new String(address, ZMQ.CHARSET));
  }

  private static @Nullable Object meaning(int event, @Nullable Integer number) {
    if (number == null) {
      return null;
    }
    return switch (event) {
      case zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL -> ProtocolCode.findByCode(number);
      case zmq.ZMQ.ZMQ_EVENT_CLOSE_FAILED,
          zmq.ZMQ.ZMQ_EVENT_ACCEPT_FAILED,
          zmq.ZMQ.ZMQ_EVENT_BIND_FAILED,
          zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL ->
          ZMQ.Error.findByCode(number);
      case zmq.ZMQ.ZMQ_EVENT_CONNECT_DELAYED, zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_SUCCEEDED -> null;
      default -> number;
    };
  }

  private static @Nullable Object channel(Ctx ctx, Integer handle) {
    MethodHandle forwarded = FORWARDED;
    if (forwarded == null) {
      return null;
    }
    try {
      return (SelectableChannel) forwarded.invokeExact(ctx, handle);
    } catch (Throwable e) {
      throw new AssertionError("bug in Celadon, please report: JeroMQ's channel " + handle, e);
    }
  }
}

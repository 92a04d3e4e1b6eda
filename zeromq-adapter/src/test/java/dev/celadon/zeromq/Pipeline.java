package dev.celadon.zeromq;

import static dev.celadon.Greenlets.spawn;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.celadon.greenlet.Greenlet;
import java.util.List;
import org.zeromq.SocketType;

/** A source, a proxy's two sockets, and a sink, in a row. */
record Pipeline(ZmqSocket source, ZmqSocket front, ZmqSocket back, ZmqSocket sink) {

  /** Where it may be. */
  static final List<String> PLACES = List.of("tcp", "inproc");

  static Pipeline over(ZmqContext context, String one, String two, int highWaterMark) {
    ZmqSocket front = context.socket(SocketType.PULL);
    front.options().receiveHighWaterMark(highWaterMark);
    ZmqSocket back = context.socket(SocketType.PUSH);
    back.options().sendHighWaterMark(highWaterMark);
    ZmqSocket source = context.socket(SocketType.PUSH);
    source.options().sendHighWaterMark(highWaterMark);
    source.connect(front.bind(one));
    ZmqSocket sink = context.socket(SocketType.PULL);
    sink.options().receiveHighWaterMark(highWaterMark);
    sink.connect(back.bind(two));
    return new Pipeline(source, front, back, sink);
  }

  static Pipeline over(ZmqContext context, String place) {
    return place.equals("tcp")
        ? over(context, ANY_PORT, ANY_PORT, 1000)
        : over(context, "inproc://one", "inproc://two", 1000);
  }

  Greenlet<?> sending(int count) {
    return spawn(
        () -> {
          for (int i = 0; i < count; i++) {
            source.send(ZmqMessage.of("n", String.valueOf(i)), LONG);
          }
        });
  }

  void expect(int first, int end) {
    for (int i = first; i < end; i++) {
      assertEquals(ZmqMessage.of("n", String.valueOf(i)), sink.recvMessage(LONG));
    }
  }
}

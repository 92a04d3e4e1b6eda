package dev.celadon.jeromq;

import dev.celadon.zeromq.ProxyEnd;
import dev.celadon.zeromq.ProxyOptions;
import dev.celadon.zeromq.ZmqProxy;
import dev.celadon.zeromq.ZmqSocket;
import org.jspecify.annotations.Nullable;
import zmq.SocketBase;
import zmq.ZError;

/** JeroMQ's proxy, on a hub or outside. */
final class Forwarding {

  private Forwarding() {}

  /** True if the control socket has ended it. */
  static boolean run(
      ZMQ.Socket frontend,
      ZMQ.Socket backend,
      ZMQ.@Nullable Socket capture,
      ZMQ.@Nullable Socket control) {
    ZmqSocket front = frontend.green();
    ZmqSocket back = backend.green();
    if (front == null || back == null) {
      return zmq.ZMQ.proxy(frontend.base(), backend.base(), base(capture), base(control));
    }
    ZmqSocket copies = capture == null ? null : capture.green();
    ZmqSocket words = control == null ? null : control.green();
    try {
      ProxyEnd end = new ZmqProxy(front, back, new ProxyOptions(copies, null, words)).run();
      if (end == ProxyEnd.STOPPED) {
        return true;
      }
    } catch (RuntimeException e) {
      throw Failures.inJeroMqsWords(e);
    }
    Failures.errno(ZError.ETERM);
    return false;
  }

  private static @Nullable SocketBase base(ZMQ.@Nullable Socket socket) {
    return socket == null ? null : socket.base();
  }
}

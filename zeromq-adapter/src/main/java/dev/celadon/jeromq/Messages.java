package dev.celadon.jeromq;

import dev.celadon.zeromq.ZmqMessage;
import java.util.ArrayList;
import java.util.List;
import zmq.Msg;

/** Whole messages and JeroMQ's frames. */
final class Messages {

  private Messages() {}

  static ZmqMessage of(List<Msg> frames) {
    if (frames.size() == 1) {
      return ZmqMessage.of(frames.getFirst().data());
    }
    List<byte[]> data = new ArrayList<>(frames.size());
    for (Msg frame : frames) {
      data.add(frame.data());
    }
    return ZmqMessage.of(data);
  }

  static Msg frame(ZmqMessage message, int index) {
    Msg frame = new Msg(message.frame(index));
    if (index < message.size() - 1) {
      frame.setFlags(Msg.MORE);
    }
    return frame;
  }
}

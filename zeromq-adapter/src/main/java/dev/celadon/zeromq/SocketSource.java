package dev.celadon.zeromq;

import java.util.ArrayList;
import java.util.List;
import zmq.ZMQ;

/** A socket that is polled. Confined to its hub. */
final class SocketSource implements PollSource {

  private final ZmqSocket socket;

  SocketSource(ZmqSocket socket) {
    this.socket = socket;
  }

  @Override
  public Object subject() {
    return socket;
  }

  @Override
  public boolean isOver() {
    return socket.isOver();
  }

  @Override
  public boolean hasRest() {
    return socket.hasReceiveMore();
  }

  @Override
  public List<PollTrigger> triggers(ZmqPoller.Item item, int events) {
    List<PollTrigger> triggers = new ArrayList<>(2);
    if ((events & ZMQ.ZMQ_POLLIN) != 0) {
      triggers.add(new PollTrigger(item, socket.readable(), ZMQ.ZMQ_POLLIN));
    }
    if ((events & ZMQ.ZMQ_POLLOUT) != 0) {
      triggers.add(new PollTrigger(item, socket.writable(), ZMQ.ZMQ_POLLOUT));
    }
    if (triggers.isEmpty()) {
      triggers.add(new PollTrigger(item, socket.ended(), 0));
    }
    return triggers;
  }
}

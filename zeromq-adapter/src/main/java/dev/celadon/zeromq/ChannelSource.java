package dev.celadon.zeromq;

import dev.celadon.select.Select;
import java.nio.channels.SelectableChannel;
import java.util.ArrayList;
import java.util.List;

/** A channel that is polled. Confined to its hub. */
final class ChannelSource implements PollSource {

  private final SelectableChannel channel;

  ChannelSource(SelectableChannel channel) {
    this.channel = channel;
  }

  @Override
  public Object subject() {
    return channel;
  }

  @Override
  public boolean isOver() {
    return !channel.isOpen();
  }

  @Override
  public boolean hasRest() {
    return false;
  }

  @Override
  public List<PollTrigger> triggers(ZmqPoller.Item item, int events) {
    List<PollTrigger> triggers = new ArrayList<>(2);
    if ((events & ZmqPoller.POLLIN) != 0) {
      triggers.add(new PollTrigger(item, Select.readable(channel), ZmqPoller.POLLIN));
    }
    if ((events & ZmqPoller.POLLOUT) != 0) {
      triggers.add(new PollTrigger(item, Select.writable(channel), ZmqPoller.POLLOUT));
    }
    return triggers;
  }
}

package dev.celadon.zeromq;

import java.util.List;

/** What a {@link ZmqPoller} can wait for. Confined to its hub. */
sealed interface PollSource permits SocketSource, ChannelSource, ThingSource {

  /** What the user has added. */
  Object subject();

  /** Whether nothing will ever happen any more. */
  boolean isOver();

  /** Whether the caller has begun to receive a message, the rest of which is there. */
  boolean hasRest();

  /**
   * What tells of these events.
   *
   * @throws IllegalArgumentException if there are no such events here
   */
  List<PollTrigger> triggers(ZmqPoller.Item item, int events);
}

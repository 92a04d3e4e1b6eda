package dev.celadon.zeromq;

import java.util.AbstractList;
import java.util.RandomAccess;

/** The frames of a message, as a list. Immutable. */
final class FrameList extends AbstractList<byte[]> implements RandomAccess {

  private final ZmqMessage message;

  FrameList(ZmqMessage message) {
    this.message = message;
  }

  @Override
  public byte[] get(int index) {
    return message.frame(index);
  }

  @Override
  public int size() {
    return message.size();
  }
}

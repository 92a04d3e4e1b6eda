package dev.celadon.zeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ZmqMessageTest {

  @Test
  void equalFramesMakeEqualMessages() {
    ZmqMessage message = ZmqMessage.of("a", "");
    assertEquals(ZmqMessage.of(new byte[] {'a'}, new byte[0]), message);
    assertEquals(ZmqMessage.of("a", "").hashCode(), message.hashCode());
    assertNotEquals(ZmqMessage.of("a"), message);
    assertNotEquals(ZmqMessage.of("a", "b"), message);
    assertEquals(2, message.size());
    assertEquals("a", message.text(0));
  }

  @Test
  void emptyMessagesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> ZmqMessage.of(List.of()));
  }

  @Test
  void framesCannotBeAdded() {
    List<byte[]> frames = ZmqMessage.of("a").frames();
    assertThrows(UnsupportedOperationException.class, () -> frames.add(new byte[0]));
  }

  @Test
  void showsTextAndCountsTheRest() {
    assertEquals(
        "ZmqMessage[\"hello\", 1 bytes, 99 bytes]",
        ZmqMessage.of("hello", "\0", "x".repeat(99)).toString());
  }
}

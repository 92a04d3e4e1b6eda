package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.zeromq.ZMsg;
import zmq.Msg;
import zmq.io.Metadata;

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

  @Test
  void framesAreNotCopied() {
    byte[] array = {1, 2};
    assertSame(array, ZmqMessage.of(array).frame(0));
    assertSame(array, ZmqMessage.of(ByteBuffer.wrap(array)).frame(0));
    assertSame(array, ZmqMessage.of(new byte[0], array).frames().get(1));
    ByteBuffer direct = ByteBuffer.allocateDirect(4).put(0, (byte) 7);
    ZmqMessage message = ZmqMessage.of(direct);
    direct.put(0, (byte) 8); // nobody may do this, but it shows
    assertEquals(8, message.buffer(0).get());
    assertTrue(message.buffer(0).isReadOnly());
  }

  @Test
  void partsOfBuffersAreFrames() {
    byte[] bytes = "xhello-".getBytes(UTF_8);
    ByteBuffer heap = ByteBuffer.wrap(bytes).position(1).limit(6);
    ByteBuffer direct = ByteBuffer.allocateDirect(7).put(bytes).position(1).limit(6);
    ZmqMessage message = ZmqMessage.of(heap, direct, heap.asReadOnlyBuffer());
    assertEquals(1, heap.position());
    assertEquals(ZmqMessage.of("hello", "hello", "hello"), message);
    assertEquals(ZmqMessage.of("hello", "hello", "hello").hashCode(), message.hashCode());
    assertEquals("ZmqMessage[\"hello\", \"hello\", \"hello\"]", message.toString());
    assertEquals(15, message.length());
    for (Msg msg : message.toMsgs()) {
      assertEquals("hello", new String(msg.data(), UTF_8));
      assertEquals(5, msg.size());
    }
  }

  @Test
  void envelopesGoOnAndOff() {
    ZmqMessage content = ZmqMessage.of("a", "");
    byte[] identity = {0, 1};
    ZmqMessage wrapped = content.wrap(identity);
    assertEquals(ZmqMessage.of(identity, new byte[0], new byte[] {'a'}, new byte[0]), wrapped);
    ZmqMessage.Envelope envelope = wrapped.unwrap();
    assertSame(identity, envelope.identity());
    assertEquals(content, envelope.content());
    assertEquals(ZmqMessage.of("b").wrap(identity), envelope.reply(ZmqMessage.of("b")));

    ZmqMessage.Envelope bare = ZmqMessage.of("me", "a").unwrap();
    assertEquals(ZmqMessage.of("a"), bare.content());
    assertEquals(ZmqMessage.of("me", "b"), bare.reply(ZmqMessage.of("b")));
    assertEquals(ZmqMessage.of(""), ZmqMessage.of("me", "").unwrap().content());
    assertThrows(IllegalStateException.class, () -> ZmqMessage.of("me").unwrap());
  }

  @Test
  void othersAreMadeFromIt() {
    ZmqMessage message = ZmqMessage.of("b").prepend(new byte[] {'a'}).append(new byte[] {'c'});
    assertEquals(ZmqMessage.of("a", "b", "c"), message);
    assertEquals(ZmqMessage.of("c"), message.skip(2));
    assertEquals(message, message.skip(0));
    assertThrows(IndexOutOfBoundsException.class, () -> message.skip(3));
    assertThrows(IndexOutOfBoundsException.class, () -> message.frame(3));
    assertThrows(IndexOutOfBoundsException.class, () -> message.buffer(-1));
  }

  @Test
  void jeromqsMessagesComeAndGo() {
    ZmqMessage message = ZmqMessage.of("a", "", "b");
    assertEquals(ZMsg.newStringMsg("a", "", "b"), message.toZMsg());
    assertEquals(message, ZmqMessage.of(message.toZMsg()));
    List<Msg> msgs = message.toMsgs();
    assertEquals(List.of(true, true, false), msgs.stream().map(Msg::hasMore).toList());
    assertEquals(message, ZmqMessage.ofMsgs(msgs));
    assertSame(message.frame(0), ZmqMessage.ofMsgs(msgs).frame(0));
    assertThrows(IllegalArgumentException.class, () -> ZmqMessage.of(new ZMsg()));
    assertThrows(IllegalArgumentException.class, () -> ZmqMessage.ofMsgs(List.of()));
  }

  @Test
  void routingIdAndGroupGoWithTheFrames() {
    ZmqMessage message = ZmqMessage.of("a").withRoutingId(-2).withGroup("news");
    assertEquals(-2, message.routingId());
    assertEquals("news", message.group());
    assertEquals("ZmqMessage[\"a\", routing id 4294967294, group news]", message.toString());
    assertEquals(ZmqMessage.of("a"), message);
    Msg msg = message.toMsgs().getFirst();
    assertEquals(-2, msg.getRoutingId());
    assertEquals("news", msg.getGroup());
    ZmqMessage again = ZmqMessage.ofMsgs(List.of(msg)).prepend(new byte[0]).skip(1);
    assertEquals(-2, again.routingId());
    assertEquals("news", again.group());
    assertEquals(0, message.withRoutingId(0).toMsgs().getFirst().getRoutingId());
    assertNull(ZmqMessage.of("a").group());
    assertThrows(IllegalArgumentException.class, () -> message.withGroup("g".repeat(256)));
  }

  @Test
  void metadataIsThatOfTheConnection() {
    assertNull(ZmqMessage.of("a").metadata("User-Id"));
    Metadata metadata = new Metadata();
    metadata.put("User-Id", "anna");
    ZmqMessage message = ZmqMessage.ofMsgs(List.of(new Msg(new byte[1]).setMetadata(metadata)));
    assertEquals("anna", message.metadata("User-Id"));
    assertNull(message.metadata("Peer-Address"));
    assertEquals("anna", message.append(new byte[0]).metadata("User-Id"));
  }

  @Test
  void textsGoInFrontAndBehind() {
    ZmqMessage middle = ZmqMessage.of("m").withGroup("group");
    ZmqMessage all = middle.prepend("a", "b").append("y", "z");
    assertEquals(ZmqMessage.of("a", "b", "m", "y", "z").withGroup("group"), all);
    assertEquals(middle, middle.prepend(new String[0]).append(new String[0]));
  }
}

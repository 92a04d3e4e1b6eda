package dev.celadon.zeromq;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.OnHub.SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;
import zmq.Msg;
import zmq.ZMQ;

/** The forms in which messages are sent and received. */
@ParameterizedClass
@EnumSource(IoMode.class)
class ZmqFormsTest {

  private static final List<String> ENDPOINTS = List.of("tcp://127.0.0.1:*", "inproc://forms");

  private final IoMode io;

  ZmqFormsTest(IoMode io) {
    this.io = io;
  }

  private interface WithSockets {
    void run(ZmqSocket source, ZmqSocket sink) throws Exception;
  }

  /** A PUSH and a PULL, over the network and without. */
  private void connected(WithSockets body) throws Exception {
    for (String endpoint : ENDPOINTS) {
      OnHub.run(
          io,
          context -> {
            ZmqSocket sink = context.socket(SocketType.PULL);
            ZmqSocket source = context.socket(SocketType.PUSH);
            source.connect(sink.bind(endpoint));
            body.run(source, sink);
          });
    }
  }

  // --- Buffers

  @Test
  void buffersOfAllKindsAreSent() throws Exception {
    connected(
        (source, sink) -> {
          byte[] bytes = "xhello-".getBytes(UTF_8);
          ByteBuffer heap = ByteBuffer.wrap(bytes).position(1).limit(6);
          ByteBuffer direct = ByteBuffer.allocateDirect(7).put(bytes).position(1).limit(6);
          for (ByteBuffer buffer : List.of(heap, direct, direct.asReadOnlyBuffer())) {
            source.send(buffer);
            source.send(buffer, LONG);
            assertTrue(source.trySend(buffer));
            source.sendMore(buffer);
            source.send(buffer);
            for (int i = 0; i < 4; i++) {
              assertEquals("hello", sink.recvString(LONG));
            }
            assertTrue(sink.hasReceiveMore());
            assertEquals("hello", sink.recvString(LONG));
            assertEquals(1, buffer.position());
          }
        });
  }

  @Test
  void largeFramesOutsideTheHeapArriveWhole() throws Exception {
    connected(
        (source, sink) -> {
          int size = 3 << 20;
          ByteBuffer large = ByteBuffer.allocateDirect(size);
          for (int i = 0; i < size; i += 997) {
            large.put(i, (byte) i);
          }
          source.send(large.duplicate());
          source.send(large.duplicate());
          assertEquals(large, sink.recvBuffer());
          byte[] array = sink.recv(LONG);
          assertEquals(large, ByteBuffer.wrap(array));
        });
  }

  @Test
  void peersInOneProgramShareTheArray() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(sink.bind("inproc://shared"));
          byte[] array = new byte[10_000];
          source.send(array);
          assertSame(array, sink.recv(LONG));
        });
  }

  @Test
  void receiveIntoTellsTheWholeLength() throws Exception {
    connected(
        (source, sink) -> {
          source.sendMultipart(List.of("12345".getBytes(UTF_8), "67".getBytes(UTF_8)));
          source.send("abc");
          source.send("");
          ByteBuffer into = ByteBuffer.allocate(8).position(2).limit(5);
          assertEquals(5, sink.recvInto(into, LONG), "cut, and it shows");
          assertEquals(5, into.position());
          assertEquals(ByteBuffer.wrap(new byte[] {0, 0, '1', '2', '3'}), into.duplicate().flip());
          byte[] array = new byte[4];
          assertEquals(2, sink.recvInto(array, 1, 3), "the next frame, not the rest of the first");
          assertArrayEquals(new byte[] {0, '6', '7', 0}, array);
          assertEquals(3, sink.recvInto(ByteBuffer.allocateDirect(3)));
          assertEquals(0, sink.recvInto(array, 4, 0));
          source.send("kept");
          assertThrows(
              IllegalArgumentException.class,
              () -> sink.recvInto(ByteBuffer.allocate(9).asReadOnlyBuffer()));
          assertThrows(IndexOutOfBoundsException.class, () -> sink.recvInto(array, 3, 2));
          assertThrows(
              ZmqTimeoutException.class,
              () -> {
                assertEquals(4, sink.recvInto(ByteBuffer.allocate(9), LONG));
                sink.recvInto(ByteBuffer.allocate(9), SHORT);
              });
        });
  }

  // --- Many

  @Test
  void manyComeWithOneWakeUp() throws Exception {
    connected(
        (source, sink) -> {
          Greenlet<List<ZmqMessage>> waiting = spawn(() -> sink.recvMany(10));
          yieldNow();
          for (int i = 0; i < 25; i++) {
            source.send(ZmqMessage.of("m", String.valueOf(i)));
          }
          List<ZmqMessage> got = new ArrayList<>(waiting.result());
          assertTrue(got.size() <= 10, got::toString);
          while (got.size() < 25) {
            List<ZmqMessage> next = sink.recvMany(3, LONG);
            assertTrue(!next.isEmpty() && next.size() <= 3, next::toString);
            got.addAll(next);
          }
          for (int i = 0; i < 25; i++) {
            assertEquals(ZmqMessage.of("m", String.valueOf(i)), got.get(i));
          }
          assertThrows(ZmqTimeoutException.class, () -> sink.recvMany(3, SHORT));
          assertThrows(IllegalArgumentException.class, () -> sink.recvMany(0));
          assertEquals(0, sink.drainTo(got, 5));
        });
  }

  @Test
  void drainingNeitherWaitsNorOvertakes() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(sink.bind("inproc://drain"));
          List<ZmqMessage> got = new ArrayList<>();
          Greenlet<String> first = spawn(() -> sink.recvString());
          yieldNow();
          source.send("1");
          source.send("2");
          source.send("3");
          source.send("4");
          assertEquals(2, sink.drainTo(got, 2));
          assertEquals(1, sink.drainTo(got, 2));
          assertEquals(List.of("2", "3", "4"), got.stream().map(m -> m.text(0)).toList());
          assertEquals("1", first.result());
          Greenlet<String> second = spawn(() -> sink.recvString());
          yieldNow();
          assertEquals(0, sink.drainTo(got, 2));
          second.kill();
        });
  }

  @Test
  void whatACollectionRefusesIsNotLost() throws Exception {
    connected(
        (source, sink) -> {
          source.send("1");
          source.send("2");
          assertTrue(sink.waitReadable(LONG));
          List<ZmqMessage> full =
              new AbstractList<>() {
                @Override
                public boolean add(ZmqMessage message) {
                  throw new IllegalStateException("full");
                }

                @Override
                public ZmqMessage get(int index) {
                  throw new IndexOutOfBoundsException();
                }

                @Override
                public int size() {
                  return 0;
                }
              };
          assertThrows(IllegalStateException.class, () -> sink.drainTo(full, 5));
          assertEquals("1", sink.recvString(LONG));
          assertEquals("2", sink.recvString(LONG));
        });
  }

  @Test
  void batchTakesWhatWasPutBackFirst() throws Exception {
    connected(
        (source, sink) -> {
          source.send("2");
          assertTrue(sink.waitReadable(LONG));
          sink.putBack(ZmqMessage.of("1"));
          List<ZmqMessage> got = sink.recvMany(5);
          assertEquals(List.of(ZmqMessage.of("1"), ZmqMessage.of("2")), got);
        });
  }

  // --- Frame by frame

  @Test
  void framesKeepWhatBelongsToThem() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(sink.bind("tcp://127.0.0.1:*"));
          source.send(ZmqMessage.of("a", "b", "c"));
          source.send("d");
          ZmqMessage first = sink.recvFrame(LONG);
          assertEquals(ZmqMessage.of("a"), first);
          assertEquals("PUSH", first.metadata("Socket-Type"));
          assertNotNull(first.metadata("Peer-Address"));
          assertTrue(sink.hasReceiveMore());
          ZmqMessage second = Objects.requireNonNull(sink.tryRecvFrame());
          assertEquals(ZmqMessage.of("b"), second);
          assertEquals("PUSH", second.metadata("Socket-Type"));
          assertEquals(ZMQ.ZMQ_POLLIN, sink.events(), "there is a rest");
          assertTrue(sink.waitReadable(Duration.ZERO));
          assertEquals(ZmqMessage.of("c"), sink.recvMessage());
          assertFalse(sink.hasReceiveMore());
          assertEquals(ZmqMessage.of("d"), sink.recvFrame());
          assertNull(sink.tryRecvFrame());
        });
  }

  @Test
  void longMessagesGoFrameByFrame() throws Exception {
    connected(
        (source, sink) -> {
          for (int i = 0; i < 20_000; i++) {
            source.sendMore(ByteBuffer.allocate(4).putInt(0, i));
          }
          source.send("end");
          for (int i = 0; i < 20_000; i++) {
            assertEquals(i, ByteBuffer.wrap(sink.recv(LONG)).getInt());
          }
          assertEquals("end", sink.recvString(LONG));
          assertFalse(sink.hasReceiveMore());
        });
  }

  @Test
  void beginningsOfSeveralFrames() throws Exception {
    connected(
        (source, sink) -> {
          assertTrue(source.send(ZmqMessage.of("a", "b"), ZMQ.ZMQ_SNDMORE));
          assertTrue(source.send(ZmqMessage.of("c"), ZMQ.ZMQ_DONTWAIT));
          assertTrue(source.send(ZmqMessage.of("d"), 0));
          assertEquals(ZmqMessage.of("a", "b", "c"), sink.recvMessage(LONG));
          assertEquals(ZmqMessage.of("d"), sink.recvMessage(LONG));
        });
  }

  @Test
  void jeromqsFramesNeedNoCopy() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(sink.bind("inproc://msgs"));
          Msg msg = new Msg("hello".getBytes(UTF_8));
          source.send(ZmqMessage.ofMsgs(List.of(msg)));
          source.send(ZmqMessage.ofMsgs(List.of(msg)));
          Msg got = sink.recvMessage(LONG).toMsgs().getFirst();
          assertSame(msg.data(), got.data());
          assertEquals("hello", sink.recvString(LONG));
        });
  }

  // --- Policies

  @Test
  void policiesWithoutRoom() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket source = context.socket(SocketType.PUSH);
          ZmqMessage message = ZmqMessage.of("x");
          assertFalse(source.trySend(message));
          assertFalse(source.send(message, ZMQ.ZMQ_DONTWAIT));
          assertThrows(ZmqTimeoutException.class, () -> source.send(message, Duration.ZERO));
          assertThrows(ZmqTimeoutException.class, () -> source.send(message, SHORT));
          assertEquals(0, source.metrics().dropped());
          source.sendMore("begun, and dropped with the rest");
          assertFalse(source.sendOrDrop(message));
          assertEquals(1, source.metrics().dropped());
          Greenlet<?> waiting = spawn(() -> source.send("waits"));
          yieldNow();
          assertFalse(source.sendOrDrop(message), "it would overtake");
          ZmqSocket sink = context.socket(SocketType.PULL);
          source.connect(sink.bind("tcp://127.0.0.1:*"));
          joinAll(waiting);
          assertTrue(source.sendOrDrop(ZmqMessage.of("y")));
          assertEquals("waits", sink.recvString(LONG));
          assertEquals(ZmqMessage.of("y"), sink.recvMessage(LONG));
          assertEquals(2, source.metrics().dropped());
          assertEquals(2, source.metrics().sent());
        });
  }
}

package dev.celadon.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Hub;
import dev.celadon.net.SocketPair;
import dev.celadon.net.StreamSocket;
import dev.celadon.simulation.Simulation;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.Serializable;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessagePipeTest {

  private static final Duration SHORT = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final int MUCH = 4_000_000;

  private static MessagePipe.Ends<String, String> texts() throws IOException {
    return MessagePipe.pair(Codec.text(), Codec.text());
  }

  private static MessagePipe.Ends<byte[], byte[]> bytes() throws IOException {
    return MessagePipe.pair(Codec.bytes(), Codec.bytes());
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[MUCH];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void theTimeoutOfTheSocketIsNoEndOfThePipe() throws Exception {
    Hub.run(
        () -> {
          SocketPair pair = StreamSocket.pair();
          pair.first().setTimeout(SHORT);
          Codec<byte[]> codec = Codec.bytes();
          try (MessagePipe<byte[], byte[]> left = MessagePipe.of(pair.first(), codec, codec, MUCH);
              MessagePipe<byte[], byte[]> right =
                  MessagePipe.of(pair.second(), codec, codec, MUCH)) {
            assertThrows(SocketTimeoutException.class, () -> left.send(filled(1)));
            Greenlets.sleep(SHORT.multipliedBy(3));
            assertArrayEquals(filled(1), right.receive());
            left.send(new byte[] {2});
            assertArrayEquals(new byte[] {2}, right.receive());
          }
        });
  }

  @Test
  void messagesArriveWholeAndInOrderBothWays() throws Exception {
    Hub.run(
        () -> {
          try (var ends = texts()) {
            ends.left().send("a");
            ends.left().send("");
            ends.left().send("ö");
            ends.right().send("back");
            assertEquals("a", ends.right().receive());
            assertEquals("", ends.right().receive(Duration.ZERO));
            assertEquals("ö", ends.right().receive(LONG));
            assertEquals("back", ends.left().receive());
            assertNull(ends.left().receive(Duration.ZERO));
            assertNull(ends.left().receive(SHORT));
          }
        });
  }

  @Test
  void sendersTakeTurnsWithWholeMessages() throws Exception {
    Hub.run(
        () -> {
          try (var ends = bytes()) {
            for (int i = 1; i <= 3; i++) {
              byte[] message = filled(i);
              Greenlets.spawn(() -> ends.left().send(message));
            }
            for (int i = 1; i <= 3; i++) {
              assertArrayEquals(filled(i), ends.right().receive());
            }
          }
        });
  }

  @Test
  void receiversTakeTurns() throws Exception {
    Hub.run(
        () -> {
          try (var ends = texts()) {
            Greenlet<String> first = Greenlets.spawn(() -> ends.right().receive());
            Greenlet<String> second = Greenlets.spawn(() -> ends.right().receive());
            Greenlets.yieldNow();
            ends.left().send("1");
            ends.left().send("2");
            assertEquals("1", first.result());
            assertEquals("2", second.result());
          }
        });
  }

  @Test
  void aReceiveThatEndsInTheMiddleOfAMessageHasTakenNothing() throws Exception {
    Hub.run(
        () -> {
          SocketPair pair = StreamSocket.pair();
          try (StreamSocket far = pair.first();
              MessagePipe<String, String> pipe =
                  MessagePipe.of(pair.second(), Codec.text(), Codec.text(), 100)) {
            byte[] frame = ByteBuffer.allocate(9).putInt(5).put("hello".getBytes(UTF_8)).array();
            for (int i = 0; i < 8; i++) {
              far.write(frame, i, 1);
              switch (i % 3) {
                case 0 -> assertNull(pipe.receive(SHORT));
                case 1 -> {
                  Timeout timeout = Timeout.start(SHORT);
                  assertThrows(TimeoutExpired.class, pipe::receive);
                  timeout.close();
                }
                default -> {
                  Greenlet<?> victim = Greenlets.spawn(() -> pipe.receive());
                  Greenlets.yieldNow();
                  victim.kill();
                }
              }
            }
            far.write(frame, 8, 1);
            assertEquals("hello", pipe.receive());
          }
        });
  }

  @Test
  void aSendThatEndsInTheMiddleOfAMessageIsFinishedByAnother() throws Exception {
    Hub.run(
        () -> {
          try (var ends = bytes()) {
            Greenlet<?> victim = Greenlets.spawn(() -> ends.left().send(filled(1)));
            Greenlet<?> waiting = Greenlets.spawn(() -> ends.left().send(filled(2)));
            Greenlet<?> last = Greenlets.spawn(() -> ends.left().send(filled(3)));
            Greenlets.yieldNow();
            victim.kill(); // a part has gone
            waiting.kill(); // nothing has gone
            assertArrayEquals(filled(1), ends.right().receive());
            assertArrayEquals(filled(3), ends.right().receive());
            last.result();
            assertNull(ends.right().receive(SHORT));
          }
        });
  }

  @Test
  void theOtherEndsCloseIsHeardBehindItsMessages() throws Exception {
    Hub.run(
        () -> {
          var ends = texts();
          ends.left().send("last");
          ends.left().closeSending();
          ends.right().send("answer");
          assertEquals("last", ends.right().receive());
          MessagePipeClosed end =
              assertThrows(MessagePipeClosed.class, () -> ends.right().receive());
          assertEquals(
              "the other end of MessagePipe[open] is closed: no more messages come",
              end.getMessage());
          assertThrows(MessagePipeClosed.class, () -> ends.right().receive(SHORT));
          assertEquals("answer", ends.left().receive());
          ends.left().close();
          assertThrows(
              MessagePipeClosed.class,
              () -> {
                while (true) {
                  ends.right().send("x".repeat(100_000));
                }
              });
          ends.close();
          ends.close();
        });
  }

  @Test
  void anEndInTheMiddleOfAMessageIsTold() throws Exception {
    Hub.run(
        () -> {
          SocketPair pair = StreamSocket.pair();
          try (MessagePipe<String, String> pipe =
              MessagePipe.of(pair.second(), Codec.text(), Codec.text(), 100)) {
            pair.first().write(new byte[] {0, 0, 0, 5, 'h'});
            pair.first().close();
            MessagePipeClosed torn = assertThrows(MessagePipeClosed.class, pipe::receive);
            assertTrue(torn.getMessage().endsWith("has ended in the middle of a message"));
          }
        });
  }

  @Test
  void ownCloseEndsEverybodyWhoWaits() throws Exception {
    Hub.run(
        () -> {
          var ends = bytes();
          Greenlet<Throwable> receiver =
              Greenlets.spawn(() -> assertThrows(IOException.class, () -> ends.left().receive()));
          Greenlet<Throwable> sender =
              Greenlets.spawn(
                  () -> assertThrows(IOException.class, () -> ends.left().send(filled(1))));
          Greenlets.yieldNow();
          ends.left().close();
          assertInstanceOf(AsynchronousCloseException.class, receiver.result());
          assertInstanceOf(AsynchronousCloseException.class, sender.result());
          assertThrows(ClosedChannelException.class, () -> ends.left().receive());
          assertThrows(ClosedChannelException.class, () -> ends.left().send(new byte[0]));
          assertFalse(ends.left().isOpen());
          ends.right().close();
        });
  }

  @Test
  void aMessageThatIsTooLongIsRefusedAtBothEnds() throws Exception {
    Hub.run(
        () -> {
          SocketPair pair = StreamSocket.pair();
          try (var small = MessagePipe.of(pair.first(), Codec.text(), Codec.text(), 3);
              var large = MessagePipe.of(pair.second(), Codec.text(), Codec.text(), 10)) {
            small.send("abc");
            assertEquals("abc", large.receive());
            IllegalArgumentException mistake =
                assertThrows(IllegalArgumentException.class, () -> small.send("abcd"));
            assertTrue(mistake.getMessage().startsWith("the message has 4 bytes, but the limit"));
            large.send("abcd");
            IOException refused = assertThrows(IOException.class, small::receive);
            assertTrue(refused.getMessage().startsWith("a message of 4 bytes was to come"));
            assertFalse(small.isOpen());
          }
        });
  }

  @Test
  void aMessageThatCannotBeReadLosesOnlyItself() throws Exception {
    Hub.run(
        () -> {
          SocketPair pair = StreamSocket.pair();
          try (var raw = MessagePipe.of(pair.first(), Codec.bytes(), Codec.bytes(), 10);
              var text = MessagePipe.of(pair.second(), Codec.text(), Codec.text(), 10)) {
            raw.send(new byte[] {(byte) 0xff});
            raw.send(new byte[] {'a'});
            assertThrows(CharacterCodingException.class, text::receive);
            assertEquals("a", text.receive());
          }
        });
  }

  record Job(String name, List<Integer> numbers, Map<String, Kind> kinds) implements Serializable {}

  enum Kind {
    ONE
  }

  static final class Other implements Serializable {
    private static final long serialVersionUID = 1;
  }

  @Test
  void objectsComeInOnlyIfTheirClassesAreAllowed() throws Exception {
    Job job = new Job("j", new ArrayList<>(List.of(1, 2)), new HashMap<>(Map.of("k", Kind.ONE)));
    Codec<Job> allowing = Codec.serialized(Job.class, ArrayList.class, HashMap.class, Kind.class);
    Codec<Job> strict = Codec.serialized(Job.class);
    assertEquals(job, allowing.decode(allowing.encode(job)));
    assertThrows(InvalidClassException.class, () -> strict.decode(allowing.encode(job)));
    Codec<Other> other = Codec.serialized(Other.class);
    assertThrows(InvalidClassException.class, () -> allowing.decode(other.encode(new Other())));
    Codec<Integer> number = Codec.serialized(Integer.class);
    assertThrows(InvalidClassException.class, () -> allowing.decode(number.encode(1)));
    Codec<int[][]> arrays = Codec.serialized(int[][].class);
    assertArrayEquals(
        new int[][] {{1}, {2, 3}}, arrays.decode(arrays.encode(new int[][] {{1}, {2, 3}})));
    byte[] huge = Codec.serialized(byte[].class).encode(new byte[5]);
    ByteBuffer.wrap(huge).putInt(huge.length - 9, Integer.MAX_VALUE);
    assertThrows(InvalidClassException.class, () -> Codec.serialized(byte[].class).decode(huge));
  }

  @Test
  void nothingIsLostOrDoubledInAnyOrder() throws Exception {
    try (var ends = texts()) {
      Simulation.explore(1_000, () -> exchange(ends.left(), ends.right()));
    }
  }

  private static void exchange(MessagePipe<String, String> near, MessagePipe<String, String> far)
      throws Exception {
    Set<String> got = new TreeSet<>();
    List<Greenlet<?>> senders = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String message = Integer.toString(i);
      senders.add(Greenlets.spawn(() -> near.send(message)));
    }
    List<Greenlet<?>> receivers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      receivers.add(
          Greenlets.spawn(
              () -> {
                while (true) {
                  assertTrue(got.add(far.receive()));
                  Greenlets.yieldNow();
                }
              }));
    }
    Greenlets.spawn(() -> receivers.get(0).killAsync());
    Greenlet<?> impatient =
        Greenlets.spawn(
            () -> {
              String message = far.receive(Duration.ZERO);
              assertTrue(message == null || got.add(message));
            });
    Greenlets.joinAll(senders);
    impatient.join();
    Greenlets.killAll(receivers);
    String message = far.receive(Duration.ZERO);
    while (message != null) {
      assertTrue(got.add(message));
      message = far.receive(Duration.ZERO);
    }
    assertEquals(Set.of("0", "1", "2", "3", "4", "5"), got);
  }

  @Test
  void threadsAndGreenletsShareAPipe() throws Exception {
    Set<String> got = new ConcurrentSkipListSet<>();
    Hub.run(
        () -> {
          try (var ends = texts()) {
            List<Thread> threads =
                IntStream.range(0, 3)
                    .mapToObj(
                        i ->
                            Thread.ofPlatform()
                                .start(
                                    () -> {
                                      sendMany(ends.left(), "t" + i);
                                      var hub = Hub.currentOrNull();
                                      if (hub != null) {
                                        hub.close();
                                      }
                                    }))
                    .toList();
            List<Greenlet<?>> greenlets =
                IntStream.range(0, 3)
                    .<Greenlet<?>>mapToObj(
                        i -> Greenlets.spawn(() -> sendMany(ends.left(), "g" + i)))
                    .collect(Collectors.toList());
            List<Greenlet<?>> receivers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
              receivers.add(
                  Greenlets.spawn(
                      () -> {
                        while (got.size() < 3_000) {
                          String message = ends.right().receive(Duration.ofMillis(10));
                          assertTrue(message == null || got.add(message));
                        }
                      }));
            }
            Greenlets.joinAllOrThrow(receivers);
            Greenlets.joinAllOrThrow(greenlets);
            for (Thread thread : threads) {
              thread.join();
            }
          }
        });
    assertEquals(3_000, got.size());
  }

  private static void sendMany(MessagePipe<String, String> pipe, String name) {
    try {
      for (int i = 0; i < 500; i++) {
        pipe.send(name + "-" + i + "-" + "x".repeat(i));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}

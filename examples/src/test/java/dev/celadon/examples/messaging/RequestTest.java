package dev.celadon.examples.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.celadon.examples.messaging.Request.Malformed;
import dev.celadon.examples.messaging.Request.Side;
import dev.celadon.zeromq.ZmqMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {

  private static final String EXPECTED =
      "error: expected 'java MILLIS' or 'kotlin MILLIS' with MILLIS from 0 to 600000, but came ";

  @Test
  void knowsItsSideItsTimeAndTheWayBack() throws Malformed {
    Request request = Request.parse(ZmqMessage.of("client", "", "kotlin 100"), 7);
    assertEquals(Side.KOTLIN, request.side());
    assertEquals(100, request.millis());
    assertEquals(ZmqMessage.of("client", "", "kotlin done 100"), request.done());
    assertEquals(ZmqMessage.of("client", "", "error: no"), request.refused("no"));
  }

  @Test
  void comesBackThroughBrokersAndToDealers() throws Malformed {
    assertEquals(
        ZmqMessage.of("broker", "client", "", "java done 0"),
        Request.parse(ZmqMessage.of("broker", "client", "", "java 0"), 0).done());
    assertEquals(
        ZmqMessage.of("dealer", "java done 0"),
        Request.parse(ZmqMessage.of("dealer", "java 0"), 0).done());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "java", "java -1", "java 1.5", "java 600001", "ruby 1", "JAVA 1", "java 1 "})
  void saysWhatWasExpectedAndWhatCame(String body) {
    Malformed malformed =
        assertThrows(Malformed.class, () -> Request.parse(ZmqMessage.of("client", "", body), 0));
    assertEquals(ZmqMessage.of("client", "", EXPECTED + "'" + body + "'"), malformed.answer());
  }

  @Test
  void takesNeitherManyFramesNorBytesThatAreNoText() {
    assertEquals(
        ZmqMessage.of("client", "", EXPECTED + "2 frames"),
        assertThrows(
                Malformed.class,
                () -> Request.parse(ZmqMessage.of("client", "", "java 1", "java 2"), 0))
            .answer());
    assertEquals(
        ZmqMessage.of("client", EXPECTED + "0 frames"),
        assertThrows(Malformed.class, () -> Request.parse(ZmqMessage.of("client"), 0)).answer());
    byte[] noText = {(byte) 0xff, (byte) 0xfe};
    assertEquals(
        EXPECTED + "bytes that are no UTF-8: fffe",
        assertThrows(
                Malformed.class,
                () -> Request.parse(ZmqMessage.of(new byte[] {1}, new byte[0], noText), 0))
            .getMessage());
  }

  @Test
  void shortensWhatItQuotes() {
    Malformed malformed =
        assertThrows(
            Malformed.class,
            () -> Request.parse(ZmqMessage.of("client", "", "x\n".repeat(1_000)), 0));
    assertEquals(EXPECTED + "'" + "x?".repeat(20) + "...'", malformed.getMessage());
  }
}

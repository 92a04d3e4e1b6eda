package dev.celadon.zeromq;

import static dev.celadon.Greenlets.spawn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** A name within the program is free as soon as the socket that had it is closed. */
class RebindTest {

  private static final String NAME = "inproc://name";

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void nameOfAClosedSocketIsFreeAtOnce(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          for (int round = 0; round < 100; round++) {
            try (ZmqSocket bound = context.socket(SocketType.REP);
                ZmqSocket client = context.socket(SocketType.REQ)) {
              bound.bind(NAME);
              client.connect(NAME);
              var echo = spawn(() -> bound.send(bound.recv()));
              client.send("round " + round);
              assertEquals("round " + round, client.recvString(OnHub.LONG));
              echo.join();
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void nameThatIsTakenStaysWithItsOwner(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          try (ZmqSocket owner = context.socket(SocketType.PULL);
              ZmqSocket client = context.socket(SocketType.PUSH)) {
            owner.bind(NAME);
            try (ZmqSocket other = context.socket(SocketType.PULL)) {
              assertThrows(ZmqAddressException.class, () -> other.bind(NAME));
            }
            client.connect(NAME);
            client.send("to the owner");
            assertEquals("to the owner", owner.recvString(OnHub.LONG));
          }
        });
  }
}

package dev.celadon.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PipeTest {

  @Test
  void muchGoesThroughWhileOthersRun() throws Exception {
    Hub.run(
        () -> {
          byte[] sent = new byte[3_000_000];
          new Random(1).nextBytes(sent);
          try (Pipe pipe = Pipe.open()) {
            Greenlet<?> writer =
                Greenlets.spawn(
                    () -> {
                      pipe.outputStream().write(sent);
                      pipe.closeSink();
                    });
            assertArrayEquals(sent, pipe.inputStream().readAllBytes());
            writer.result();
            assertEquals(-1, pipe.inputStream().read());
          }
        });
  }

  @Test
  void aReaderWaitsForTheFirstByte() throws Exception {
    Hub.run(
        () -> {
          try (Pipe pipe = Pipe.open()) {
            Greenlet<?> killed = Greenlets.spawn(() -> pipe.inputStream().read());
            Greenlet<Integer> reader = Greenlets.spawn(() -> pipe.inputStream().read());
            Greenlets.yieldNow();
            killed.kill();
            pipe.outputStream().write(7);
            assertEquals(7, reader.result());
            assertEquals(0, pipe.read(ByteBuffer.allocate(0)));
          }
        });
  }

  @Test
  void closedEndsSaySo() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = Pipe.open();
          Greenlet<Throwable> reader =
              Greenlets.spawn(
                  () -> assertThrows(IOException.class, () -> pipe.inputStream().read()));
          Greenlets.yieldNow();
          pipe.inputStream().close();
          assertInstanceOf(AsynchronousCloseException.class, reader.result());
          assertThrows(ClosedChannelException.class, () -> pipe.inputStream().read());
          IOException broken = assertThrows(IOException.class, () -> pipe.outputStream().write(1));
          assertEquals("Broken pipe", broken.getMessage());
          pipe.outputStream().close();
          assertThrows(ClosedChannelException.class, () -> pipe.outputStream().write(1));
          assertEquals("Pipe[ended, unread]", pipe.toString());
          pipe.close();
        });
  }
}

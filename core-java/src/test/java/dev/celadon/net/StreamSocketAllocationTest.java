package dev.celadon.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.celadon.DirectModeOnly;
import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** A connection that asks and answers makes no garbage. */
class StreamSocketAllocationTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** So many attempts: the compiler may still be at work, and a collection moves stacks. */
  private static final int ATTEMPTS = 10;

  private static final int ROUND_TRIPS = 10_000;

  private static final long MOST_BYTES = ROUND_TRIPS;

  @Test
  @DirectModeOnly("the threads of portable mode allocate each for itself")
  void aRoundTripAllocatesNothing() throws Exception {
    long carrier = Thread.currentThread().threadId();
    long least =
        Hub.run(
            () -> {
              try (SocketPair pair = StreamSocket.pair()) {
                Greenlet<?> server = Greenlets.spawn(() -> echo(pair.second()));
                long fewest = Long.MAX_VALUE;
                for (int i = 0; i < ATTEMPTS && fewest > MOST_BYTES; i++) {
                  long before = THREADS.getThreadAllocatedBytes(carrier);
                  ask(pair.first());
                  fewest = Math.min(fewest, THREADS.getThreadAllocatedBytes(carrier) - before);
                }
                server.kill();
                return fewest;
              }
            });
    assertTrue(
        least <= MOST_BYTES, ROUND_TRIPS + " round trips have allocated " + least + " bytes");
  }

  private static void ask(StreamSocket socket) throws IOException {
    byte[] buffer = new byte[64];
    for (int i = 0; i < ROUND_TRIPS; i++) {
      socket.write(buffer);
      for (int count = 0; count < buffer.length; ) {
        count += socket.read(buffer, count, buffer.length - count);
      }
    }
  }

  private static void echo(StreamSocket socket) throws IOException {
    byte[] buffer = new byte[4_096];
    while (true) {
      int count = socket.read(buffer);
      socket.write(buffer, 0, count);
    }
  }
}

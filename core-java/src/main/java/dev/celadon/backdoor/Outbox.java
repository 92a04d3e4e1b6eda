package dev.celadon.backdoor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.net.Transport;
import dev.celadon.queue.Queue;
import dev.celadon.queue.QueueShutDown;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is on its way to a client. Snippets print from their thread and from greenlets of the hub,
 * and a print stream has a lock of the JDK; so who prints must not wait, or the hub could.
 *
 * <p>Safe for use from any thread.
 */
final class Outbox {

  static final int LIMIT = 1 << 20;

  private final Queue<byte[]> texts = new Queue<>();

  /** How many bytes were put and not sent. */
  private final AtomicLong unread = new AtomicLong();

  /** How many bytes found no room since that was told last. */
  private final AtomicLong dropped = new AtomicLong();

  /** What snippets print. */
  PrintStream stream() {
    return new PrintStream(new Printed(), true, UTF_8);
  }

  private final class Printed extends OutputStream {
    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] text, int offset, int length) {
      if (unread.get() + length > LIMIT) {
        dropped.addAndGet(length);
      } else {
        put(Arrays.copyOfRange(text, offset, offset + length));
      }
    }
  }

  /** What the console itself has to say is never dropped. */
  void say(String text) {
    long lost = dropped.getAndSet(0);
    if (lost > 0) {
      put(("\n[" + lost + " bytes were dropped: read faster]\n").getBytes(UTF_8));
    }
    put(text.getBytes(UTF_8));
  }

  private void put(byte[] text) {
    unread.addAndGet(text.length);
    try {
      texts.put(text);
    } catch (QueueShutDown e) {
      // The client is gone.
    }
  }

  /** Nothing more is taken. */
  void end() {
    texts.shutdown();
  }

  /** Sends everything until the end. Switches. */
  void sendTo(Transport socket) throws IOException {
    try {
      while (true) {
        byte[] text = texts.get();
        socket.write(text);
        unread.addAndGet(-text.length);
      }
    } catch (QueueShutDown e) {
      // That was all.
    }
  }
}

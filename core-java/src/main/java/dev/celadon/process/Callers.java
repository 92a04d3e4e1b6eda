package dev.celadon.process;

import dev.celadon.net.StreamListener;
import dev.celadon.net.StreamSocket;
import dev.celadon.select.Select;
import dev.celadon.select.Selected;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Those who have called a parent and have not yet said the word that its child was told. Each has
 * its own time for that, so one who is silent keeps nobody waiting.
 *
 * <p>Confined to its hub.
 */
final class Callers implements Closeable {

  private record Caller(StreamSocket socket, ByteBuffer said, TimeLimit patience) {}

  private final StreamListener listener;
  private final byte[] word;
  private final Duration patience;
  private final List<Caller> callers = new ArrayList<>();

  /**
   * Nobody has called yet.
   *
   * @param word what the child says first
   * @param patience how long a caller may take to say it
   */
  Callers(StreamListener listener, byte[] word, Duration patience) {
    this.listener = listener;
    this.word = word;
    this.patience = patience;
  }

  /** The child, if it has said the word by now, else null; hangs up on the others. */
  @Nullable StreamSocket look() throws IOException {
    for (StreamSocket fresh = listener.tryAccept(); fresh != null; fresh = listener.tryAccept()) {
      callers.add(new Caller(fresh, ByteBuffer.allocate(word.length), TimeLimit.in(patience)));
    }
    for (Iterator<Caller> all = callers.iterator(); all.hasNext(); ) {
      Caller caller = all.next();
      boolean gone = !hear(caller);
      if (!gone && caller.said().hasRemaining()) {
        continue;
      }
      all.remove();
      if (!gone && MessageDigest.isEqual(caller.said().array(), word)) {
        return caller.socket();
      }
      caller.socket().close();
    }
    return null;
  }

  /** Takes what a caller has said; false if nothing more is to be heard of it. */
  private static boolean hear(Caller caller) {
    try {
      return caller.socket().channel().read(caller.said()) >= 0
          && !caller.patience().left().isNegative();
    } catch (IOException e) {
      return false; // it has hung up
    }
  }

  /** Waits until {@link #look} may find something new. Switches. */
  void waitForMore(Duration limit) throws IOException {
    List<SelectableChannel> channels =
        Stream.concat(
                Stream.of(listener.channel()), callers.stream().map(one -> one.socket().channel()))
            .<SelectableChannel>map(channel -> channel)
            .toList();
    Selected _ = Select.select(channels, List.of(), limit);
  }

  /** Hangs up on all who have not said it. */
  @Override
  public void close() throws IOException {
    for (Caller caller : callers) {
      caller.socket().close();
    }
    callers.clear();
  }
}

package dev.celadon;

import dev.celadon.hub.Hub;
import dev.celadon.select.HubSelector;
import dev.celadon.select.Poll;
import dev.celadon.select.Select;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The waits of this package, for {@link EveryWaitTest}: for a byte in a pipe. */
final class SelectWaits {

  private interface Call {
    boolean within(Pipe.SourceChannel channel, Duration timeout) throws Exception;
  }

  private SelectWaits() {}

  static Stream<Supplier<Wait>> waits() {
    return Stream.of(
        wait("Select.waitRead", Select::waitRead),
        wait(
            "Select.select",
            (channel, timeout) -> !Select.select(List.of(channel), List.of(), timeout).isEmpty()),
        wait(
            "Select.readable",
            (channel, timeout) ->
                !Greenlets.waitAll(List.of(Select.readable(channel)), timeout).isEmpty()),
        wait("Poll.poll", SelectWaits::poll),
        wait("HubSelector.select", SelectWaits::select));
  }

  private static Supplier<Wait> wait(String name, Call call) {
    return () -> {
      try {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        return new Wait(name, timeout -> call.within(pipe.source(), timeout), () -> fill(pipe));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  /** Lets the loop see it, too. */
  private static void fill(Pipe pipe) {
    try {
      int _ = pipe.sink().write(ByteBuffer.allocate(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Hub.current().loop().look();
  }

  private static boolean poll(Pipe.SourceChannel channel, Duration timeout) throws IOException {
    try (Poll poll = new Poll()) {
      poll.register(channel, SelectionKey.OP_READ);
      return !poll.poll(timeout).isEmpty();
    }
  }

  /** An interrupt ends a selection without an exception. */
  private static boolean select(Pipe.SourceChannel channel, Duration timeout) throws Exception {
    try (Selector selector = HubSelector.open()) {
      SelectionKey _ = channel.register(selector, SelectionKey.OP_READ);
      boolean looks = timeout.compareTo(Duration.ofMillis(1)) < 0;
      boolean forever = timeout.compareTo(Duration.ofDays(1)) > 0;
      int found = looks ? selector.selectNow() : selector.select(forever ? 0 : timeout.toMillis());
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return found == 1;
    }
  }
}

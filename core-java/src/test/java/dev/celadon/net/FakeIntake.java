package dev.celadon.net;

import dev.celadon.sync.Event;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Work and errors in an order that a test has chosen, without a network. One hub. */
class FakeIntake implements Intake {

  /** What one handler does, and what became of it. */
  static final class Job implements Work {

    interface Action {
      void run() throws Exception;
    }

    private final String name;
    private final Action action;
    int begun;
    int finished;
    int closed;

    Job(String name, Action action) {
      this.name = name;
      this.action = action;
    }

    @Override
    public void run() throws Exception {
      begun++;
      action.run();
      finished++;
    }

    @Override
    public String peer() {
      return name;
    }

    @Override
    public void close() {
      closed++;
    }

    @Override
    public void abort() {
      closed++;
    }
  }

  /** What comes next: a Job, or an exception. */
  private final Deque<Object> next = new ArrayDeque<>();

  private final Event bell = new Event();
  private volatile boolean closed;
  int asked;

  FakeIntake add(Object... what) {
    next.addAll(java.util.Arrays.asList(what));
    bell.set();
    return this;
  }

  @Override
  public Work tryTake() throws IOException {
    asked++;
    if (closed) {
      throw new ClosedChannelException();
    }
    return switch (next.poll()) {
      case null -> {
        bell.clear();
        yield null;
      }
      case Work work -> work;
      case IOException failure -> throw failure;
      default -> throw new AssertionError("neither work nor a failure");
    };
  }

  @Override
  public void awaitMore() throws IOException {
    bell.waitUntilSet();
    bell.clear();
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public SocketAddress localAddress() {
    return InetSocketAddress.createUnresolved("fake", 1);
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    bell.set();
  }
}

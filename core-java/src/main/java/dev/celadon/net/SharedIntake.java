package dev.celadon.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One of several intakes on the same channel, which the last of them closes. */
final class SharedIntake implements Intake {

  private final Intake mine;
  private final StreamListener owner;
  private final AtomicInteger users;

  /** The owner has made the channel, and knows what else is to be closed with it. */
  SharedIntake(Intake mine, StreamListener owner, AtomicInteger users) {
    this.mine = mine;
    this.owner = owner;
    this.users = users;
    users.incrementAndGet();
  }

  @Override
  public @Nullable Work tryTake() throws IOException {
    return mine.tryTake();
  }

  @Override
  public void awaitMore() throws IOException {
    mine.awaitMore();
  }

  @Override
  public SocketAddress localAddress() {
    return mine.localAddress();
  }

  @Override
  public void close() throws IOException {
    if (users.decrementAndGet() == 0) {
      owner.close();
    }
  }
}

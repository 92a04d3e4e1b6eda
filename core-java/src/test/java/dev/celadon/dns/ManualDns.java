package dev.celadon.dns;

import dev.celadon.hub.Waiter;
import dev.celadon.sync.Semaphore;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.List;

/** Resolvers whose look-ups a test makes itself, when it wants, one after the other. */
public final class ManualDns implements Flights.Crew {

  private static final List<InetAddress> ANSWER = List.of(InetAddress.getLoopbackAddress());

  private final ArrayDeque<Waiter> line = new ArrayDeque<>();
  private final Semaphore answers = new Semaphore(0);

  /** One whose askers share a look-up. */
  public Resolver shared() {
    FakeSystem system = new FakeSystem();
    system.answer("a.example", "192.0.2.1");
    return system.resolver(this);
  }

  /** One that knows nothing of time limits. */
  public Resolver plain() {
    return new Resolver() {
      @Override
      public List<InetAddress> lookup(String host) {
        answers.acquire();
        return ANSWER;
      }

      @Override
      public String reverse(InetAddress address) {
        throw new AssertionError();
      }
    };
  }

  /** Lets those who wait longest have their answer. */
  public void answer() {
    if (line.isEmpty()) {
      answers.release();
    } else {
      ((Runnable) line.remove().payload()).run();
    }
  }

  @Override
  public void run(Runnable call, Waiter ticket) {
    ticket.carry(call);
    line.add(ticket);
  }

  @Override
  public void withdraw(Waiter ticket) {
    line.remove(ticket);
  }

  @Override
  public boolean isOutside() {
    return false;
  }
}

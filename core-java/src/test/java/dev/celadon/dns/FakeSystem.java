package dev.celadon.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The system's look-ups as a test has them: each one blocks its thread until the test answers, or
 * answers at once if the test has said so before.
 */
public final class FakeSystem implements Lookups {

  private final Map<String, Object> answers = new HashMap<>();
  private final List<String> asked = new ArrayList<>();

  /** A resolver over this system, on threads. */
  public PlatformResolver resolver(int maxThreads) {
    return resolver(new LookupThreads("fake", maxThreads));
  }

  /** A resolver over this system. */
  PlatformResolver resolver(Flights.Crew crew) {
    return new PlatformResolver(this, crew, 1);
  }

  /** Answers the look-ups of a name, those that block now and all later ones. */
  public synchronized void answer(String host, String... literals) {
    answers.put(host, literals);
    notifyAll();
  }

  /** Lets the look-ups of a name fail. */
  public synchronized void fail(String host, Exception failure) {
    answers.put(host, failure);
    notifyAll();
  }

  /** Lets later look-ups of a name block again. */
  public synchronized void forget(String host) {
    answers.remove(host);
  }

  /** What has been asked, in order. */
  public synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  /** Holds the caller, and the hub, until so many were asked. */
  public synchronized void awaitAsked(int count) throws InterruptedException {
    while (asked.size() < count) {
      wait();
    }
  }

  @Override
  public List<InetAddress> addresses(Name question) throws UnknownHostException {
    String[] literals = (String[]) answerTo(question.host());
    List<InetAddress> found = new ArrayList<>();
    for (String literal : literals) {
      found.add(
          InetAddress.getByAddress(question.host(), InetAddress.ofLiteral(literal).getAddress()));
    }
    return List.copyOf(found);
  }

  @Override
  public String name(Address question) throws UnknownHostException {
    return ((String[]) answerTo(question.address().getHostAddress()))[0];
  }

  private synchronized Object answerTo(String question) throws UnknownHostException {
    asked.add(question);
    notifyAll();
    while (!answers.containsKey(question)) {
      try {
        wait();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return switch (answers.get(question)) {
      case UnknownHostException failure -> throw failure;
      case RuntimeException failure -> throw failure;
      case Object answer -> answer;
    };
  }
}

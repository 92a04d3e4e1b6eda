package dev.celadon.dns;

import dev.celadon.hub.Hub;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Questions on their way: those who ask the same at the same time share one answer.
 *
 * <p>Safe for use from any thread.
 *
 * @param <Q> the type of a question, equal to all of the same meaning
 * @param <A> the type of its answer
 */
final class Flights<Q, A> {
  /*
   * state      what it means                                          left by
   * QUEUED     no thread has it yet                                   a thread -> FLYING; the last who asked leaves -> DROPPED
   * FLYING     a thread is in the blocking call                       its end -> LANDED
   * DROPPED    nobody wants it, and no thread will take it
   * LANDED     everybody who was aboard has the answer
   *
   * Guarded, as is the queue of those aboard, by the lock of that queue. A flight is in the map while it is QUEUED or FLYING, and
   * for the moment between its end and its removal, in which nobody can board it any more: whoever finds it then removes it
   * himself and begins a new one. A flight that nobody waits for any more goes on, for whoever asks next: the system's calls
   * cannot be called back.
   */
  private enum State {
    QUEUED,
    FLYING,
    DROPPED,
    LANDED
  }

  /** The blocking call. */
  interface Call<Q, A> {
    A answer(Q question) throws Exception;
  }

  /** Those who make the calls. */
  interface Crew {

    /**
     * Makes a call as soon as somebody is free. Never switches.
     *
     * @param ticket what stands in the line meanwhile, for {@link #withdraw}
     */
    void run(Runnable call, Waiter ticket);

    /** Takes a call back that nobody has begun. Never switches. */
    void withdraw(Waiter ticket);

    /** Whether no hub sees the calls: then it must count those who wait for them. */
    boolean isOutside();
  }

  /** What came out, for everybody aboard: an answer or a failure. */
  private record Outcome<A>(@Nullable A answer, @Nullable Throwable failure) {}

  private final ConcurrentHashMap<Q, Flight> flights = new ConcurrentHashMap<>();
  private final Crew crew;
  private final Call<? super Q, ? extends A> call;

  Flights(Crew crew, Call<? super Q, ? extends A> call) {
    this.crew = crew;
    this.call = call;
  }

  /**
   * Asks, and waits for the answer; null if time was over first. Switches.
   *
   * @throws UnknownHostException one's own, with the failure of the call as its cause
   */
  @Nullable A ask(Q question, long nanos) throws UnknownHostException {
    Waiter waiter = Waiter.current();
    Hub hub = crew.isOutside() ? Hub.currentOrNull() : null;
    Flight flight = board(question, waiter);
    if (hub != null) {
      hub.ref();
    }
    try {
      if (!waiter.await(nanos)) {
        return null;
      }
    } finally {
      if (hub != null) {
        hub.unref();
      }
      flight.leave(waiter);
    }
    @SuppressWarnings("unchecked")
    Outcome<A> outcome = (Outcome<A>) Objects.requireNonNull(waiter.value());
    Throwable failure = outcome.failure();
    if (failure != null) {
      throw failureFor(question, failure);
    }
    return Objects.requireNonNull(outcome.answer());
  }

  private static UnknownHostException failureFor(Object question, Throwable failure) {
    String message =
        failure instanceof UnknownHostException && failure.getMessage() != null
            ? failure.getMessage()
            : question + ": " + failure;
    UnknownHostException fresh = new UnknownHostException(message);
    fresh.initCause(failure);
    return fresh;
  }

  private Flight board(Q question, Waiter waiter) {
    while (true) {
      Flight flight = flights.get(question);
      if (flight == null) {
        Flight mine = new Flight(question);
        boolean _ = mine.board(waiter);
        flight = flights.putIfAbsent(question, mine);
        if (flight == null) {
          takeOff(mine);
          return mine;
        }
        mine.disembark(waiter);
      }
      if (flight.board(waiter)) {
        return flight;
      }
      flights.remove(question, flight);
    }
  }

  private void takeOff(Flight flight) {
    try {
      crew.run(flight, flight.ticket);
    } catch (Throwable failure) { // not one thread can be made
      flight.land(new Outcome<>(null, failure));
    }
  }

  /** How many questions are on their way, dropped ones not included. */
  int size() {
    return flights.size();
  }

  /** How many wait for the answer to a question. */
  int aboard(Q question) {
    Flight flight = flights.get(question);
    return flight == null ? 0 : flight.size();
  }

  /** One question, with all who wait for its answer. */
  private final class Flight implements Runnable {

    private final Q question;
    private final WaitQueue aboard = new WaitQueue(this);

    /** The place in the line before the threads, if there is none free. */
    final Waiter ticket = new Waiter(() -> {});

    private State state = State.QUEUED;

    Flight(Q question) {
      this.question = question;
    }

    /** False if it has ended. */
    boolean board(Waiter waiter) {
      aboard.lock();
      boolean open = state == State.QUEUED || state == State.FLYING;
      if (open) {
        aboard.add(waiter);
      }
      aboard.unlock();
      return open;
    }

    void disembark(Waiter waiter) {
      aboard.lock();
      boolean _ = aboard.remove(waiter);
      aboard.unlock();
    }

    /** A wait is over; the last one who leaves a flight that has not begun takes it along. */
    void leave(Waiter waiter) {
      if (waiter.isGranted()) {
        return;
      }
      aboard.lock();
      boolean _ = aboard.remove(waiter);
      boolean drop = aboard.isEmpty() && state == State.QUEUED;
      if (drop) {
        state = State.DROPPED;
      }
      aboard.unlock();
      if (drop) {
        flights.remove(question, this);
        crew.withdraw(ticket);
      }
    }

    /** On a thread that may block. */
    @Override
    public void run() {
      aboard.lock();
      boolean wanted = state == State.QUEUED;
      if (wanted) {
        state = State.FLYING;
      }
      aboard.unlock();
      if (wanted) {
        land(answer());
      }
    }

    private Outcome<A> answer() {
      try {
        return new Outcome<>(call.answer(question), null);
      } catch (Throwable failure) {
        return new Outcome<>(null, failure);
      }
    }

    private void land(Outcome<A> outcome) {
      flights.remove(question, this);
      aboard.lock();
      state = State.LANDED;
      Waiter granted = aboard.grantAll(outcome);
      aboard.unlock();
      WaitQueue.wakeAll(granted);
    }

    int size() {
      aboard.lock();
      int now = aboard.size();
      aboard.unlock();
      return now;
    }

    @Override
    public String toString() {
      return "the look-up of " + question;
    }
  }
}

package dev.celadon.examples.messaging;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.sync.Event;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.zeromq.SocketType;

/**
 * The service: one greenlet takes requests from a ROUTER socket; each request is answered by a
 * greenlet or a suspend function of its own. All of them take turns on one hub, so that they share
 * their state without locks.
 */
final class Service implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ZmqSocket socket;
  private final String endpoint;
  private final Activity activity = new Activity();
  private final Set<Greenlet<?>> greenlets = new LinkedHashSet<>();
  private final KotlinAnswers kotlin;
  private final Greenlet<?> receiver;
  private final Event allAnswered = new Event();

  /**
   * Binds and begins to serve.
   *
   * @throws dev.celadon.zeromq.ZmqException if the endpoint cannot be bound
   */
  Service(ZmqContext context, String endpoint) {
    socket = context.socket(SocketType.ROUTER);
    try {
      this.endpoint = socket.bind(endpoint);
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
    kotlin = new KotlinAnswers(Hub.current(), socket, activity, this::ended);
    receiver = spawn(this::receive).named("receiver");
  }

  String endpoint() {
    return endpoint;
  }

  Activity activity() {
    return activity;
  }

  private void receive() {
    while (true) {
      ZmqMessage message = socket.recvMessage();
      try {
        handle(Request.parse(message, System.nanoTime()));
      } catch (Request.Malformed malformed) {
        activity.complain();
        socket.send(malformed.answer());
      }
    }
  }

  private void handle(Request request) {
    activity.accept();
    switch (request.side()) {
      case JAVA -> {
        Greenlet<?> greenlet = spawn(() -> answer(request));
        greenlets.add(greenlet);
        greenlet.rawLink(
            ended -> {
              greenlets.remove(ended);
              ended();
            });
      }
      case KOTLIN -> kotlin.handle(request);
    }
  }

  /** The Java side: plain, blocking-looking code. */
  private void answer(Request request) {
    activity.resume();
    try {
      activity.pause();
      try {
        sleep(Duration.ofMillis(request.millis()));
      } finally {
        activity.resume();
      }
      socket.send(request.done());
      activity.latency(System.nanoTime() - request.arrivedNanos());
      activity.answer(request);
    } catch (GreenletExit stopping) {
      socket.send(request.refused("the service stopped before the answer"));
      activity.refuse();
      throw stopping;
    }
  }

  private void ended() {
    if (activity.inFlight() == 0) {
      allAnswered.set();
    }
  }

  /**
   * Stops cleanly: takes no more requests, turns away those that have come but were not taken, lets
   * those that were taken be answered, and tells the clients of those that take too long.
   */
  @Override
  public void close() {
    receiver.kill();
    socket.unbind(endpoint);
    turnAwayTheRest();
    if (activity.inFlight() > 0) {
      allAnswered.clear();
      allAnswered.waitUntilSet(PATIENCE);
    }
    Greenlet.killAll(Set.copyOf(greenlets));
    kotlin.close();
    turnAwayTheRest();
    socket.close();
  }

  private void turnAwayTheRest() {
    ZmqMessage message = socket.tryRecvMessage();
    while (message != null) {
      try {
        socket.send(Request.parse(message, 0).refused("the service is stopping"));
        activity.turnAway();
      } catch (Request.Malformed malformed) {
        activity.complain();
        socket.send(malformed.answer());
      }
      message = socket.tryRecvMessage();
    }
  }
}

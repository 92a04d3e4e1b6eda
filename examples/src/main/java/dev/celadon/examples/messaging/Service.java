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
import zmq.ZMQ;

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
  private boolean stopping;

  /**
   * Binds and begins to serve.
   *
   * @throws dev.celadon.zeromq.ZmqException if the endpoint cannot be bound
   */
  Service(ZmqContext context, String endpoint) {
    socket = context.socket(SocketType.ROUTER);
    // With JeroMQ's 100, the kernel lets some of 200 clients that come at once try again after a
    // second.
    socket.options().set(ZMQ.ZMQ_BACKLOG, 1_024);
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
      take(socket.recvMessage());
    }
  }

  private void take(ZmqMessage message) {
    try {
      Request request = Request.parse(message, System.nanoTime());
      if (stopping) {
        activity.turnAway();
        socket.send(request.refused("the service is stopping"));
      } else {
        handle(request);
      }
    } catch (Request.Malformed malformed) {
      activity.complain();
      socket.send(malformed.answer());
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
      pausing(() -> sleep(Duration.ofMillis(request.millis())));
      ZmqMessage done = request.done();
      pausing(() -> socket.send(done));
      activity.answered(request, System.nanoTime());
    } catch (GreenletExit stopping) {
      ZmqMessage refusal = request.refused("the service stopped before the answer");
      pausing(() -> socket.send(refusal));
      activity.refused();
      throw stopping;
    }
  }

  /** Others run while this waits. */
  private void pausing(Runnable wait) {
    activity.pause();
    try {
      wait.run();
    } finally {
      activity.resume();
    }
  }

  private void ended() {
    if (activity.inFlight() == 0) {
      allAnswered.set();
    }
  }

  /**
   * Stops cleanly: turns away what comes from now on, lets what was taken be answered, and tells
   * the clients of what takes too long.
   */
  @Override
  public void close() {
    stopping = true;
    if (activity.inFlight() > 0) {
      allAnswered.clear();
      allAnswered.waitUntilSet(PATIENCE);
    }
    Greenlet.killAll(Set.copyOf(greenlets));
    kotlin.close();
    receiver.kill();
    for (ZmqMessage rest = socket.tryRecvMessage(); rest != null; rest = socket.tryRecvMessage()) {
      take(rest);
    }
    socket.close();
  }
}

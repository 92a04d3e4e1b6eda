package dev.celadon.examples.messaging;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.signal.SignalHandler;
import dev.celadon.signal.Signals;
import dev.celadon.sync.Event;
import dev.celadon.zeromq.ContextOptions;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The program: runs the service with clients of its own, or for others until it is interrupted. */
public final class Messaging {

  private static final int GOOD = 0;
  private static final int UNUSABLE = 2;
  private static final Duration REPORT_PERIOD = Duration.ofSeconds(1);

  private final MessagingOptions options;
  private final PrintStream out;
  private final Event stopRequested;

  Messaging(MessagingOptions options, PrintStream out, Event stopRequested) {
    this.options = options;
    this.out = out;
    this.stopRequested = stopRequested;
  }

  /**
   * Runs the program on the real streams and signals.
   *
   * @param args the command line; see {@link MessagingOptions#USAGE}
   * @return the exit status: 0 after a clean end, 1 after wrong answers, 2 if the command line or
   *     the endpoint is unusable
   * @throws Exception nothing that a user can cause
   */
  public static int runWithSignals(String[] args) throws Exception {
    return run(args, System.out, System.err, new Event(), List.of("INT", "TERM"));
  }

  static int run(String[] args, PrintStream out, PrintStream err, Event stopRequested)
      throws Exception {
    return run(args, out, err, stopRequested, List.of());
  }

  private static int run(
      String[] args,
      PrintStream out,
      PrintStream err,
      Event stopRequested,
      List<String> stopSignals)
      throws Exception {
    if (List.of(args).contains("--help")) {
      out.println(MessagingOptions.USAGE);
      return GOOD;
    }
    MessagingOptions options;
    try {
      options = MessagingOptions.parse(args);
    } catch (MessagingOptions.Unusable e) {
      err.println("messaging: " + e.getMessage() + "; examples/run messaging --help tells more");
      return UNUSABLE;
    }
    try {
      return Hub.run(
          () -> {
            for (String signal : stopSignals) {
              SignalHandler _ = Signals.on(signal, stopRequested::set); // goes with the hub
            }
            return new Messaging(options, out, stopRequested).run();
          });
    } catch (ZmqException e) {
      err.println("messaging: " + e.getMessage());
      return UNUSABLE;
    }
  }

  private int run() {
    ContextOptions sockets =
        ContextOptions.defaults()
            .withMaxSockets(Math.max(1_024, options.clients() + 16))
            .withLinger(Duration.ofSeconds(2));
    try (ZmqContext context = ZmqContext.open(sockets)) {
      String serve = options.serve();
      return serve == null ? demonstrate(context) : serve(context, serve);
    }
  }

  private int serve(ZmqContext context, String endpoint) {
    Service service = new Service(context, endpoint);
    try (HeartBeat heartBeat = new HeartBeat()) {
      out.println("serving at " + service.endpoint() + "; interrupt to stop");
      Greenlet<?> reporter = spawn(() -> report(service, heartBeat));
      stopRequested.waitUntilSet();
      out.println("stopping");
      service.close();
      reporter.kill();
      out.println("stopped: " + service.activity().line(heartBeat));
    }
    return GOOD;
  }

  private int demonstrate(ZmqContext context) {
    Service service = new Service(context, "tcp://127.0.0.1:*");
    Clients clients = new Clients(context, service.endpoint(), options.millis());
    try (HeartBeat heartBeat = new HeartBeat()) {
      out.printf(
          "%d clients ask %s for %d s; an answer takes %d ms%n",
          options.clients(), service.endpoint(), options.seconds(), options.millis());
      Greenlet<?> reporter = spawn(() -> report(service, heartBeat));
      clients.run(options.clients(), Duration.ofSeconds(options.seconds()));
      service.close();
      reporter.kill();
      out.println("in the end: " + service.activity().line(heartBeat));
    }
    out.printf("%d answers came, %d wrong%n", clients.answers(), clients.wrongAnswers());
    return clients.wrongAnswers() == 0 ? GOOD : 1;
  }

  private @Nullable Void report(Service service, HeartBeat heartBeat) {
    while (true) {
      sleep(REPORT_PERIOD);
      out.println(service.activity().line(heartBeat));
    }
  }
}

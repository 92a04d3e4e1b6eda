package dev.celadon.examples.patterns;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.zeromq.ContextOptions;
import dev.celadon.zeromq.ZmqContext;
import java.io.PrintStream;
import java.util.List;

/**
 * A pattern as a program that shows it and ends by itself.
 *
 * @param name what it is called on the command line
 * @param does what it shows, in one line
 * @param body the program
 */
public record Pattern(String name, String does, Body body) {

  interface Body {

    /** Runs on a hub, with a context whose sockets are closed behind it. */
    void run(ZmqContext context, PrintStream out) throws Exception;
  }

  /** Where the roles of a pattern are bound to; {@code bind} tells what to connect to. */
  static final String ANY_PORT = "tcp://127.0.0.1:*";

  private static final List<Pattern> ALL =
      List.of(
          new Pattern("identity", "how a ROUTER calls its peers", Identity::run),
          new Pattern(
              "pipeline", "tasks go to several workers, results to one sink", Pipeline::run),
          new Pattern(
              "weather",
              "a cache of last values for late subscribers, in Kotlin",
              WeatherKt::weather),
          new Pattern(
              "espresso",
              "a proxy for publishers, and a listener to what goes through it",
              Espresso::run),
          new Pattern("broker", "a broker that hands requests to workers in turn", Broker::run),
          new Pattern(
              "async-server",
              "requests that overtake each other, in Kotlin",
              AsyncServerKt::asyncServer),
          new Pattern(
              "load-balancer",
              "a broker that hands each request to an idle worker",
              LoadBalancer::run),
          new Pattern(
              "paranoid-pirate",
              "heartbeats and retries: workers die, and the broker",
              ParanoidPirate::run),
          new Pattern(
              "majordomo", "services by name: registered, asked for, discovered", Majordomo::run),
          new Pattern(
              "freelance",
              "a client that knows several servers, some of them dead",
              Freelance::run),
          new Pattern("clone", "a map that many share, and the backup of its server", Clone::run),
          new Pattern("monitor", "who comes and goes at a socket", Monitor::run),
          new Pattern(
              "ironhouse",
              "encrypted connections, and a guard who knows the keys",
              Ironhouse::run));

  /**
   * All patterns.
   *
   * @return them, simple ones first
   */
  public static List<Pattern> all() {
    return ALL;
  }

  /**
   * Runs it and prints to the console.
   *
   * @throws Exception what the program throws
   */
  public void run() throws Exception {
    run(HubOptions.defaults(), ContextOptions.defaults(), System.out);
  }

  void run(HubOptions hub, ContextOptions zeromq, PrintStream out) throws Exception {
    Hub.run(
        hub,
        () -> {
          try (ZmqContext context = ZmqContext.open(zeromq)) {
            body.run(context, out);
          }
        });
  }
}

package dev.celadon.examples.tutorial;

import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import java.util.List;

/** The programs of the tutorial, in the order in which {@code docs/tutorial.md} shows them. */
public final class Tutorial {

  /**
   * A program.
   *
   * @param name what it is called on the command line
   * @param does what it does, in one line
   * @param body what runs on a hub
   */
  public record Program(String name, String does, Body body) {

    /**
     * Runs this program on a hub of its own, in real time.
     *
     * @throws Exception what the program throws
     */
    public void run() throws Exception {
      Hub.run(body);
    }
  }

  private static final List<Program> PROGRAMS =
      List.of(
          new Program("two-sleepers", "two greenlets give each other the turn", TwoSleepers::run),
          new Program("select", "two greenlets poll while a third works", SelectCalls::run),
          new Program(
              "blocking-calls", "blocking calls of the JDK give the turn, too", BlockingCalls::run),
          new Program(
              "synchronous-asynchronous",
              "tasks of random length, one by one and at once",
              SynchronousAsynchronous::run),
          new Program(
              "downloader", "the photos of three users, one by one and at once", Downloader::run),
          new Program(
              "fetch", "the time from a server, nine times, one by one and at once", Fetch::run),
          new Program(
              "determinism",
              "the order of results, ten times each, on threads and greenlets",
              Determinism::run),
          new Program("spawning", "three ways to spawn", Spawning::run),
          new Program("greenlet-class", "a subclass of Greenlet", GreenletClass::run),
          new Program("greenlet-state", "what a greenlet tells of itself", GreenletState::run),
          new Program("signals", "a signal that kills a greenlet", SignalKills::run),
          new Program("shutdown", "a signal that ends a program in order", OrderlyShutdown::run),
          new Program("timeout", "a limit for whatever comes next", TimeoutStart::run),
          new Program(
              "timeout-too-long", "a limit that throws something else", TimeoutTooLong::run),
          new Program("timeout-forms", "three ways to limit a wait", TimeoutForms::run),
          new Program("monkey", "what is patched in the JDK, before and after", Patching::run),
          new Program("events", "one greenlet lets five go on", Events::run),
          new Program("async-result", "a value on its way", AsyncResults::run),
          new Program("async-result-again", "a value that is set twice", AsyncResultsAgain::run),
          new Program("queue", "three workers share twenty-four tasks", Queues::run),
          new Program("queue-bounded", "a boss who waits for his workers", BoundedQueues::run),
          new Program(
              "queue-shutdown", "the same with an end instead of a time limit", QueueShutdown::run),
          new Program("channel", "a coroutine that is sent names", Channels::run),
          new Program("group", "greenlets to be joined together", Groups::run),
          new Program("group-map", "members of a group tell who they are", GroupMap::run),
          new Program("group-imap", "results in order, and as they come", GroupImap::run),
          new Program("pool", "a group with a bound", Pools::run),
          new Program("socket-pool", "a service that is built on a pool", SocketPool::run),
          new Program("semaphore", "two at a time", Semaphores::run),
          new Program("local", "a variable that each greenlet has for itself", Locals::run),
          new Program("request-local", "the request of each handler", RequestLocal::run),
          new Program("subprocess", "a greenlet goes on while a program runs", Cron::run),
          new Program("pipes", "messages to another process and back", Pipes::run),
          new Program("actors", "ping and pong send messages to each other", PingPong::run),
          new Program("telnet-server", "a server that counts to five", TelnetServer::run));

  private Tutorial() {}

  /**
   * All programs.
   *
   * @return them, in the tutorial's order
   */
  public static List<Program> programs() {
    return PROGRAMS;
  }
}

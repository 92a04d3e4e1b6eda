package dev.celadon.monitor;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.CarrierMode;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubStatistics;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.loop.Clock;
import dev.celadon.loop.SystemClock;
import dev.celadon.sync.AsyncResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all hubs and their greenlets are doing right now: who lives, who spawned it where, what it
 * waits for, and its stack. gevent's {@code format_run_info}; printed by {@link #toString}.
 *
 * <p>Immutable; the hubs and greenlets in it go on.
 *
 * @param options what was asked for
 * @param hubs all open hubs
 * @param threads the platform threads of the JVM, if they were asked for
 */
public record RunReport(
    ReportOptions options, List<HubSnapshot> hubs, List<ThreadSnapshot> threads) {

  /** Copies the lists. */
  public RunReport {
    hubs = List.copyOf(hubs);
    threads = List.copyOf(threads);
  }

  /**
   * Looks at everything, with the default options.
   *
   * @return the report
   * @throws dev.celadon.hub.BlockingSwitchOut in a callback of a hub while there are other hubs,
   *     whose answers it cannot wait for
   */
  public static RunReport capture() {
    return capture(ReportOptions.defaults());
  }

  /**
   * Looks at everything. Every hub is asked and answers between two pieces of work. Switches, or
   * blocks the calling thread, while other hubs answer; a hub that does not within the patience of
   * the options is said to be stuck. In virtual time that patience is over as soon as nothing else
   * is to do on the calling hub.
   *
   * @param options what the report contains
   * @return the report
   * @throws dev.celadon.hub.BlockingSwitchOut in a callback of a hub while there are other hubs,
   *     whose answers it cannot wait for
   */
  public static RunReport capture(ReportOptions options) {
    List<Question> questions = new ArrayList<>();
    for (Hub hub : Hub.all()) {
      Question question = new Question(hub);
      if (question.ask()) {
        questions.add(question);
      }
    }
    long deadline = SystemClock.INSTANCE.nanoTime() + Clock.waitNanos(options.patience());
    List<HubSnapshot> hubs = new ArrayList<>();
    for (Question question : questions) {
      hubs.add(question.answer(options, deadline));
    }
    return new RunReport(options, hubs, options.threads() ? threadsNow() : List.of());
  }

  private static List<ThreadSnapshot> threadsNow() {
    List<ThreadSnapshot> threads = new ArrayList<>();
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) ->
                threads.add(new ThreadSnapshot(thread, thread.getState(), List.of(stack))));
    return threads;
  }

  /** What a hub knows of itself, collected on it. */
  private record Facts(HubStatistics statistics, List<RawGreenlet> live, List<String> states) {}

  /**
   * A question to one hub.
   *
   * <p>One that nobody drives will not answer, unless its thread is just about to begin.
   */
  private static final class Question implements Runnable {
    private static final long STARTING_NANOS = 20_000_000;

    private final Hub hub;
    private final AsyncResult<Facts> facts = new AsyncResult<>();

    Question(Hub hub) {
      this.hub = hub;
    }

    /** False if the hub has ended. */
    boolean ask() {
      if (hub.inHub()) {
        run();
        return true;
      }
      return hub.submit(this);
    }

    /** On the hub, perhaps on its bare thread. */
    @Override
    public void run() {
      RawGreenlet current = RawGreenlet.currentOrNull();
      List<RawGreenlet> live = hub.live();
      List<String> states = new ArrayList<>(live.size());
      for (RawGreenlet greenlet : live) {
        states.add(stateOf(greenlet, greenlet == current));
      }
      facts.set(new Facts(hub.statistics(), live, states));
    }

    private static String stateOf(RawGreenlet greenlet, boolean running) {
      Thread thread = greenlet.thread();
      String waitsFor = greenlet.waitsFor();
      if (running) {
        return "running";
      } else if (thread == null) {
        return "before its first turn";
      } else if (waitsFor != null) {
        return "waits for " + waitsFor;
      } else if (greenlet.hub().carrierMode().kind() == CarrierMode.Kind.PORTABLE) {
        return "ready"; // its thread waits for its turn; nobody else can wait elsewhere meanwhile
      }
      return switch (thread.getState()) {
        case RUNNABLE -> "ready";
        case BLOCKED -> "waits for a monitor";
        case WAITING, TIMED_WAITING -> "waits in a call of the JDK";
        case NEW -> "before its first turn";
        case TERMINATED -> "ended";
      };
    }

    HubSnapshot answer(ReportOptions options, long deadline) {
      boolean told = hasTold(deadline, hub.loop().isDriven() ? Long.MAX_VALUE : STARTING_NANOS);
      if (!told && hub.loop().isDriven()) {
        told = hasTold(deadline, Long.MAX_VALUE);
      }
      return told ? told(facts.result(), options) : silent();
    }

    private boolean hasTold(long deadline, long nanos) {
      long left = deadline - SystemClock.INSTANCE.nanoTime();
      return facts.waitUntilReady(Duration.ofNanos(Math.min(left, nanos)));
    }

    private HubSnapshot told(Facts told, ReportOptions options) {
      List<GreenletSnapshot> greenlets = new ArrayList<>();
      for (int i = 0; i < told.live().size(); i++) {
        RawGreenlet greenlet = told.live().get(i);
        Thread thread = greenlet.thread();
        List<StackTraceElement> stack =
            thread == null || !options.stacks() ? List.of() : List.of(thread.getStackTrace());
        greenlets.add(
            new GreenletSnapshot(greenlet, Words.nameOf(greenlet), told.states().get(i), stack));
      }
      return new HubSnapshot(
          hub, HubSnapshot.Answer.ANSWERED, told.statistics(), greenlets, null, List.of());
    }

    private HubSnapshot silent() {
      HubSnapshot.Answer answer =
          hub.loop().isDriven() ? HubSnapshot.Answer.STUCK : HubSnapshot.Answer.STANDING_STILL;
      Holder holder = Holder.of(hub);
      return new HubSnapshot(hub, answer, null, List.of(), holder.name(), holder.stack());
    }
  }

  /** The report as text, for people. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(1000);
    text.append("Celadon: ").append(hubs.size()).append(hubs.size() == 1 ? " hub" : " hubs");
    hubs.forEach(hub -> addHub(text.append("\n\n"), hub));
    threads.forEach(thread -> addThread(text.append("\n\n"), thread));
    return text.append('\n').toString();
  }

  private void addHub(StringBuilder text, HubSnapshot snapshot) {
    text.append(snapshot.hub());
    switch (snapshot.answer()) {
      case ANSWERED -> addGreenlets(text, snapshot);
      case STUCK ->
          addHolder(
              text.append(" is stuck: no answer within ").append(options.patience()), snapshot);
      case STANDING_STILL ->
          addHolder(
              text.append(" stands still: its thread does not wait in a call of Celadon"),
              snapshot);
    }
  }

  private void addHolder(StringBuilder text, HubSnapshot snapshot) {
    if (snapshot.holder() != null) {
      text.append("\n  held by ").append(snapshot.holder());
      Words.addStack(text, snapshot.holderStack(), options.frames(), "    ");
    }
  }

  private void addGreenlets(StringBuilder text, HubSnapshot snapshot) {
    HubStatistics statistics = snapshot.statistics();
    if (statistics != null) {
      text.append(": ")
          .append(statistics.liveGreenlets())
          .append(" live greenlets of ")
          .append(statistics.spawned())
          .append(" spawned, ")
          .append(statistics.runs())
          .append(" pieces of work, ")
          .append(statistics.pendingTimers())
          .append(" timers pending\n  lag: ")
          .append(statistics.lateness());
    }
    IdentityHashMap<RawGreenlet, GreenletSnapshot> known = new IdentityHashMap<>();
    List<RawGreenlet> live = new ArrayList<>();
    for (GreenletSnapshot greenlet : snapshot.greenlets()) {
      known.put(greenlet.greenlet(), greenlet);
      live.add(greenlet.greenlet());
    }
    for (GreenletTree tree : GreenletTree.forestOf(live)) {
      String lines =
          tree.format(
              greenlet -> line(greenlet, known.get(greenlet)),
              greenlet -> stack(known.get(greenlet)));
      Words.addLines(text, lines.lines().toList(), "  ");
    }
  }

  private static String line(RawGreenlet greenlet, @Nullable GreenletSnapshot snapshot) {
    if (snapshot == null) {
      return GreenletTree.line(greenlet);
    }
    String site = greenlet instanceof Greenlet<?> known ? ", spawned at " + known.spawnSite() : "";
    return snapshot.name() + ": " + snapshot.state() + site;
  }

  private List<String> stack(@Nullable GreenletSnapshot snapshot) {
    if (snapshot == null) {
      return List.of();
    }
    StringBuilder text = new StringBuilder();
    Words.addStack(text, snapshot.stack(), options.frames(), "");
    return text.toString().lines().skip(1).toList();
  }

  private void addThread(StringBuilder text, ThreadSnapshot snapshot) {
    text.append(snapshot.thread()).append(": ").append(snapshot.state());
    Words.addStack(text, snapshot.stack(), options.frames(), "    ");
  }
}

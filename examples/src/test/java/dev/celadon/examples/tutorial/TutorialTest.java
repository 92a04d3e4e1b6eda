package dev.celadon.examples.tutorial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.signal.Signals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** The programs print what the tutorial says that gevent's print. */
class TutorialTest {

  /** Those whose output depends on real time, real threads or chance. */
  private static final Set<String> NOT_EVERY_TIME_THE_SAME =
      Set.of(
          "blocking-calls",
          "synchronous-asynchronous",
          "fetch",
          "determinism",
          "signals",
          "shutdown",
          "monkey",
          "subprocess",
          "pipes");

  private static void assertPrints(String expected, Body program) throws Exception {
    Printed printed = Printed.by(program);
    assertEquals(expected.lines().toList(), printed.lines());
    assertEquals(List.of(), printed.failures());
  }

  @Test
  void twoSleepersTakeTurns() throws Exception {
    assertPrints(
        """
        Running in foo
        Explicit context to bar
        Explicit context switch to foo again
        Implicit context switch back to bar
        """,
        TwoSleepers::run);
  }

  @Test
  void blockingCallsLetTheThirdGreenletWork() throws Exception {
    assumeTrue(Printed.inDirectMode());
    Printed printed = Printed.inRealTimeBy(() -> BlockingCalls.pollFor(Duration.ofMillis(100)));
    assertEquals(
        """
        Started Polling: at # seconds
        Started Polling: at # seconds
        Hey lets do some stuff while the greenlets poll, at # seconds
        Ended Polling: at # seconds
        Ended Polling: at # seconds
        """
            .lines()
            .toList(),
        printed.lines().stream().map(line -> line.replaceAll("\\d+\\.\\d", "#")).toList());
  }

  @Test
  void pollersLetTheThirdGreenletWork() throws Exception {
    assertPrints(
        """
        Started Polling: at 0.0 seconds
        Started Polling: at 0.0 seconds
        Hey lets do some stuff while the greenlets poll, at 0.0 seconds
        Ended Polling: at 2.0 seconds
        Ended Polling: at 2.0 seconds
        """,
        SelectCalls::run);
  }

  @Test
  void fetchesAllEnd() throws Exception {
    Printed printed = Printed.inRealTimeBy(Fetch::run);
    List<String> processes =
        printed.lines().stream().map(line -> line.replaceAll(": .*Z", "")).toList();
    List<String> nine = IntStream.range(1, 10).mapToObj(pid -> "Process " + pid).toList();
    assertEquals("Synchronous:", processes.getFirst());
    assertEquals(nine, processes.subList(1, 10));
    assertEquals("Asynchronous:", processes.get(10));
    assertEquals(nine, processes.subList(11, 20).stream().sorted().toList());
    assertEquals(20, processes.size());
    assertEquals(List.of(), printed.failures());
  }

  @Test
  void signalKillsTheGreenletThatRunsForEver() throws Exception {
    assertEquals(
        List.of("Running", "Cleaning up", "It ran for ever, and ended: true"),
        Printed.inRealTimeBy(SignalKills::run).lines());
  }

  @Test
  void theJvmKeepsQuitForItself() throws Exception {
    Hub.run(
        () ->
            assertThrows(
                IllegalArgumentException.class, () -> Signals.on("QUIT", Assertions::fail)));
  }

  @Test
  void shutdownStopsTheLauncher() throws Exception {
    assertEquals(
        List.of(
            "Did the last job",
            "Shutdown requested. Exiting...",
            "The launcher has stopped",
            "Over, with the status 0"),
        Printed.inRealTimeBy(OrderlyShutdown::run).lines());
  }

  @Test
  void patchIsThereUntilItsEnd() throws Exception {
    assumeTrue(Printed.inDirectMode());
    assertEquals(
        List.of(
            "SOCKETS is patched: false",
            "DNS is patched: false",
            "After monkey patch",
            "SOCKETS patched",
            "DNS patched",
            "SOCKETS is patched: true",
            "DNS is patched: true",
            "After the end of the patch",
            "SOCKETS is patched: false",
            "DNS is patched: false"),
        Printed.inRealTimeBy(Patching::run).lines().stream()
            .map(line -> line.replaceAll("^(\\w+ patched): .*", "$1"))
            .toList());
  }

  @Test
  void cronGoesOnWhileTheProgramRuns() throws Exception {
    List<String> lines = Printed.inRealTimeBy(Cron::run).lines();
    assertTrue(lines.stream().filter(line -> line.equals("cron")).count() > 1, lines::toString);
    assertTrue(Set.of("Linux", "Darwin").contains(lines.getLast()), lines::toString);
  }

  @Test
  void messagesAreRelayedInOrder() throws Exception {
    assertEquals(
        IntStream.range(0, 10).mapToObj(i -> "hi in " + i).toList(),
        Printed.inRealTimeBy(Pipes::run).lines());
  }

  @Test
  void telnetServerCounts() throws Exception {
    assertPrints("Hello from a telnet!\n0\n1\n2\n3\n4\n", TelnetServer::run);
  }

  @Test
  void synchronousTasksEndInOrderAndAsynchronousOnesByTheirLength() throws Exception {
    for (int run = 0; run < 100; run++) {
      Printed printed = Printed.by(SynchronousAsynchronous::run);
      List<String> expected = new ArrayList<>();
      expected.add("Synchronous:");
      IntStream.range(1, 10).forEach(task -> expected.add("Task " + task + " done"));
      expected.add("Asynchronous:");
      assertEquals(expected, printed.lines().subList(0, 11));

      List<Integer> order =
          printed.lines().subList(11, 21).stream()
              .map(line -> Integer.valueOf(line.replaceAll("Task (\\d) done", "$1")))
              .toList();
      assertEquals(IntStream.range(0, 10).boxed().toList(), order.stream().sorted().toList());
      // Three lengths; tasks of the same length end in the order in which they were spawned
      long fallsBack = IntStream.range(1, 10).filter(i -> order.get(i) < order.get(i - 1)).count();
      assertTrue(fallsBack <= 2, order::toString);

      assertEquals(21, printed.lines().size());
      assertTrue(
          printed.time().compareTo(Duration.ofMillis((9 * 2) + 2)) <= 0,
          () -> "nine after each other and ten at once took " + printed.time());
    }
  }

  @Test
  void downloadsAtOnceTakeAsLongAsOne() throws Exception {
    assertPrints(
        """
        Saved the photos of ann
        Saved the photos of ben
        Saved the photos of cho
        One by one: 0.9 seconds
        Saved the photos of ann
        Saved the photos of ben
        Saved the photos of cho
        At once: 0.3 seconds
        """,
        Downloader::run);
  }

  @Test
  void greenletsEndInTheSameOrderEveryTime() throws Exception {
    List<Integer> items = IntStream.range(0, 10).boxed().toList();
    Printed printed =
        Printed.inRealTimeBy(
            () -> {
              for (int run = 0; run < 10; run++) {
                assertEquals(items, Determinism.onGreenlets());
              }
              assertEquals(items, Determinism.onThreads().stream().sorted().toList());
              Determinism.run();
            });
    assertEquals(2, printed.lines().size());
    assertTrue(Set.of("true", "false").contains(printed.lines().getFirst()), "as threads like it");
    assertEquals("true", printed.lines().getLast());
  }

  @Test
  void spawnedGreenletsPrintAfterTheirTime() throws Exception {
    assertPrints(
        """
        Hello
        I live!
        """,
        Spawning::run);
  }

  @Test
  void subclassRuns() throws Exception {
    assertPrints("Hi there!", GreenletClass::run);
  }

  @Test
  void winnerAndLoserTellTheirState() throws Exception {
    String inPython =
        """
        True
        True
        You win!
        None
        True
        True
        True
        False
        You fail at failing.
        """;
    Printed printed = Printed.by(GreenletState::run);
    assertEquals(
        inPython
            .replace("True", "true")
            .replace("False", "false")
            .replace("None", "null")
            .lines()
            .toList(),
        printed.lines());
    assertEquals(
        List.of("You fail at failing."),
        printed.failures().stream().map(Throwable::getMessage).toList(),
        "reported once");
  }

  @Test
  void timeoutThatWasStartedFirstFiresFirst() throws Exception {
    assertPrints("Could not complete", TimeoutStart::run);
  }

  @Test
  void timeoutThrowsWhatItWasGiven() throws Exception {
    Printed printed = Printed.by(TimeoutTooLong::run);
    assertEquals(List.of("TooLong"), printed.lines());
    assertEquals(Duration.ofSeconds(5), printed.time());
  }

  @Test
  void threeWaitsTimeOut() throws Exception {
    assertPrints(
        """
        Thread 1 timed out
        Thread 2 timed out
        Thread 3 timed out
        """,
        TimeoutForms::run);
    assertEquals(Duration.ofSeconds(3), Printed.by(TimeoutForms::run).time());
  }

  @Test
  void eventLetsAllFiveGoOn() throws Exception {
    assertPrints(
        """
        A: Hey wait for me, I have to do something
        I'll wait for you
        I'll wait for you
        I'll wait for you
        I'll wait for you
        I'll wait for you
        Ok, I'm done
        It's about time
        It's about time
        It's about time
        It's about time
        It's about time
        """,
        Events::run);
  }

  @Test
  void asyncResultBringsItsValue() throws Exception {
    assertPrints("Hello!", AsyncResults::run);
  }

  @Test
  void laterValueReplacesTheFirst() throws Exception {
    assertPrints(
        """
        leoo is cool
        minwook is cool
        """,
        AsyncResultsAgain::run);
  }

  @Test
  void workersTakeTurnsAtTheQueue() throws Exception {
    List<String> names = List.of("steve", "john", "nancy");
    StringBuilder expected = new StringBuilder();
    for (int task = 1; task < 25; task++) {
      expected.append("Worker " + names.get((task - 1) % 3) + " got task " + task + "\n");
    }
    assertPrints(expected + "Quitting time!\n".repeat(3), Queues::run);
  }

  private static final String NINETEEN_TASKS =
      """
      Worker steve got task 1
      Worker john got task 2
      Worker bob got task 3
      Worker steve got task 4
      Worker john got task 5
      Worker bob got task 6
      Assigned all work in iteration 1
      Worker steve got task 7
      Worker john got task 8
      Worker bob got task 9
      Worker steve got task 10
      Worker john got task 11
      Worker bob got task 12
      Worker steve got task 13
      Worker john got task 14
      Worker bob got task 15
      Worker steve got task 16
      Worker john got task 17
      Worker bob got task 18
      Assigned all work in iteration 2
      Worker steve got task 19
      Quitting time!
      Quitting time!
      Quitting time!
      """;

  @Test
  void bossWaitsForHisWorkers() throws Exception {
    assertPrints(NINETEEN_TASKS, BoundedQueues::run);
    assertEquals(Duration.ofSeconds(1), Printed.by(BoundedQueues::run).time());
  }

  @Test
  void workersLeaveAtOnceWhenTheQueueIsShutDown() throws Exception {
    assertPrints(
        NINETEEN_TASKS
            .replace("Assigned all work in iteration 1\n", "")
            .replace("Assigned all work in iteration 2\n", "Assigned all work\n"),
        QueueShutdown::run);
    assertEquals(Duration.ZERO, Printed.by(QueueShutdown::run).time());
  }

  @Test
  void coroutineGetsNames() throws Exception {
    assertPrints(
        """
        Hello kkung
        Hello PyConKR 2014
        """,
        Channels::run);
  }

  @Test
  void groupJoinsItsMembers() throws Exception {
    assertPrints("bar\n".repeat(3) + "foo\n".repeat(3) + "fizz\n".repeat(3), Groups::run);
  }

  @Test
  void membersLeaveTheGroupATurnAfterTheirEnd() throws Exception {
    List<String> lines = Printed.by(GroupMap::run).lines();
    assertEquals(
        """
        Size of group 3
        Hello from #
        Size of group 3
        Hello from #
        Size of group 3
        Hello from #
        """
            .lines()
            .toList(),
        lines.stream().map(line -> line.replaceAll("Greenlet-\\d+", "#")).toList());
    assertEquals(3, lines.stream().filter(line -> line.startsWith("Hello")).distinct().count());
  }

  @Test
  void resultsComeInOrderOrAsTheyAreReady() throws Exception {
    assertPrints(
        """
        Ordered
        ('task', 0)
        ('task', 1)
        ('task', 2)
        Unordered
        ('task', 2)
        ('task', 1)
        ('task', 0)
        """,
        GroupImap::run);
    assertEquals(Duration.ofSeconds(6), Printed.by(GroupImap::run).time());
  }

  @Test
  void poolNeverHasMoreThanTwoMembers() throws Exception {
    assertPrints(
        """
        Size of pool 2
        Size of pool 2
        Size of pool 1
        """,
        Pools::run);
  }

  @Test
  void serviceRefusesWhatItsPoolCannotTake() throws Exception {
    assertPrints(
        """
        At maximum pool size
        Received hello
        Received hi
        Closed
        Closed
        """,
        SocketPool::run);
  }

  @Test
  void onlyTwoHaveTheSemaphore() throws Exception {
    assertPrints(
        """
        Worker 0 acquired semaphore
        Worker 1 acquired semaphore
        Worker 0 released semaphore
        Worker 1 released semaphore
        Worker 3 acquired semaphore
        Worker 4 acquired semaphore
        Worker 3 released semaphore
        Worker 4 released semaphore
        Worker 5 acquired semaphore
        Worker 5 released semaphore
        """,
        Semaphores::run);
  }

  @Test
  void localOfOneIsNotTheOthers() throws Exception {
    assertPrints(
        """
        1
        2
        x is not local to f2
        """,
        Locals::run);
  }

  @Test
  void everyHandlerSeesItsOwnRequest() throws Exception {
    assertPrints(
        """
        Hello 10.0.0.1
        Request afterwards: null
        Hello 10.0.0.2
        Request afterwards: null
        """,
        RequestLocal::run);
  }

  @Test
  void pingAndPongAlternate() throws Exception {
    assertPrints("start\n" + "ping\npong\n".repeat(5), PingPong::run);
  }

  @Test
  void everyProgramPrintsTheSameEveryTime() throws Exception {
    for (Tutorial.Program program : Tutorial.programs()) {
      if (!NOT_EVERY_TIME_THE_SAME.contains(program.name())) {
        assertEquals(linesOf(program), linesOf(program), program.name());
      }
    }
  }

  private static List<String> linesOf(Tutorial.Program program) throws Exception {
    return Printed.by(program.body()).lines().stream()
        .map(line -> line.replaceAll("Greenlet-\\d+", "Greenlet"))
        .toList();
  }
}

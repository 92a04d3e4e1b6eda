package dev.celadon.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.LoopExit;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
class SubprocessTest {

  private static final Duration SHORT = Duration.ofMillis(30);
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final byte[] NOTHING = {};

  private static Subprocess shell(String line) throws IOException {
    return Subprocess.start(SubprocessOptions.shell(line).withPipes());
  }

  private static Subprocess cat() throws IOException {
    return Subprocess.start(SubprocessOptions.of("cat").withPipes());
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  // --- Exit codes and forms

  @Test
  void theExitCodeIsTheChildsOwn() throws Exception {
    Hub.run(
        () -> {
          try (Subprocess child = Subprocess.start("sh", "-c", "exit 7")) {
            assertEquals(7, child.waitFor());
            assertEquals(7, child.exitCode());
            assertEquals(OptionalInt.empty(), child.exitSignal());
            assertFalse(child.isAlive());
            assertTrue(child.waitFor(Duration.ZERO));
            assertTrue(child.toString().startsWith("Subprocess[sh, pid="), child.toString());
            assertTrue(child.toString().endsWith(", exitCode=7]"), child.toString());
          }
        });
  }

  @Test
  void theEndIsHeardOfWhileTheWholeCommonPoolWaitsForIt() throws Exception {
    List<ForkJoinTask<Boolean>> waits = new ArrayList<>();
    for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism() + 1; i++) {
      waits.add(ForkJoinPool.commonPool().submit(() -> Subprocess.start("true").waitFor(LONG)));
    }
    for (ForkJoinTask<Boolean> wait : waits) {
      assertTrue(wait.get());
    }
  }

  @Test
  void runKeepsOutputAndMessagesApart() throws Exception {
    Hub.run(
        () -> {
          CompletedProcess completed =
              Subprocess.run("sh", "-c", "cat; echo out; echo err >&2; exit 3");
          assertEquals("out\n", completed.stdoutText());
          assertEquals("err\n", completed.stderrText());
          assertArrayEquals("out\n".getBytes(UTF_8), completed.stdout());
          assertArrayEquals("err\n".getBytes(UTF_8), completed.stderr());
          assertEquals(3, completed.exitCode());
          assertEquals("sh", completed.command().getFirst());
          CalledProcessException failure =
              assertThrows(CalledProcessException.class, completed::checkExitCode);
          assertEquals("sh failed (exit code 3): err", failure.getMessage());
          assertEquals(completed, failure.completed());
        });
  }

  @Test
  void theShortFormsDoWhatTheySay() throws Exception {
    Hub.run(
        () -> {
          assertEquals(4, Subprocess.call("sh", "-c", "exit 4"));
          Subprocess.checkCall("true");
          assertThrows(CalledProcessException.class, () -> Subprocess.checkCall("false"));
          assertEquals("x y\n", Subprocess.checkOutput("echo", "x y"));
          assertEquals("a\nb", Subprocess.output("echo a; echo b >&2; echo; exit 5"));
        });
  }

  @Test
  void aCommandThatIsNotThereFailsAtTheStart() throws Exception {
    Hub.run(
        () -> {
          IOException failure =
              assertThrows(IOException.class, () -> Subprocess.start("celadon-no-such-program"));
          assertTrue(
              failure.getMessage().startsWith("cannot start celadon-no-such-program: "),
              failure.getMessage());
          IOException nowhere =
              assertThrows(
                  IOException.class,
                  () ->
                      Subprocess.start(
                          SubprocessOptions.of("true").withDirectory(Path.of("/no/such/place"))));
          assertTrue(nowhere.getMessage().contains("/no/such/place"), nowhere.getMessage());
        });
  }

  @Test
  void directoryAndEnvironmentAreTheChildsOwn(@TempDir Path folder) throws Exception {
    Hub.run(
        () -> {
          SubprocessOptions env = SubprocessOptions.shell("echo $A-$HOME; pwd -P").withPipes();
          String home = System.getenv("HOME");
          assertEquals(
              "1-" + home + "\n" + folder.toRealPath() + "\n",
              Subprocess.run(env.withVariable("A", "1").withDirectory(folder)).stdoutText());
          assertTrue(
              Subprocess.run(env.withEnvironment(Map.of("A", "2")))
                  .stdoutText()
                  .startsWith("2-\n"));
        });
  }

  @Test
  void filesAreReadMadeAndAddedTo(@TempDir Path folder) throws Exception {
    Hub.run(
        () -> {
          Path in = Files.writeString(folder.resolve("in"), "x\n", UTF_8);
          Path out = folder.resolve("out");
          SubprocessOptions cat = SubprocessOptions.of("cat").withStdin(Stdio.file(in));
          assertEquals(0, Subprocess.run(cat.withStdout(Stdio.file(out))).exitCode());
          assertEquals(0, Subprocess.run(cat.withStdout(Stdio.append(out))).exitCode());
          assertEquals("x\nx\n", Files.readString(out, UTF_8));
          assertEquals(0, Subprocess.run(cat.withStdout(Stdio.file(out))).exitCode());
          assertEquals("x\n", Files.readString(out, UTF_8));
          SubprocessOptions both =
              SubprocessOptions.shell("echo o; echo e >&2")
                  .withStdout(Stdio.PIPE)
                  .withStderr(Stdio.MERGED);
          assertEquals("o\ne\n", Subprocess.run(both).stdoutText());
          assertEquals("", Subprocess.run(both.withStdout(Stdio.DISCARD)).stdoutText());
        });
  }

  // --- Signals

  @Test
  void aSignalIsSeenInTheExitCode() throws Exception {
    Hub.run(
        () -> {
          try (Subprocess one = Subprocess.start("sleep", "60");
              Subprocess two = Subprocess.start("sleep", "60");
              Subprocess three = Subprocess.start("sleep", "60")) {
            one.terminate();
            two.kill();
            assertTrue(three.signal(2));
            assertEquals(143, one.waitFor());
            assertEquals(OptionalInt.of(9), two.waitFor() == 0 ? null : two.exitSignal());
            assertEquals(130, three.waitFor());
            assertFalse(three.signal(2));
            one.terminate();
            one.kill();
          }
        });
  }

  @Test
  void aChildThatHandlesASignalIsHeardToTheEnd() throws Exception {
    Hub.run(
        () -> {
          try (Subprocess child =
              shell("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.01; done")) {
            assertEquals("ready", child.stdout().readLine());
            child.terminate();
            CompletedProcess completed = child.communicate();
            assertEquals("bye\n", completed.stdoutText());
            assertEquals(0, completed.exitCode());
          }
        });
  }

  @Test
  void closeKillsAChildThatIgnoresTheRequest() throws Exception {
    Hub.run(
        () -> {
          Subprocess child =
              Subprocess.start(
                  SubprocessOptions.shell("trap '' TERM; echo ready; while :; do sleep 1; done")
                      .withPipes()
                      .withCloseGrace(SHORT));
          assertEquals("ready", child.stdout().readLine());
          child.close();
          assertEquals(OptionalInt.of(9), child.exitSignal());
          child.close();
        });
  }

  @Test
  void closeEndsAChildThatRunsAndLeavesItsTryBlock() throws Exception {
    Hub.run(
        () -> {
          Subprocess child = Subprocess.start("sleep", "60");
          try (child) {
            assertTrue(child.isAlive());
          }
          assertEquals(143, child.exitCode());
        });
  }

  // --- Waits

  @Test
  void othersRunWhileOneWaits() throws Exception {
    Hub.run(
        () -> {
          try (Subprocess child = shell("read line; echo $line; read line")) {
            Greenlet<String> reader = Greenlets.spawn(() -> child.stdout().readLine());
            Greenlet<Integer> waiter = Greenlets.spawn(() -> child.waitFor());
            Greenlets.yieldNow();
            assertFalse(reader.isReady());
            child.stdin().write("hello\n".getBytes(UTF_8));
            assertEquals("hello", reader.result());
            assertFalse(waiter.isReady());
            child.stdin().close();
            assertEquals(1, waiter.result()); // read is at the end
          }
        });
  }

  @Test
  void aKilledWaiterLeavesTheChildAlone() throws Exception {
    Hub.run(
        () -> {
          try (Subprocess child = shell("read line; echo $line")) {
            Greenlet<?> reader = Greenlets.spawn(() -> child.stdout().readLine());
            Greenlet<?> waiter = Greenlets.spawn(() -> child.waitFor());
            Greenlets.yieldNow();
            reader.kill();
            waiter.kill();
            assertTrue(child.isAlive());
            assertEquals("x\n", child.communicate("x\n".getBytes(UTF_8)).stdoutText());
          }
        });
  }

  @Test
  void aTimeoutEndsAnyWaitAndNothingIsLost() throws Exception {
    Hub.run(
        () -> {
          try (Subprocess child = cat()) {
            child.stdin().write("ab".getBytes(UTF_8));
            child.stdin().flush();
            assertThrows(TimeoutException.class, () -> child.stdout().readLine(SHORT));
            Timeout timeout = Timeout.start(SHORT);
            assertThrows(TimeoutExpired.class, () -> child.stdout().readLine());
            timeout.close();
            assertFalse(child.waitFor(SHORT));
            child.stdin().write("cd\r\nrest".getBytes(UTF_8));
            assertEquals("abcd", child.stdout().readLine());
            child.stdin().close();
            assertEquals("rest", child.stdout().readLine(LONG));
            assertNull(child.stdout().readLine());
            assertEquals(-1, child.stdout().read());
          }
        });
  }

  @Test
  void aKilledRunEndsItsChild(@TempDir Path folder) throws Exception {
    Hub.run(
        () -> {
          Path pid = folder.resolve("pid");
          Greenlet<?> runner =
              Greenlets.spawn(
                  () -> Subprocess.run("sh", "-c", "echo $$ > " + pid + "; exec sleep 60"));
          while (!Files.exists(pid) || Files.size(pid) == 0) {
            Greenlets.sleep(Duration.ofMillis(1));
          }
          runner.kill();
          long number = Long.parseLong(Files.readString(pid, UTF_8).strip());
          while (ProcessHandle.of(number).map(ProcessHandle::isAlive).orElse(false)) {
            Greenlets.sleep(Duration.ofMillis(1)); // a kill within the start waits for nobody
          }
        });
  }

  @Test
  void aRunWithoutTimeLeftEndsItsChild() throws Exception {
    Hub.run(
        () ->
            assertThrows(
                TimeoutException.class,
                () -> Subprocess.run(SubprocessOptions.of("sleep", "60"), NOTHING, SHORT)));
  }

  @Test
  void whoeverIsKilledDuringTheStartLeavesNoChild() throws Exception {
    Hub.run(
        () -> {
          Greenlet<Subprocess> starter = Greenlets.spawn(() -> Subprocess.start("sleep", "61.25"));
          Greenlets.yieldNow();
          starter.kill();
          if (!starter.isCancelled()) {
            starter.result().close(); // it was started before the kill came: then it is ours
          }
        });
    // The pool's thread has ended with the hub, or ends: then the child was killed, or was not
    // made.
    while (ProcessHandle.current()
        .children()
        .anyMatch(
            child -> child.info().arguments().map(List::of).orElse(List.of()).contains("61.25"))) {
      Thread.sleep(1);
    }
  }

  @Test
  void childrenAreWaitedForTogether() throws Exception {
    Hub.run(
        () -> {
          try (Subprocess slow = cat();
              Subprocess fast = Subprocess.start("true")) {
            assertEquals(List.of(fast), Greenlets.waitAll(List.of(slow, fast), 1));
            slow.stdin().close();
            assertEquals(2, Greenlets.waitAll(List.of(slow, fast)).size());
          }
        });
  }

  @Test
  void aPlainThreadWaitsAsWell() throws Exception {
    Throwable[] failure = new Throwable[1];
    Thread thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (Subprocess child = cat()) {
                    byte[] sent = bytes(1_000_000);
                    assertArrayEquals(sent, child.communicate(sent).stdout());
                  } catch (Throwable thrown) {
                    failure[0] = thrown;
                  }
                });
    thread.join();
    assertNull(failure[0]);
    assertEquals("x", Subprocess.output("echo x"));
  }

  @Test
  void aHubThatHasNothingElseToDoWaitsForTheChild() throws Exception {
    Hub.run(
        HubOptions.defaults().withLoopExit(LoopExit.When.DRAINED),
        () -> {
          try (Subprocess child = shell("sleep 0.05; echo x; sleep 0.05")) {
            assertEquals("x", child.stdout().readLine());
            assertEquals(0, child.waitFor());
          }
          assertEquals(0, Hub.current().loop().references());
        });
  }

  // --- Pipes

  @Test
  void muchGoesBothWaysAtOnce() throws Exception {
    Hub.run(
        () -> {
          byte[] sent = bytes(10_000_000);
          try (Subprocess child = cat()) {
            assertArrayEquals(sent, child.communicate(sent).stdout());
          }
          try (Subprocess child = cat()) {
            Greenlet<?> writer =
                Greenlets.spawn(
                    () -> {
                      child.stdin().write(sent);
                      child.stdin().close();
                    });
            assertArrayEquals(sent, child.stdout().readAllBytes());
            writer.result();
            assertEquals(0, child.waitFor());
          }
        });
  }

  @Test
  void aChildThatNobodyReadsHasToWait() throws Exception {
    Hub.run(
        () -> {
          try (Subprocess child = Subprocess.start(SubprocessOptions.of("yes").withPipes())) {
            assertEquals("y", child.stdout().readLine());
            assertFalse(child.waitFor(Duration.ofMillis(100)));
            for (int i = 0; i < 200_000; i++) {
              assertEquals("y", child.stdout().readLine());
            }
          }
        });
  }

  @Test
  void communicateGoesOnAfterATimeOut() throws Exception {
    Hub.run(
        () -> {
          byte[] sent = bytes(300_000);
          try (Subprocess child = shell("head -c 1000; sleep 0.15; cat; echo e >&2; exit 6")) {
            int times = 0;
            CompletedProcess completed = null;
            while (completed == null) {
              try {
                completed = child.communicate(sent, SHORT);
              } catch (TimeoutException e) {
                times++;
              }
            }
            assertTrue(times > 0);
            // head may take more than it gives
            assertArrayEquals(Arrays.copyOf(sent, 1000), Arrays.copyOf(completed.stdout(), 1000));
            assertEquals("e\n", completed.stderrText());
            assertEquals(6, completed.exitCode());
            assertEquals(6, child.communicate().exitCode());
            assertEquals("e\n", child.communicate(NOTHING, Duration.ZERO).stderrText());
          }
          try (Subprocess child = shell("sleep 0.1; cat")) {
            assertThrows(TimeoutException.class, () -> child.communicate(sent, SHORT));
            assertArrayEquals(sent, child.communicate(NOTHING, LONG).stdout());
          }
        });
  }

  @Test
  void communicateTakesTheRestOfWhatWasReadBefore() throws Exception {
    Hub.run(
        () -> {
          try (Subprocess child = shell("echo a; echo b; echo c")) {
            assertEquals("a", child.stdout().readLine());
            assertEquals("b\nc\n", child.communicate().stdoutText());
          }
        });
  }

  @Test
  void aChildThatClosesItsInputBreaksThePipe() throws Exception {
    Hub.run(
        () -> {
          byte[] much = bytes(1_000_000);
          try (Subprocess child =
              Subprocess.start(SubprocessOptions.of("head", "-c", "1").withPipes())) {
            IOException broken =
                assertThrows(
                    IOException.class,
                    () -> {
                      child.stdin().write(much);
                      child.stdin().flush();
                    });
            assertTrue(
                broken.getMessage().contains("the child has closed its input"),
                broken.getMessage());
            assertNotNull(broken.getCause());
            assertThrows(IOException.class, () -> child.stdin().write(1));
            assertThrows(IOException.class, () -> child.stdin().flush());
            assertArrayEquals(new byte[] {much[0]}, child.stdout().readAllBytes());
          }
          try (Subprocess child =
              Subprocess.start(SubprocessOptions.of("head", "-c", "1").withPipes())) {
            assertArrayEquals(new byte[] {much[0]}, child.communicate(much).stdout());
          }
        });
  }

  @Test
  void closedEndsSaySo() throws Exception {
    Hub.run(
        () -> {
          SubprocessOptions deaf = SubprocessOptions.of("sleep", "60").withPipes();
          try (Subprocess child = Subprocess.start(deaf)) {
            Greenlet<Throwable> reader =
                Greenlets.spawn(
                    () -> assertThrows(IOException.class, () -> child.stdout().readLine()));
            Greenlet<Throwable> writer =
                Greenlets.spawn(
                    () ->
                        assertThrows(
                            IOException.class, () -> child.stdin().write(bytes(1_000_000))));
            Greenlets.yieldNow();
            child.stderr().close();
            assertThrows(ClosedChannelException.class, () -> child.stderr().read());
            child.stdout().close();
            child.stdin().close();
            assertInstanceOf(AsynchronousCloseException.class, reader.result());
            assertInstanceOf(AsynchronousCloseException.class, writer.result());
            assertThrows(ClosedChannelException.class, () -> child.stdin().write(1));
            assertThrows(ClosedChannelException.class, () -> child.stdin().flush());
          }
        });
  }

  @Test
  void anInterruptEndsAReadAndNothingIsLost() throws Exception {
    Hub.run(
        () -> {
          try (Subprocess child = cat()) {
            Greenlet<?> reader =
                Greenlets.spawn(
                    () -> {
                      assertThrows(InterruptedWaitException.class, () -> child.stdout().readLine());
                      assertTrue(Thread.interrupted());
                    });
            Greenlets.yieldNow();
            reader.thread().interrupt();
            reader.result();
            assertEquals("x\n", child.communicate("x\n".getBytes(UTF_8)).stdoutText());
          }
        });
  }
}

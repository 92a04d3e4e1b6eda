package dev.celadon.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class ChildProcessTest {

  private static final Duration SHORT = Duration.ofMillis(30);

  /** Answers each message; some have a meaning of their own. */
  public static final class Echo implements ChildMain<String, String> {
    @Override
    public Codec<String> fromParent() {
      return Codec.text();
    }

    @Override
    public Codec<String> toParent() {
      return Codec.text();
    }

    @Override
    public void run(MessagePipe<String, String> parent) throws Exception {
      while (true) {
        String message = parent.receive();
        switch (message) {
          case "return" -> {
            return;
          }
          case "fail" -> throw new IllegalStateException("told to fail");
          case "fill the common pool" -> fillTheCommonPool();
          case "hub" -> parent.send(Hub.current().carrierMode().kind().toString());
          case "variable" -> parent.send(String.valueOf(System.getenv("CELADON_TEST")));
          case "socket" -> parent.send(System.getenv("CELADON_CHILD_SOCKET"));
          case "other pipe" -> receiveOfAnotherPipe();
          case "sleep" -> Greenlets.sleep(Duration.ofDays(1));
          default -> parent.send(message);
        }
      }
    }
  }

  /** So that nobody hears of anything by it. */
  private static void fillTheCommonPool() {
    for (int i = 0; i < 64; i++) {
      ForkJoinPool.commonPool().execute(ChildProcessTest::sleep);
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(Duration.ofDays(1)); // what else waits makes the pool add threads
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void receiveOfAnotherPipe() throws IOException {
    try (var ends = MessagePipe.pair(Codec.text(), Codec.text())) {
      ends.left().close();
      String _ = ends.right().receive();
    }
  }

  /** Starts a child of its own, tells its process id, and is busy for ever. */
  public static final class Parent implements ChildMain<String, Long> {
    @Override
    public Codec<String> fromParent() {
      return Codec.text();
    }

    @Override
    public Codec<Long> toParent() {
      return Codec.serialized(Long.class);
    }

    @Override
    public void run(MessagePipe<String, Long> parent) throws Exception {
      ChildProcess<String, String> child = ChildProcess.start(Echo.class);
      child.send("fill the common pool");
      child.send("sleep");
      parent.send(child.process().pid());
      Greenlets.sleep(Duration.ofDays(1));
    }
  }

  public static final class Mute implements ChildMain<String, String> {
    public Mute() throws InterruptedException {
      if (System.getenv("CELADON_CHILD_SOCKET") != null) {
        Thread.sleep(60_000);
      }
    }

    @Override
    public Codec<String> fromParent() {
      return Codec.text();
    }

    @Override
    public Codec<String> toParent() {
      return Codec.text();
    }

    @Override
    public void run(MessagePipe<String, String> parent) {}
  }

  @Test
  void messagesGoBothWaysAndTheEndIsSeen() throws Exception {
    Hub.run(
        () -> {
          ChildOptions options = ChildOptions.defaults().withVariables(Map.of("CELADON_TEST", "v"));
          try (ChildProcess<String, String> child = ChildProcess.start(Echo.class, options)) {
            child.send("socket");
            assertFalse(Files.exists(Path.of(child.receive()).getParent()));
            child.send("hello");
            assertEquals("hello", child.receive());
            assertNull(child.receive(SHORT));
            child.send("variable");
            assertEquals("v", child.receive());
            child.send("hub");
            assertEquals(Hub.current().carrierMode().kind().toString(), child.receive());
            String much = "x".repeat(3_000_000);
            Greenlet<?> sender = Greenlets.spawn(() -> child.send(much));
            assertEquals(much, child.receive());
            sender.result();
            assertTrue(child.isAlive());
            child.send("return");
            assertEquals(0, child.waitFor());
            assertThrows(MessagePipeClosed.class, child::receive);
            assertThrows(
                MessagePipeClosed.class,
                () -> {
                  while (true) {
                    child.send("x");
                  }
                });
            assertEquals(OptionalInt.empty(), child.exitSignal());
          }
        });
  }

  @Test
  void closingThePipeEndsAChildThatListens() throws Exception {
    Hub.run(
        () -> {
          ChildProcess<String, String> child = ChildProcess.start(Echo.class);
          assertEquals(List.of(), Greenlets.waitAll(List.of(child), SHORT));
          child.close();
          assertEquals(0, child.exitCode());
          assertEquals(List.of(child), Greenlets.waitAll(List.of(child)));
          child.close();
        });
  }

  @Test
  void aFailureIsInTheExitCodeAndOnTheErrorStream() throws Exception {
    Hub.run(
        () -> {
          ChildOptions options = ChildOptions.defaults().withStderr(Stdio.PIPE);
          try (ChildProcess<String, String> child = ChildProcess.start(Echo.class, options)) {
            child.send("fail");
            assertTrue(
                child.process().communicate().stderrText().contains("told to fail"), "the trace");
            assertEquals(1, child.exitCode());
          }
        });
  }

  @Test
  void theEndOfAnotherPipeIsAFailureLikeAnyOther() throws Exception {
    Hub.run(
        () -> {
          ChildOptions options = ChildOptions.defaults().withStderr(Stdio.DISCARD);
          try (ChildProcess<String, String> child = ChildProcess.start(Echo.class, options)) {
            child.send("other pipe");
            assertEquals(1, child.waitFor());
          }
        });
  }

  @Test
  void aChildDiesWithItsParent() throws Exception {
    Hub.run(
        () -> {
          ProcessHandle grandchild;
          try (ChildProcess<Long, String> child = ChildProcess.start(Parent.class)) {
            grandchild = ProcessHandle.of(child.receive()).orElseThrow();
            assertTrue(grandchild.isAlive());
            child.kill();
            assertEquals(OptionalInt.of(9), child.waitFor() == 137 ? child.exitSignal() : null);
          }
          while (grandchild.isAlive()) {
            Greenlets.sleep(Duration.ofMillis(10));
          }
        });
  }

  @Test
  void aChildThatNeverCallsIsNotWaitedForForEver() throws Exception {
    Hub.run(
        () -> {
          ChildOptions options = ChildOptions.defaults().withStartTimeout(Duration.ofMillis(300));
          assertThrows(SocketTimeoutException.class, () -> ChildProcess.start(Mute.class, options));
          IOException atOnce =
              assertThrows(
                  IOException.class,
                  () ->
                      ChildProcess.start(
                          Echo.class,
                          ChildOptions.defaults()
                              .withStderr(Stdio.DISCARD)
                              .withStdout(Stdio.DISCARD)
                              .withJvmArguments("-XX:NoSuchOption")));
          assertTrue(atOnce.getMessage().contains("has ended before it called its parent"));
        });
  }
}

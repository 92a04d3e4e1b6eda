package dev.celadon.backdoor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.process.CompletedProcess;
import dev.celadon.process.Subprocess;
import dev.celadon.sync.Event;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackdoorServerTest {

  private final List<String> reports = Collections.synchronizedList(new ArrayList<>());

  @TempDir Path folder;

  private interface Visit {
    void to(BackdoorServer server) throws Exception;
  }

  private void visit(Map<String, ?> variables, Visit visit) throws Exception {
    BackdoorServer server = new BackdoorServer(0, variables);
    visit(server, visit);
  }

  private void visit(BackdoorServer server, Visit visit) throws Exception {
    Hub.run(
        HubOptions.defaults()
            .withName("shop")
            .withErrorHandler((source, failure) -> reports.add(source + ": " + failure)),
        () -> {
          try (server) {
            server.start();
            visit.to(server);
          }
          assertEquals(0, server.sessions());
        });
    assertEquals(List.of(), reports);
  }

  private static BackdoorServer impatient() {
    return new BackdoorServer(
        LocalAddress.ofPort(0), Map.of("stuck", new Event()), null, Duration.ofMillis(1));
  }

  // --- What a session can do

  @Test
  void evaluatesWhatIsTyped() throws Exception {
    visit(
        Map.of(),
        server -> {
          try (BackdoorClient client = new BackdoorClient(server)) {
            assertTrue(client.banner().contains("Hub[shop]"), client.banner());
            assertEquals("$1 ==> 42\n", client.ask("6 * 7"));
            assertEquals(
                "s ==> \"caf\u00e9\"\n".length() + 1, client.ask("var s = \"café\"").length());
            assertEquals("$2 ==> 43\n", client.ask("$1 + 1"));
            assertEquals(
                "twice(int) is defined\n", client.ask("int twice(int x) { return 2 * x; }"));
            assertEquals("$3 ==> 6\n$4 ==> 8\n", client.ask("twice(3); twice(4)"));
            assertEquals("", client.ask(""));
            assertEquals("Point is defined\n", client.ask("record Point(int x) {}"));
            assertEquals("$5 ==> Point[x=1]\n", client.ask("new Point(1)"));
          }
        });
  }

  @Test
  void aSnippetMayHaveSeveralLines() throws Exception {
    visit(
        Map.of(),
        server -> {
          try (BackdoorClient client = new BackdoorClient(server)) {
            client.send("int sum(int to) {\n  int sum = 0;\n");
            assertEquals("... ", client.readUntil("... ") + "... ");
            assertEquals("", client.readUntil("... "));
            client.send("  for (int i = 1; i <= to; i++) {\n    sum += i;\n  }\n  return sum;\n");
            for (int line = 0; line < 4; line++) {
              assertEquals("", client.readUntil("... "));
            }
            assertEquals("sum(int) is defined\n", client.ask("}"));
            assertEquals("$1 ==> 55\n", client.ask("sum(10)"));
            client.send("if (true) {\n");
            assertEquals("", client.readUntil("... "));
            assertEquals("", client.ask("/cancel"));
            assertEquals("$2 ==> 1\n", client.ask("1"));
          }
        });
  }

  @Test
  void whatIsWrongIsToldToTheClientOnly() throws Exception {
    visit(
        Map.of(),
        server -> {
          try (BackdoorClient client = new BackdoorClient(server)) {
            String unknown = client.ask("nothing + 1");
            assertTrue(unknown.startsWith("error: cannot find symbol"), unknown);
            assertTrue(unknown.contains("at: nothing"), unknown);
            assertTrue(client.ask("1 +* 2").startsWith("error: "));
            client.ask("void fail() { throw new IllegalStateException(\"boom\"); }");
            assertEquals(
                "java.lang.IllegalStateException: boom\n    at fail of a snippet\n",
                client.ask("fail()"));
            String deep = client.ask("throw new RuntimeException(new Error(\"inner\"))");
            assertTrue(deep.contains("\nCaused by: java.lang.Error: inner\n"), deep);
            assertEquals("f() waits for method g()\n", client.ask("int f() { return g(); }"));
            assertEquals("f() waits for method g()\n", client.ask("f()"));
            String silent =
                client.ask("new Object() { public String toString() { throw new Error(\"x\"); } }");
            assertTrue(silent.contains("toString threw java.lang.Error: x"), silent);
          }
        });
  }

  @Test
  void whatSnippetsPrintGoesToTheirClient() throws Exception {
    visit(
        Map.of(),
        server -> {
          try (BackdoorClient one = new BackdoorClient(server);
              BackdoorClient other = new BackdoorClient(server)) {
            assertEquals("to one\n", one.ask("System.out.println(\"to one\")"));
            assertEquals("to other\n", other.ask("System.err.println(\"to other\")"));
            assertEquals("3\n", one.ask("out.println(3)"));
            assertEquals(
                "in a lambda\n", one.ask("onHub(() -> { System.out.println(\"in a lambda\"); })"));
          }
        });
  }

  @Test
  void printingDoesNotWaitForTheClient() throws Exception {
    visit(
        Map.of(),
        server -> {
          try (BackdoorClient client = new BackdoorClient(server)) {
            client.ask("var line = \"x\".repeat(1 << 16)");
            String much =
                client.ask("onHub(() -> { for (int i = 0; i < 100; i++) out.println(line); })");
            assertTrue(
                much.contains(" bytes were dropped: read faster]"), much.length() + " characters");
            assertEquals("$1 ==> 1\n", client.ask("1"));
          }
        });
  }

  // --- Variables

  /** Not public: a snippet knows it by its interface. */
  private record Hidden(String name) implements Comparable<Hidden> {
    @Override
    public int compareTo(Hidden other) {
      return name.compareTo(other.name);
    }
  }

  @Test
  void sharedVariablesAreTheProgramsOwnObjects() throws Exception {
    AtomicInteger counter = new AtomicInteger(1);
    Map<String, Object> variables =
        Map.of("counter", counter, "names", List.of("a"), "hidden", new Hidden("h"));
    visit(
        variables,
        server -> {
          try (BackdoorClient client = new BackdoorClient(server)) {
            assertTrue(client.banner().contains("counter"), client.banner());
            assertEquals("$1 ==> 2\n", client.ask("counter.incrementAndGet()"));
            assertEquals(2, counter.get());
            assertEquals("$2 ==> 1\n", client.ask("names.size()"));
            assertEquals("$3 ==> 0\n", client.ask("hidden.compareTo(hidden)"));
            assertEquals("hidden ==> Hidden[name=h]\n", client.ask("hidden"));
          }
        });
  }

  @Test
  void eachSessionHasItsOwnNamespace() throws Exception {
    visit(
        Map.of("counter", new AtomicInteger()),
        server -> {
          try (BackdoorClient one = new BackdoorClient(server);
              BackdoorClient other = new BackdoorClient(server)) {
            assertEquals(2, server.sessions());
            assertEquals("mine ==> 1\n", one.ask("int mine = 1"));
            assertTrue(other.ask("mine").startsWith("error: cannot find symbol"));
            assertEquals("counter ==> 7\n", one.ask("counter = new AtomicInteger(7)"));
            assertEquals("counter ==> 0\n", other.ask("counter"));
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"2nd", "a-b", "class", "_", "", "a.b"})
  void namesThatAreNoneAreRefused(String name) {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> new BackdoorServer(0, Map.of(name, "x")));
    assertEquals(
        "\"" + name + "\" is no name of a variable: give one of letters and digits",
        refused.getMessage());
  }

  @Test
  void theTypeOfAVariableIsTheFirstThatCanBeNamed() {
    assertEquals(AtomicInteger.class, SharedVariables.nameableType(new AtomicInteger()));
    assertEquals(List.class, SharedVariables.nameableType(List.of("a")));
    assertEquals(int[].class, SharedVariables.nameableType(new int[0]));
    Runnable lambda = () -> {};
    assertEquals(Runnable.class, SharedVariables.nameableType(lambda));
    assertEquals(Record.class, SharedVariables.nameableType(new Nameless()));
    assertEquals(Object.class, SharedVariables.nameableType(new Hidden[0]));
  }

  private record Nameless() {}

  // --- The hub

  @Test
  void snippetsReachTheHub() throws Exception {
    visit(
        Map.of(),
        server -> {
          Event leave = new Event();
          Greenlet<?> waiting = Greenlets.spawn(() -> leave.waitUntilSet()).named("guest");
          try (BackdoorClient client = new BackdoorClient(server)) {
            assertEquals("$1 ==> \"shop\"\n", client.ask("hub.name()"));
            assertEquals("$2 ==> true\n", client.ask("onHub(() -> Hub.current() == hub)"));
            assertEquals("$3 ==> false\n", client.ask("hub.inHub()"));
            String tree = client.ask("greenlets()");
            assertTrue(tree.contains("guest, spawned at "), tree);
            assertTrue(tree.contains("reader of backdoor-1"), tree);
            assertTrue(
                client
                    .ask("onHub(() -> { throw new Error(\"there\"); })")
                    .startsWith("java.lang.Error: there\n"));
          }
          leave.set();
          waiting.join();
        });
  }

  @Test
  void aLoopThatNeverEndsHoldsNobodyUpAndEndsWithItsSession() throws Exception {
    visit(
        impatient(),
        server -> {
          BackdoorClient client = new BackdoorClient(server);
          Thread evaluator = evaluator();
          client.send(
              "while (true) { System.out.println(\"runs\"); try { Thread.sleep(1); } catch"
                  + " (InterruptedException e) {} }\n");
          client.readUntil("runs\n");
          for (int beat = 0; beat < 10; beat++) {
            Greenlets.sleep(Duration.ofMillis(1)); // the hub goes on
          }
          assertTrue(evaluator.isAlive());
          client.close();
          awaitEnd(evaluator);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "while (true);",
        "Thread.sleep(Long.MAX_VALUE)",
        "for (;;) try { Thread.sleep(Long.MAX_VALUE); } catch (Throwable t) {}",
        "onHub(() -> stuck.waitUntilSet())",
        "class C { int loop(int n) { return n < 0 ? 0 : loop(0); } }\n"
            + "for (;;) try { new C().loop(1); } catch (Error e) {}"
      })
  void stopEndsSessionsAndWhatTheyRun(String snippet) throws Exception {
    visit(
        impatient(),
        server -> {
          BackdoorClient client = new BackdoorClient(server);
          Thread evaluator = evaluator();
          client.send("out.println(\"begun\");" + snippet + "\n");
          client.readUntil("begun\n");
          server.stop();
          awaitEnd(evaluator);
          client.close();
        });
  }

  @Test
  void theEndOfTheHubEndsSessions() throws Exception {
    BackdoorServer server = impatient();
    Thread[] evaluator = {null};
    Hub.run(
        () -> {
          server.start();
          BackdoorClient client = new BackdoorClient(server);
          evaluator[0] = evaluator();
          client.send("out.println(\"begun\"); while (true);\n");
          client.readUntil("begun\n");
        });
    assertTrue(evaluator[0].join(Duration.ofSeconds(10)));
    assertEquals(List.of(), reports);
  }

  // --- The end of a session

  @Test
  void quitEndsTheSessionOnly() throws Exception {
    visit(
        Map.of(),
        server -> {
          for (String word : List.of("quit", "exit()", "/exit")) {
            try (BackdoorClient client = new BackdoorClient(server)) {
              Thread evaluator = evaluator();
              client.send(" " + word + " \n");
              assertEquals("", client.readAll());
              awaitEnd(evaluator);
            }
          }
        });
  }

  @Test
  void whatCameBeforeTheEndOfTheStreamIsAnswered() throws Exception {
    visit(
        Map.of(),
        server -> {
          try (BackdoorClient client = new BackdoorClient(server)) {
            client.send("int x = 20;\nx + 1\nx + 2");
            client.endInput();
            assertEquals("x ==> 20\n>>> $1 ==> 21\n>>> $2 ==> 22\n>>> ", client.readAll());
          }
        });
  }

  @Test
  void greenletsThatASnippetHasSpawnedGoOn() throws Exception {
    Event told = new Event();
    Event go = new Event();
    visit(
        Map.of("told", told, "go", go),
        server -> {
          try (BackdoorClient client = new BackdoorClient(server)) {
            client.ask(
                "onHub(() -> { Greenlets.spawn(() -> { go.waitUntilSet(); System.out.println(1);"
                    + " told.set(); }); })");
            client.send("quit\n");
            assertEquals("", client.readAll());
          }
          go.set();
          told.waitUntilSet();
        });
  }

  @Test
  void noThreadAndNoDescriptorIsLeft() throws Exception {
    visit(
        Map.of(),
        server -> {
          askOnce(server); // opens what the JDK keeps once and for all
          long before = descriptors();
          for (int i = 0; i < 3; i++) {
            askOnce(server);
          }
          long after = descriptors();
          assertTrue(after <= before, after + " after " + before);
        });
  }

  private static void askOnce(BackdoorServer server) throws Exception {
    try (BackdoorClient client = new BackdoorClient(server)) {
      Thread evaluator = evaluator();
      assertEquals("$1 ==> 1\n", client.ask("1"));
      client.send("quit\n");
      assertEquals("", client.readAll());
      awaitEnd(evaluator);
    }
  }

  private static long descriptors() {
    String[] open = new File("/proc/self/fd").list();
    return open == null ? 0 : open.length;
  }

  /** The thread of the only session. */
  private static Thread evaluator() {
    List<Thread> found =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("backdoor-"))
            .toList();
    assertEquals(1, found.size(), () -> found.toString());
    return found.getFirst();
  }

  private static void awaitEnd(Thread thread) {
    while (thread.isAlive()) {
      Greenlets.sleep(Duration.ofMillis(1)); // bounded by the time limit of the tests
    }
  }

  // --- Who may come

  @Test
  void onlyThisMachineMayCome() throws Exception {
    for (SocketAddress address :
        List.of(
            new InetSocketAddress(0),
            new InetSocketAddress("::", 7001),
            new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}), 7001),
            InetSocketAddress.createUnresolved("example.org", 7001))) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> new BackdoorServer(address, Map.of()))
              .getMessage();
      assertTrue(message.contains(address.toString()), message);
      assertTrue(message.contains("whoever connects runs any code"), message);
    }
    assertEquals(
        LocalAddress.ofPort(7001),
        LocalAddress.check(InetSocketAddress.createUnresolved("LocalHost", 7001)));
    InetSocketAddress six = new InetSocketAddress(InetAddress.ofLiteral("::1"), 7001);
    assertEquals(six, LocalAddress.check(six));
  }

  @Test
  void listensInTheUnixDomainForItsOwnerOnly() throws Exception {
    Path file = folder.resolve("backdoor");
    BackdoorServer unix = new BackdoorServer(UnixDomainSocketAddress.of(file), Map.of(), "welcome");
    visit(
        unix,
        server -> {
          assertEquals(
              "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
          try (BackdoorClient client = new BackdoorClient(server)) {
            assertEquals("welcome\n", client.banner());
            assertEquals("$1 ==> 1\n", client.ask("1"));
          }
        });
    assertFalse(Files.exists(file));
  }

  @Test
  void aBrowserIsNoClient() throws Exception {
    AtomicInteger counter = new AtomicInteger();
    visit(
        Map.of("counter", counter),
        server -> {
          try (BackdoorClient client = new BackdoorClient(server)) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\n\r\ncounter.incrementAndGet()\r\n");
            assertEquals("this is no web server\n", client.readAll());
          }
          assertEquals(0, counter.get());
        });
  }

  /** What a program without a shell does; run in a JVM that has none. */
  public static final class WithoutShell {
    private WithoutShell() {}

    public static void main(String[] arguments) {
      try {
        BackdoorServer _ = new BackdoorServer(0, Map.of("class", "x"));
      } catch (UnsupportedOperationException e) {
        System.out.print(e.getMessage());
      }
    }
  }

  @Test
  void aProgramWithoutTheShellIsToldWhatToAdd() throws Exception {
    CompletedProcess run =
        Subprocess.run(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--limit-modules",
            "java.base,java.management,jdk.jfr,jdk.unsupported",
            "-cp",
            System.getProperty("java.class.path"),
            WithoutShell.class.getName());
    assertEquals(
        "the backdoor needs the module jdk.jshell, which this program runs without: start it with"
            + " --add-modules jdk.jshell on a JDK, or give that option to jlink",
        run.stdoutText());
  }
}

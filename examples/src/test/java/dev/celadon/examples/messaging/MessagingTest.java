package dev.celadon.examples.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.Greenlets;
import dev.celadon.examples.messaging.Request.Side;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.sync.Event;
import dev.celadon.zeromq.ContextOptions;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqSocket;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;

class MessagingTest {

  private static final String MORE = "; examples/run messaging --help tells more";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) throws Exception {
    return Messaging.run(
        args, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), new Event());
  }

  // --- The command line

  @Test
  void itsOwnClientsAreAllAnsweredRightlyOneAtATime() throws Exception {
    assertEquals(0, run("--clients", "50", "--seconds", "1", "--millis", "20"));
    String printed = out.toString(UTF_8);
    assertTrue(printed.contains("(most 50)"), printed);
    assertTrue(printed.contains("running most 1 "), printed);
    assertTrue(printed.matches("(?s).*\\d+ answers came, 0 wrong\\R"), printed);
    assertEquals("", err.toString(UTF_8));
  }

  @Test
  void helpIsGiven() throws Exception {
    assertEquals(0, run("--help"));
    assertTrue(out.toString(UTF_8).startsWith("usage: examples/run messaging"));
  }

  @Test
  void badOptionsAreRefusedInOneClearLine() throws Exception {
    assertRefused("messaging: there is no option --fast" + MORE, "--fast");
    assertRefused("messaging: --clients needs a value" + MORE, "--clients");
    assertRefused(
        "messaging: --clients takes a number from 1 to 10000, not '0'" + MORE, "--clients", "0");
    assertRefused(
        "messaging: --millis takes a number from 0 to 600000, not 'many'" + MORE,
        "--millis",
        "many");
    assertRefused(
        "messaging: --serve brings no clients of its own, so it takes no other option" + MORE,
        "--serve",
        "tcp://127.0.0.1:1",
        "--clients",
        "1");
  }

  @Test
  void anUnusableEndpointIsRefusedInOneClearLine() throws Exception {
    for (String endpoint : List.of("nonsense", "tcp://127.0.0.1", "ipc:///x", "udp://1:2")) {
      err.reset();
      assertEquals(2, run("--serve", endpoint), endpoint);
      String printed = err.toString(UTF_8);
      assertTrue(printed.startsWith("messaging: ") && printed.contains(endpoint), printed);
      assertEquals(1, printed.lines().count(), printed);
    }
    try (ServerSocket taken = new ServerSocket(0)) {
      err.reset();
      assertEquals(2, run("--serve", "tcp://127.0.0.1:" + taken.getLocalPort()));
      assertTrue(err.toString(UTF_8).contains("in use"), err.toString(UTF_8));
    }
  }

  private void assertRefused(String line, String... args) throws Exception {
    err.reset();
    assertEquals(2, run(args));
    assertEquals(line, err.toString(UTF_8).strip());
  }

  // --- The service

  private interface Conversation {
    void with(Service service, ZmqContext context) throws Exception;
  }

  private static void serving(Conversation conversation) throws Exception {
    Hub.run(
        () -> {
          ContextOptions options = ContextOptions.defaults().withLinger(Duration.ofSeconds(2));
          try (ZmqContext context = ZmqContext.open(options);
              Service service = new Service(context, "tcp://127.0.0.1:*")) {
            conversation.with(service, context);
          }
        });
  }

  private static String ask(ZmqContext context, Service service, String request) {
    try (ZmqSocket client = context.socket(SocketType.REQ)) {
      client.connect(service.endpoint());
      client.send(request);
      return client.recvString(Duration.ofSeconds(20));
    }
  }

  @Test
  void aMalformedRequestIsAnsweredAndTheServiceGoesOn() throws Exception {
    serving(
        (service, context) -> {
          String answer = ask(context, service, "nonsense");
          assertTrue(answer.startsWith("error: expected 'java MILLIS'"), answer);
          assertEquals("java done 1", ask(context, service, "java 1"));
          assertEquals("kotlin done 1", ask(context, service, "kotlin 1"));
          assertEquals(1, service.activity().malformed());
        });
  }

  @Test
  void clientsThatVanishOrSayNothingHarmNobody() throws Exception {
    serving(
        (service, context) -> {
          int port = Integer.parseInt(service.endpoint().replaceAll(".*:", ""));
          try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), port);
              Socket rude = new Socket(InetAddress.getLoopbackAddress(), port)) {
            rude.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
            try (ZmqSocket vanishing = context.socket(SocketType.REQ)) {
              vanishing.options().linger(Duration.ofSeconds(1));
              vanishing.connect(service.endpoint());
              vanishing.send("java 50");
            }
            try (ZmqSocket idle = context.socket(SocketType.REQ)) {
              idle.connect(service.endpoint());
              assertEquals("kotlin done 100", ask(context, service, "kotlin 100"));
              assertEquals("java done 100", ask(context, service, "java 100"));
            }
            assertTrue(silent.isConnected());
          }
        });
  }

  @Test
  void stoppingAnswersWhatWasTaken() throws Exception {
    List<Greenlet<String>> answers = new ArrayList<>();
    Hub.run(
        () -> {
          ContextOptions options = ContextOptions.defaults().withLinger(Duration.ofSeconds(2));
          try (ZmqContext context = ZmqContext.open(options)) {
            Service service = new Service(context, "tcp://127.0.0.1:*");
            for (int i = 0; i < 20; i++) {
              String side = i % 2 == 0 ? "java" : "kotlin";
              answers.add(Greenlets.spawn(() -> ask(context, service, side + " 300")));
            }
            while (service.activity().inFlight() < 20) {
              Greenlets.sleep(Duration.ofMillis(1));
            }
            service.close();
            assertEquals(0, service.activity().inFlight());
            for (Greenlet<String> answer : answers) {
              assertTrue(answer.result().endsWith(" done 300"), answer.result());
            }
          }
        });
  }

  @Test
  void stoppingTellsThoseWhoWouldWaitTooLong() throws Exception {
    Hub.run(
        () -> {
          ContextOptions options = ContextOptions.defaults().withLinger(Duration.ofSeconds(2));
          try (ZmqContext context = ZmqContext.open(options)) {
            Service service = new Service(context, "tcp://127.0.0.1:*");
            Greenlet<String> java = Greenlets.spawn(() -> ask(context, service, "java 600000"));
            Greenlet<String> kotlin = Greenlets.spawn(() -> ask(context, service, "kotlin 600000"));
            while (service.activity().inFlight() < 2) {
              Greenlets.sleep(Duration.ofMillis(1));
            }
            service.close();
            String refusal = "error: the service stopped before the answer";
            assertEquals(refusal, java.result());
            assertEquals(refusal, kotlin.result());
            assertEquals(2, service.activity().refusals());
          }
        });
  }

  @Test
  void fiftyThousandRequestsLeaveNothingBehind() throws Exception {
    int clients = 50;
    int each = 1_000;
    serving(
        (service, context) -> {
          assertEquals("java done 0", ask(context, service, "java 0")); // classes and sockets warm
          settle();
          int greenletsBefore = Hub.current().liveGreenlets();
          long filesBefore = openFiles();
          List<Greenlet<?>> greenlets = new ArrayList<>();
          for (int c = 0; c < clients; c++) {
            int number = c;
            greenlets.add(Greenlets.spawn(() -> converse(context, service, number, each)));
          }
          for (Greenlet<?> greenlet : greenlets) {
            greenlet.result();
          }
          Activity activity = service.activity();
          assertEquals(
              1L + (long) clients * each,
              activity.answered(Side.JAVA) + activity.answered(Side.KOTLIN));
          assertEquals(0, activity.inFlight());
          assertEquals(1, activity.mostRunning());
          settle();
          assertEquals(greenletsBefore, Hub.current().liveGreenlets());
          for (int i = 0; i < 200 && openFiles() > filesBefore; i++) {
            Greenlets.sleep(Duration.ofMillis(10)); // closed sockets are reaped behind the scenes
          }
          assertTrue(openFiles() <= filesBefore, openFiles() + " files open, were " + filesBefore);
        });
  }

  private static void converse(ZmqContext context, Service service, int number, int times) {
    try (ZmqSocket client = context.socket(SocketType.REQ)) {
      client.connect(service.endpoint());
      for (int i = 0; i < times; i++) {
        String side = (number + i) % 2 == 0 ? "java" : "kotlin";
        client.send(side + " 0");
        assertEquals(side + " done 0", client.recvString(Duration.ofSeconds(20)));
      }
    }
  }

  private static void settle() {
    for (int i = 0; i < 20; i++) {
      Greenlets.sleep(Duration.ofMillis(1));
    }
  }

  private static long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  // --- Outside clients

  @Test
  void twoHundredClientsOfLibzmqAreAnsweredAtTheSameTime() throws Exception {
    Path script = Path.of("src", "test", "python", "req_clients.py");
    assumeTrue(hasPythonZmq(), "skipped: needs Debian's python3-zmq");
    serving(
        (service, context) -> {
          List<Process> processes = new ArrayList<>();
          for (int p = 0; p < 4; p++) {
            processes.add(
                new ProcessBuilder(
                        "/usr/bin/python3", script.toString(), service.endpoint(), "50", "6000")
                    .redirectErrorStream(true)
                    .start());
          }
          for (Process process : processes) {
            process.onExit().get(); // gives the turn to the service
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertTrue(output.startsWith("50 "), output);
          }
          Activity activity = service.activity();
          assertEquals(100, activity.answered(Side.JAVA));
          assertEquals(100, activity.answered(Side.KOTLIN));
          assertEquals(200, activity.mostInFlight());
          assertEquals(1, activity.mostRunning());
        });
  }

  private static boolean hasPythonZmq() throws InterruptedException {
    try {
      return new ProcessBuilder("/usr/bin/python3", "-c", "import zmq").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aTerminatedServiceStopsCleanlyWithStatusZero() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens",
                "java.base/java.lang=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.celadon.examples.Examples",
                "messaging",
                "--serve",
                "tcp://127.0.0.1:*")
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      String serving = lines.readLine();
      while (serving != null && !serving.startsWith("serving at ")) {
        serving = lines.readLine();
      }
      String endpoint = serving.replaceAll("serving at (.*); interrupt to stop", "$1");
      Hub.run(
          () -> {
            try (ZmqContext context = ZmqContext.open();
                ZmqSocket client = context.socket(SocketType.DEALER)) {
              client.connect(endpoint);
              client.send("java 500");
              client.send("java 0");
              assertEquals("java done 0", client.recvString(Duration.ofSeconds(20)));
              process.toHandle().destroy(); // the first request was taken before the second
              assertEquals("java done 500", client.recvString(Duration.ofSeconds(20)));
            }
          });
      assertEquals(0, process.waitFor());
      List<String> rest = lines.readAllLines();
      assertTrue(rest.getLast().startsWith("stopped: java 2 "), rest.toString());
    } finally {
      process.destroyForcibly();
    }
  }
}

package dev.celadon.zeromq;

import static dev.celadon.Greenlets.spawn;
import static dev.celadon.zeromq.OnHub.LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.hub.Hub;
import dev.celadon.sync.AsyncResult;
import dev.celadon.threadpool.ThreadPool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.zeromq.SocketType;

/** The page docs/guide/zeromq.md: its samples run, and the tests that it names exist. */
class ZmqGuideTest {

  private static final Path PAGE = Path.of("../docs/guide/zeromq.md");
  private static final Path THIS = Path.of("src/test/java/dev/celadon/zeromq/ZmqGuideTest.java");

  @Test
  void hello() throws Exception {
    assertEquals(
        "hello world\n",
        printed(
            () ->
                Hub.run(
                    () -> {
                      try (ZmqContext context = ZmqContext.open()) {
                        ZmqSocket server = context.socket(SocketType.REP);
                        String endpoint = server.bind("tcp://127.0.0.1:*");
                        spawn(
                            () -> {
                              while (true) {
                                server.send("hello " + server.recvString());
                              }
                            });
                        ZmqSocket client = context.socket(SocketType.REQ);
                        client.connect(endpoint);
                        client.send("world");
                        IO.println(client.recvString(Duration.ofSeconds(1)));
                      }
                    })));
  }

  @Test
  void requests() throws Exception {
    assertEquals(
        "answer\n",
        printed(
            () ->
                OnHub.run(
                    IoMode.HUB,
                    context -> {
                      String one = answering(context);
                      String two = answering(context);
                      RequestOptions options =
                          RequestOptions.defaults()
                              .withAttempts(3)
                              .withAttemptTimeout(Duration.ofSeconds(1));
                      try (var servers = RequestMultiplexer.connect(context, options, one, two)) {
                        IO.println(servers.request("question"));
                      }
                    })));
  }

  private static String answering(ZmqContext context) {
    ZmqSocket server = context.socket(SocketType.REP);
    spawn(
        () -> {
          while (true) {
            assertEquals("question", server.recvString());
            server.send("answer");
          }
        });
    return server.bind("tcp://127.0.0.1:*");
  }

  @Test
  void security() throws Exception {
    OnHub.run(
        IoMode.HUB,
        context -> {
          ZmqSocket server = context.socket(SocketType.REP);
          ZmqSocket client = context.socket(SocketType.REQ);
          CurveKeys serverKeys = CurveKeys.generate();
          CurveKeys clientKeys = CurveKeys.generate();
          Authenticator authenticator =
              Authenticator.open(context).curve(AuthCheck.keys(List.of(clientKeys.publicOnly())));
          server.options().curveServer(serverKeys);
          client.options().curveClient(clientKeys, serverKeys.publicOnly());
          client.connect(server.bind("tcp://127.0.0.1:*"));
          client.send("secret");
          assertEquals("secret", server.recvString(LONG));
          authenticator.close();
        });
  }

  @Test
  void whatGoesWrongIsCalledAsThePageSays() throws Exception {
    List<String> thrown = new ArrayList<>();
    OnHub.run(
        IoMode.HUB,
        context -> {
          ZmqSocket server = context.socket(SocketType.REP);
          String endpoint = server.bind("tcp://127.0.0.1:*");
          ZmqSocket closed = context.socket(SocketType.PULL);
          closed.close();
          thrown.add(nameOfFailure(closed::recv));
          thrown.add(nameOfFailure(() -> server.recv(Duration.ZERO)));
          thrown.add(nameOfFailure(() -> server.send("unasked")));
          thrown.add(nameOfFailure(() -> context.socket(SocketType.REP).bind(endpoint)));
          ZmqSocket router = context.socket(SocketType.ROUTER);
          router.options().routerMandatory(true);
          thrown.add(nameOfFailure(() -> router.send(ZmqMessage.of("nobody", "hello"))));
          try (ZmqContext other = ZmqContext.open()) {
            ZmqSocket _ = other.socket(SocketType.PULL);
            thrown.add(nameOfFailure(() -> other.term(Duration.ZERO)));
          }
          thrown.add(ThreadPool.offload(() -> nameOfFailure(server::recv)));
          AsyncResult<String> inCallback = new AsyncResult<>();
          context.hub().runCallback(() -> inCallback.set(nameOfFailure(server::recv)));
          thrown.add(inCallback.result());

          ZmqSocket lonely = context.socket(SocketType.REQ);
          lonely.connect("tcp://127.0.0.1:1"); // nobody is there
          assertFalse(lonely.awaitConnected(OnHub.SHORT));
        });
    List<String> told =
        Pattern.compile("(?m)^\\| .+ \\| `(\\w+)` \\|$")
            .matcher(section("What goes wrong, and what it is called"))
            .results()
            .map(row -> row.group(1))
            .toList();
    assertEquals(told, thrown);
  }

  private static String nameOfFailure(Executable call) {
    return assertThrows(RuntimeException.class, call).getClass().getSimpleName();
  }

  private static String section(String title) throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf("\n## " + title + "\n");
    assertTrue(start >= 0, title);
    return page.substring(start, page.indexOf("\n## ", start + 1));
  }

  @Test
  void samplesOfThePageAreThoseAbove() throws Exception {
    String here = withoutLayout(Files.readString(THIS));
    Matcher samples =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
    int found = 0;
    while (samples.find()) {
      assertTrue(here.contains(withoutLayout(samples.group(1))), samples::group);
      found++;
    }
    assertEquals(3, found);
  }

  private static String withoutLayout(String code) {
    return code.replaceAll("\\s+", "");
  }

  @Test
  void testsThatThePageNamesExist() throws Exception {
    Matcher rows = Pattern.compile("\\| `(\\w+Test)\\.(\\w+)` \\|").matcher(Files.readString(PAGE));
    int found = 0;
    while (rows.find()) {
      Class<?> test = find(rows.group(1));
      assertTrue(
          Arrays.stream(test.getDeclaredMethods())
              .anyMatch(method -> method.getName().equals(rows.group(2))),
          rows::group);
      found++;
    }
    assertTrue(found >= 35, "rows: " + found);
  }

  private static Class<?> find(String name) throws ClassNotFoundException {
    boolean isDropIn = name.startsWith("DropIn") || name.startsWith("Outside");
    return Class.forName((isDropIn ? "dev.celadon.jeromq." : "dev.celadon.zeromq.") + name);
  }

  private interface Body {
    void run() throws Exception;
  }

  private static String printed(Body body) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, UTF_8));
    try {
      body.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(UTF_8);
  }
}

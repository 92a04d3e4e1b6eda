package dev.celadon;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.backdoor.BackdoorServer;
import dev.celadon.backdoor.BackdoorSession;
import dev.celadon.dns.Dns;
import dev.celadon.file.ConsoleInput;
import dev.celadon.file.FileObject;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Iwait;
import dev.celadon.greenlet.Shield;
import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.CarrierMode;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.LoopExit;
import dev.celadon.hub.Strand;
import dev.celadon.net.DatagramServer;
import dev.celadon.net.ServerGroup;
import dev.celadon.net.ServerOptions;
import dev.celadon.net.SocketPair;
import dev.celadon.net.StreamServer;
import dev.celadon.net.StreamSocket;
import dev.celadon.net.TlsIdentity;
import dev.celadon.net.TlsOptions;
import dev.celadon.net.TlsSocket;
import dev.celadon.pool.Group;
import dev.celadon.pool.Pool;
import dev.celadon.pool.TaskGroup;
import dev.celadon.process.ChildMain;
import dev.celadon.process.ChildOptions;
import dev.celadon.process.ChildProcess;
import dev.celadon.process.Codec;
import dev.celadon.process.MessagePipe;
import dev.celadon.process.Stdio;
import dev.celadon.process.Subprocess;
import dev.celadon.process.SubprocessOptions;
import dev.celadon.queue.Queue;
import dev.celadon.select.HubSelector;
import dev.celadon.select.Poll;
import dev.celadon.signal.ShutdownOptions;
import dev.celadon.signal.Signals;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.Barrier;
import dev.celadon.sync.BoundedSemaphore;
import dev.celadon.sync.Condition;
import dev.celadon.sync.CountDownLatch;
import dev.celadon.sync.Event;
import dev.celadon.sync.RLock;
import dev.celadon.sync.ReadWriteLock;
import dev.celadon.sync.Semaphore;
import dev.celadon.threadpool.Offloaded;
import dev.celadon.threadpool.ThreadPool;
import dev.celadon.threadpool.ThreadPoolOptions;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page of likely mistakes says what happens: each one is made here. */
@SuppressWarnings({"NullAway", "LockNotBeforeTry", "WaitNotInLoop", "try"}) // mistakes
class MisuseTest {

  private static final Path PAGE = Path.of("..", "docs", "reference", "misuse.md");
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** A line of the page; dots in the message stand for anything. */
  record Row(String mistake, String thrown, String message) {
    @Override
    public String toString() {
      return mistake;
    }
  }

  /** How each mistake is made, in a greenlet called worker; or by a plain thread. */
  private static final Map<String, Executable> IN_A_GREENLET = new LinkedHashMap<>();

  private static final Map<String, Executable> ON_A_THREAD = new LinkedHashMap<>();

  static {
    waits();
    hubs();
    closedHubs();
    greenlets();
    flagsAndPermits();
    locks();
    queues();
    pools();
    threadPools();
    names();
    tls();
    processes();
    signalsAndFiles();
    network();
    backdoor();
    ON_A_THREAD.put("explore without a seed", () -> Simulation.explore(0, () -> {}));
    IN_A_GREENLET.put(
        "a share beyond 1", () -> Hub.current().statistics().lateness().percentileNanos(99));
    IN_A_GREENLET.put("watch a channel that blocks", MisuseTest::watchABlockingChannel);
    channels();
  }

  private static void channels() {
    IN_A_GREENLET.put(
        "poll a channel for what it cannot do",
        () -> new Poll().register(Pipe.open().source(), SelectionKey.OP_WRITE));
    IN_A_GREENLET.put(
        "poll a channel that blocks",
        () -> new Poll().register(Pipe.open().source(), SelectionKey.OP_READ));
    IN_A_GREENLET.put(
        "take out what is not registered", () -> new Poll().unregister(Pipe.open().source()));
    IN_A_GREENLET.put(
        "wait twice in one poll",
        () -> {
          Poll poll = new Poll();
          twice(poll::poll);
        });
    IN_A_GREENLET.put(
        "use the poll of another hub",
        () -> {
          try (Hub other = Hub.start("other")) {
            int _ = Greenlet.spawn(other, Poll::new).get().poll().size();
          }
        });
    IN_A_GREENLET.put(
        "select twice from one selector",
        () -> {
          Selector selector = HubSelector.open();
          twice(selector::select);
        });
  }

  private static void twice(Callable<?> wait) throws Throwable {
    Greenlet<?> first = Greenlets.spawn(wait);
    Greenlets.yieldNow();
    try {
      wait.call();
    } finally {
      first.kill();
    }
  }

  private static void waits() {
    IN_A_GREENLET.put("wait in a callback", () -> inCallback(() -> new Event().waitUntilSet()));
    IN_A_GREENLET.put("sleep in a callback", () -> inCallback(() -> Greenlets.sleep(SECOND)));
    IN_A_GREENLET.put(
        "start a timeout in a callback", () -> inCallback(() -> Timeout.start(SECOND)));
    IN_A_GREENLET.put(
        "`Group.apply` in a callback", () -> inCallback(() -> new Group().apply(() -> "x")));
    IN_A_GREENLET.put(
        "`ThreadPool.apply` in a callback",
        () -> inCallback(() -> offload("p", 0).apply(() -> "x")));
    IN_A_GREENLET.put("wait for one's own end", () -> myself().join());
    IN_A_GREENLET.put("ask for one's own result", () -> myself().result());
    ON_A_THREAD.put(
        "wait for what nobody can bring",
        () -> Hub.run(options().withLoopExit(LoopExit.When.DRAINED), () -> forever()));
  }

  private static void hubs() {
    IN_A_GREENLET.put("`Hub.run` inside a greenlet", () -> Hub.run(() -> "x"));
    ON_A_THREAD.put(
        "a hub for a foreign virtual thread",
        () -> on(Thread.ofVirtual().name("foreign"), Hub::current));
    IN_A_GREENLET.put("close one's own hub", () -> Hub.current().close());
    ON_A_THREAD.put("close the hub of another thread", MisuseTest::closeTheHubOfAnotherThread);
    ON_A_THREAD.put(
        "join a hub from outside",
        () -> {
          try (Hub hub = Hub.start("service")) {
            on(Thread.ofPlatform().name("plain"), () -> hub.join(SECOND));
          }
        });
    IN_A_GREENLET.put("unref without ref", () -> Hub.current().unref());
    IN_A_GREENLET.put(
        "throw into the lane", () -> inCallback(() -> Strand.current().throwIn(new Error())));
    ON_A_THREAD.put(
        "throw into a thread without a hub",
        () -> on(Thread.ofPlatform().name("plain"), () -> Strand.current().throwIn(new Error())));
    ON_A_THREAD.put("a batch limit of zero", () -> options().withBatchLimit(Duration.ZERO));
    ON_A_THREAD.put(
        "a negative close timeout", () -> options().withCloseTimeout(Duration.ofSeconds(-1)));
    ON_A_THREAD.put("an unknown carrier mode", MisuseTest::chooseAnUnknownMode);
  }

  private static void closedHubs() {
    ON_A_THREAD.put("spawn on a closed hub", () -> Greenlet.spawn(closed(), () -> "x"));
    ON_A_THREAD.put("a callback on a closed hub", () -> closed().runCallback(() -> {}));
    ON_A_THREAD.put("a close hook on a closed hub", () -> closed().onClose(() -> {}));
  }

  private static class Bodiless extends Greenlet<String> {}

  private static void greenlets() {
    IN_A_GREENLET.put("spawn null", () -> Greenlets.spawn((dev.celadon.hub.Body) null));
    IN_A_GREENLET.put("kill oneself", () -> myself().kill());
    IN_A_GREENLET.put(
        "a subclass without `run`",
        () -> {
          Bodiless greenlet = new Bodiless();
          greenlet.start();
          greenlet.result();
        });
    IN_A_GREENLET.put("start a timeout twice", () -> Timeout.start(SECOND).start());
    IN_A_GREENLET.put(
        "start a closed timeout",
        () -> {
          Timeout timeout = new Timeout(SECOND);
          timeout.close();
          timeout.start();
        });
    IN_A_GREENLET.put(
        "close somebody else's timeout",
        () -> {
          Timeout timeout = Timeout.start(SECOND);
          inOther(timeout::close);
        });
    IN_A_GREENLET.put(
        "close somebody else's shield",
        () -> {
          try (Shield shield = Shield.open()) {
            inOther(shield::close);
          }
        });
    IN_A_GREENLET.put("unshield without shield", () -> Strand.current().unshield());
    IN_A_GREENLET.put("a negative count", () -> Greenlets.iwait(List.of(), -1, SECOND));
    IN_A_GREENLET.put(
        "go on with a closed iwait",
        () -> {
          Iwait<Event> closed = Greenlets.iwait(List.of(new Event()));
          closed.close();
          closed.iterator().next();
        });
  }

  private static void flagsAndPermits() {
    ON_A_THREAD.put("a semaphore below zero", () -> new Semaphore(-1));
    IN_A_GREENLET.put("release too often", () -> new BoundedSemaphore(2).release());
    ON_A_THREAD.put("a barrier for nobody", () -> new Barrier(0));
    ON_A_THREAD.put("a latch below zero", () -> new CountDownLatch(-1));
    IN_A_GREENLET.put(
        "link a result to what runs",
        () -> new AsyncResult<>().accept(Greenlets.spawn(() -> "x").named("other")));
  }

  private static void locks() {
    IN_A_GREENLET.put("release a free lock", () -> new RLock().release());
    IN_A_GREENLET.put(
        "release somebody else's lock",
        () -> {
          RLock lock = new RLock();
          lock.acquire();
          inOther(lock::release);
        });
    IN_A_GREENLET.put(
        "wait for a condition without its lock", () -> new Condition().waitUntilSignalled());
    IN_A_GREENLET.put("signal without the lock", () -> new Condition().signal());
    IN_A_GREENLET.put(
        "go from reading to writing",
        () -> {
          ReadWriteLock lock = new ReadWriteLock();
          lock.readLock().lock();
          lock.writeLock().lock();
        });
    IN_A_GREENLET.put("unlock what is not locked", () -> new ReadWriteLock().readLock().unlock());
    IN_A_GREENLET.put(
        "a condition of a read-write lock",
        () -> {
          Lock lock = new ReadWriteLock().writeLock();
          lock.newCondition();
        });
  }

  private static void queues() {
    ON_A_THREAD.put("a queue of no capacity", () -> new Queue<>(0));
    IN_A_GREENLET.put("`setCapacity(-1)`", () -> new Queue<>(2).setCapacity(-1));
    IN_A_GREENLET.put("more items than fit", () -> new Queue<>(1, List.of("a", "b")));
    IN_A_GREENLET.put("put null", () -> new Queue<>().put(null));
    IN_A_GREENLET.put(
        "put after the shutdown",
        () -> {
          Queue<String> queue = new Queue<>();
          queue.shutdown();
          queue.put("late");
        });
    IN_A_GREENLET.put(
        "get after the shutdown",
        () -> {
          Queue<String> queue = new Queue<>();
          queue.shutdown();
          queue.get();
        });
    IN_A_GREENLET.put("`taskDone` too often", () -> new Queue<>().taskDone());
    IN_A_GREENLET.put(
        "drain a queue into itself",
        () -> {
          BlockingQueue<String> face = new Queue<String>().asBlockingQueue();
          face.drainTo(face);
        });
  }

  private static void pools() {
    ON_A_THREAD.put("a pool below zero", () -> new Pool(-1));
    IN_A_GREENLET.put("resize below zero", () -> new Pool(1).resize(-1));
    IN_A_GREENLET.put("a bound of nothing", () -> new Group().imap(List.of(1), item -> item, 0));
    IN_A_GREENLET.put(
        "go on behind the last result", () -> new Group().imap(List.of(), item -> item).next());
    IN_A_GREENLET.put(
        "spawn behind the end of a task group",
        () -> {
          TaskGroup over = TaskGroup.call(tasks -> tasks);
          over.spawn(() -> "late");
        });
    IN_A_GREENLET.put(
        "submit to a group's executor after its shutdown",
        () -> {
          ExecutorService executor = new Group().asExecutorService();
          executor.shutdown();
          executor.execute(() -> {});
        });
  }

  private static void threadPools() {
    ON_A_THREAD.put("a thread pool below zero", () -> new ThreadPool(-1));
    ON_A_THREAD.put(
        "a negative idle timeout",
        () -> ThreadPoolOptions.defaults().withIdleTimeout(Duration.ofSeconds(-1)));
    ON_A_THREAD.put(
        "a task after the shutdown",
        () -> {
          ThreadPool pool = offload("p", 1);
          pool.shutdown();
          pool.spawn(() -> "late");
        });
    ON_A_THREAD.put(
        "a task that waits for its own pool",
        () -> {
          try (ThreadPool pool = offload("p", 1)) {
            pool.apply(() -> pool.join());
          }
        });
    ON_A_THREAD.put("wrap what is no interface", () -> Offloaded.proxy(String.class, "x"));
  }

  private static void names() {
    ON_A_THREAD.put("look no name up", () -> Dns.lookup(""));
    ON_A_THREAD.put("look a name up with its port", () -> Dns.lookup("localhost:80"));
    ON_A_THREAD.put("an address in octal", () -> Dns.lookup("0x7f.1"));
    IN_A_GREENLET.put(
        "look a name up in a callback", () -> inCallback(() -> Dns.lookup("localhost")));
  }

  private static void signalsAndFiles() {
    IN_A_GREENLET.put("a signal of the JVM", () -> Signals.on("QUIT", () -> {}));
    IN_A_GREENLET.put("a signal that is none", () -> Signals.on("FOO", () -> {}));
    IN_A_GREENLET.put("a signal with SIG", () -> Signals.on("SIGTERM", () -> {}));
    ON_A_THREAD.put("wait for no signal", () -> Signals.waitFor());
    ON_A_THREAD.put(
        "a shutdown without time", () -> ShutdownOptions.defaults().withDeadline(Duration.ZERO));
    IN_A_GREENLET.put(
        "read a line in a callback",
        () -> inCallback(() -> ConsoleInput.of(InputStream.nullInputStream(), UTF_8).readLine()));
    ON_A_THREAD.put("a file position below zero", () -> withFile(UTF_8, file -> file.position(-1)));
    ON_A_THREAD.put("lines of UTF-16", () -> withFile(UTF_16, file -> file.readLine()));
  }

  private interface FileUse {
    void of(FileObject file) throws Exception;
  }

  private static void withFile(Charset charset, FileUse use) throws Exception {
    try (FileObject file = FileObject.open(PAGE, charset)) {
      use.of(file);
    }
  }

  private static void backdoor() {
    ON_A_THREAD.put(
        "a backdoor for everybody",
        () -> new BackdoorServer(new InetSocketAddress(7001), Map.of()));
    ON_A_THREAD.put(
        "a shared variable without a name", () -> new BackdoorServer(0, Map.of("no name", "x")));
    ON_A_THREAD.put(
        "a shared variable of the console's own", () -> new BackdoorServer(0, Map.of("hub", "x")));
    ON_A_THREAD.put("ask for a session outside of snippets", () -> BackdoorSession.current());
  }

  static List<Row> rows() throws Exception {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(PAGE, UTF_8)) {
      List<String> cells = Stream.of(line.split("\\|", -1)).map(String::strip).toList();
      if (cells.size() == 6 && cells.get(2).startsWith("`")) {
        rows.add(new Row(cells.get(1), unquote(cells.get(2)), unquote(cells.get(3))));
      }
    }
    return rows;
  }

  private static String unquote(String cell) {
    assertTrue(cell.startsWith("`") && cell.endsWith("`"), cell);
    return cell.substring(1, cell.length() - 1);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void failsAsThePageSays(Row row) throws Exception {
    Throwable thrown = make(row.mistake());
    assertEquals(row.thrown(), thrown.getClass().getSimpleName(), () -> thrown.toString());
    String pattern =
        Stream.of(row.message().split("…", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".+"));
    assertTrue(
        String.valueOf(thrown.getMessage()).matches(pattern),
        () -> "the page says: " + row.message() + "\nthe code says: " + thrown.getMessage());
  }

  @Test
  void everyMistakeStandsOnThePageOnce() throws Exception {
    List<String> listed = rows().stream().map(Row::mistake).toList();
    Set<String> made = new LinkedHashSet<>(IN_A_GREENLET.keySet());
    made.addAll(ON_A_THREAD.keySet());
    assertEquals(made, new LinkedHashSet<>(listed));
    assertEquals(made.size(), listed.size(), "each one once");
    assertTrue(listed.size() >= 25);
  }

  private static void network() {
    IN_A_GREENLET.put("a second reader", MisuseTest::readTwice);
    IN_A_GREENLET.put(
        "a negative time limit for a socket",
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            pair.first().setTimeout(Duration.ofSeconds(-1));
          }
        });
    ON_A_THREAD.put("connect to port 0", () -> StreamSocket.connect("localhost", 0));
    ON_A_THREAD.put("an address without a port", () -> new StreamServer("localhost", _ -> {}));
    ON_A_THREAD.put(
        "ask a server for its port too early",
        () -> new StreamServer("localhost:0", _ -> {}).port());
    IN_A_GREENLET.put(
        "start a server again",
        () -> {
          StreamServer server = new StreamServer("localhost:0", _ -> {});
          server.close();
          server.start();
        });
    ON_A_THREAD.put("no handlers at all", () -> ServerOptions.defaults().withMaxHandlers(0));
    ON_A_THREAD.put(
        "answer before the start",
        () ->
            new DatagramServer("localhost:0", _ -> {})
                .sendTo(ByteBuffer.allocate(1), new InetSocketAddress("localhost", 1)));
    ON_A_THREAD.put(
        "a group without a hub",
        () -> new ServerGroup(0, new InetSocketAddress("localhost", 0), _ -> {}));
  }

  private static void readTwice() throws Throwable {
    try (SocketPair pair = StreamSocket.pair()) {
      Greenlets.spawn(() -> pair.first().read(new byte[1])).named("other");
      Greenlets.yieldNow();
      int _ = pair.first().read(new byte[1]);
    }
  }

  private static Throwable make(String mistake) throws Exception {
    Executable onAThread = ON_A_THREAD.get(mistake);
    if (onAThread != null) {
      return assertThrows(Throwable.class, onAThread, mistake);
    }
    Executable inAGreenlet = IN_A_GREENLET.get(mistake);
    assertNotNull(inAGreenlet, () -> "nobody makes this mistake: " + mistake);
    Throwable[] thrown = new Throwable[1];
    Hub.run(
        options(),
        () -> {
          Greenlet<?> worker =
              new Greenlet<Boolean>(
                      Hub.current(),
                      () -> {
                        thrown[0] = assertThrows(Throwable.class, inAGreenlet, mistake);
                        return true;
                      })
                  .named("worker");
          worker.start();
          worker.result();
        });
    return thrown[0];
  }

  private static HubOptions options() {
    return HubOptions.defaults()
        .withClock(new VirtualClock())
        .withErrorHandler((_, _) -> {}); // the failures are looked at
  }

  private static void tls() {
    TlsOptions options = TlsOptions.defaults();
    IN_A_GREENLET.put(
        "a server without a key", () -> TlsSocket.server(StreamSocket.pair().first(), options));
    IN_A_GREENLET.put(
        "keys beside a context",
        () -> options.withContext(SSLContext.getDefault()).withInsecureTrustInAnybody());
    IN_A_GREENLET.put("trust in nobody", () -> options.withTrusted(List.of()));
    IN_A_GREENLET.put(
        "a key in another form", () -> TlsIdentity.ofPem("", "-----BEGIN RSA PRIVATE KEY-----"));
    IN_A_GREENLET.put("a protocol without a name", () -> options.withApplicationProtocols(""));
    IN_A_GREENLET.put(
        "a negative handshake timeout", () -> options.withHandshakeTimeout(SECOND.negated()));
  }

  private static void processes() {
    SubprocessOptions sleep = SubprocessOptions.of("sleep", "60").withPipes();
    IN_A_GREENLET.put(
        "a pipe that was not asked for", () -> with(command("true"), Subprocess::stdin));
    IN_A_GREENLET.put(
        "input for a child without a pipe",
        () -> with(command("true"), child -> child.communicate(new byte[1])));
    IN_A_GREENLET.put(
        "another input after a time out",
        () ->
            with(
                sleep,
                child -> {
                  assertThrows(
                      TimeoutException.class,
                      () -> child.communicate(new byte[] {1}, Duration.ZERO));
                  child.communicate(new byte[] {2});
                }));
    IN_A_GREENLET.put("an exit code before the end", () -> with(sleep, Subprocess::exitCode));
    IN_A_GREENLET.put("a signal zero", () -> with(sleep, child -> child.signal(0)));
    IN_A_GREENLET.put("no program", () -> command());
    IN_A_GREENLET.put("merge what is no error stream", () -> sleep.withStdout(Stdio.MERGED));
    IN_A_GREENLET.put("a negative close grace", () -> sleep.withCloseGrace(SECOND.negated()));
    IN_A_GREENLET.put(
        "start a program in a callback", () -> inCallback(() -> Subprocess.start("true")));
    IN_A_GREENLET.put(
        "a child's class that cannot be made", () -> ChildProcess.start(Hidden.class));
    IN_A_GREENLET.put(
        "the parent of no child", () -> MessagePipe.ofParent(Codec.text(), Codec.text()));
    IN_A_GREENLET.put("a message beyond the limit", MisuseTest::sendTooMuch);
    IN_A_GREENLET.put("a limit of nothing", () -> ChildOptions.defaults().withMaxMessageBytes(0));
  }

  static final class Hidden implements ChildMain<String, String> {
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

  private interface Mistake {
    void make(Subprocess child) throws Throwable;
  }

  private static SubprocessOptions command(String... command) {
    return SubprocessOptions.of(command);
  }

  private static void with(SubprocessOptions options, Mistake mistake) throws Throwable {
    try (Subprocess child = Subprocess.start(options)) {
      mistake.make(child);
    }
  }

  private static void sendTooMuch() throws Throwable {
    try (var ends = MessagePipe.pair(Codec.bytes(), Codec.bytes())) {
      ends.left().send(new byte[16 * 1024 * 1024 + 1]);
    }
  }

  private static Greenlet<?> myself() {
    return (Greenlet<?>) Greenlets.current();
  }

  private static void forever() {
    new Event().waitUntilSet();
  }

  private static Hub closed() {
    Hub hub = Hub.start("service");
    hub.close();
    return hub;
  }

  private static ThreadPool offload(String name, int size) {
    return new ThreadPool(ThreadPoolOptions.defaults().withName(name).withMaxSize(size));
  }

  /** What the call throws in a callback, thrown here. */
  private static void inCallback(Executable call) throws Throwable {
    AsyncResult<Throwable> thrown = new AsyncResult<>();
    Hub.current().runCallback(() -> thrown.set(assertThrows(Throwable.class, call)));
    throw thrown.result();
  }

  /** What the call throws in another greenlet, thrown here. */
  private static void inOther(Executable call) throws Throwable {
    Greenlet<Throwable> other = Greenlets.spawn(() -> assertThrows(Throwable.class, call));
    throw other.named("other").result();
  }

  /** What the call throws on another thread, thrown here. */
  private static void on(Thread.Builder builder, Executable call) throws Throwable {
    Throwable[] thrown = new Throwable[1];
    builder.start(() -> thrown[0] = assertThrows(Throwable.class, call)).join();
    throw thrown[0];
  }

  private static void closeTheHubOfAnotherThread() throws Throwable {
    Hub[] hub = new Hub[1];
    Thread.ofPlatform().name("other").start(() -> hub[0] = Hub.current()).join();
    on(Thread.ofPlatform().name("plain"), hub[0]::close);
  }

  private static void chooseAnUnknownMode() throws Throwable {
    Method choose = CarrierMode.class.getDeclaredMethod("choose", String.class);
    choose.setAccessible(true);
    try {
      Object _ = choose.invoke(null, "fast");
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void watchABlockingChannel() throws Throwable {
    Pipe pipe = Pipe.open();
    try (Pipe.SourceChannel source = pipe.source();
        Pipe.SinkChannel sink = pipe.sink()) {
      assertFalse(sink.isOpen() && Hub.current().loop().watch(source).isValid());
    }
  }
}

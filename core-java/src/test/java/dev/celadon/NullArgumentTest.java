package dev.celadon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.celadon.dns.Dns;
import dev.celadon.dns.HostsFile;
import dev.celadon.dns.PlatformDns;
import dev.celadon.greenlet.ContextSnapshot;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.GreenletLocal;
import dev.celadon.greenlet.GreenletScope;
import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubLocal;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.JdkPollers;
import dev.celadon.monkey.Monkey;
import dev.celadon.monkey.PatchedPart.Part;
import dev.celadon.net.DatagramServer;
import dev.celadon.net.ServerGroup;
import dev.celadon.net.ServerOptions;
import dev.celadon.net.SocketHandler;
import dev.celadon.net.StreamListener;
import dev.celadon.net.StreamServer;
import dev.celadon.net.StreamSocket;
import dev.celadon.net.UdpSocket;
import dev.celadon.pool.BiMapping;
import dev.celadon.pool.Group;
import dev.celadon.pool.Mapping;
import dev.celadon.pool.Pool;
import dev.celadon.pool.TaskGroup;
import dev.celadon.process.ChildOptions;
import dev.celadon.process.ChildProcess;
import dev.celadon.process.Codec;
import dev.celadon.process.MessagePipe;
import dev.celadon.process.Stdio;
import dev.celadon.process.Subprocess;
import dev.celadon.process.SubprocessOptions;
import dev.celadon.queue.Channel;
import dev.celadon.queue.PriorityQueue;
import dev.celadon.queue.Queue;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.Condition;
import dev.celadon.sync.Event;
import dev.celadon.sync.RLock;
import dev.celadon.sync.Semaphore;
import dev.celadon.threadpool.Offloaded;
import dev.celadon.threadpool.ThreadPool;
import dev.celadon.threadpool.ThreadPoolOptions;
import java.io.ObjectInputFilter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Null where something is needed fails in the call itself, and the message is what is missing. */
@SuppressWarnings({"NullAway", "DataFlowIssue", "CheckReturnValue"}) // nulls are the subject
class NullArgumentTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Callable<String> NO_CALLABLE = null;
  private static final Body NO_BODY = null;
  private static final Duration NO_TIME = null;
  private static final Hub NO_HUB = null;
  private static final Collection<Greenlet<?>> NOBODY = null;
  private static final HubOptions NO_OPTIONS = null;

  private static final List<Greenlet<?>> sleepers = new ArrayList<>();

  /** A call that gets null for the parameter of this name. */
  record Call(String parameter, String name, Executable call) {
    @Override
    public String toString() {
      return name + ": " + parameter;
    }
  }

  static Stream<Call> calls() {
    return Stream.of(
            hubs(),
            hubOptions(),
            spawns(),
            ends(),
            waits(),
            greenlets(),
            context(),
            locks(),
            queues(),
            pools(),
            spreading(),
            threadPools(),
            names(),
            processes(),
            network(),
            servers())
        .flatMap(calls -> calls);
  }

  private static final SocketHandler NO_HANDLER = null;
  private static final InetSocketAddress SOMEWHERE = InetSocketAddress.createUnresolved("x", 1);

  private static Stream<Call> network() {
    return Stream.of(
        new Call("host", "StreamSocket.connect", () -> StreamSocket.connect(null, 1)),
        new Call("address", "StreamSocket.connect", () -> StreamSocket.connect(null)),
        new Call("address", "StreamListener.bind", () -> StreamListener.bind(null)),
        new Call("options", "StreamListener.bind", () -> StreamListener.bind(SOMEWHERE, null)),
        new Call("address", "UdpSocket.bind", () -> UdpSocket.bind(null)),
        new Call("peer", "UdpSocket.connect", () -> UdpSocket.connect(null)));
  }

  private static Stream<Call> servers() {
    ServerOptions options = ServerOptions.defaults();
    SocketHandler handler = _ -> {};
    StreamServer server = new StreamServer(SOMEWHERE, handler);
    DatagramServer datagrams = new DatagramServer(SOMEWHERE, _ -> {});
    return Stream.of(
        new Call("address", "StreamServer", () -> new StreamServer((String) null, handler)),
        new Call(
            "listener", "StreamServer", () -> new StreamServer((StreamListener) null, handler)),
        new Call("handler", "StreamServer", () -> new StreamServer(SOMEWHERE, NO_HANDLER)),
        new Call("options", "StreamServer", () -> new StreamServer(SOMEWHERE, handler, null)),
        new Call("hub", "StreamServer.start", () -> server.start(NO_HUB)),
        new Call("duration", "StreamServer.stop", () -> server.stop(NO_TIME)),
        new Call("handler", "DatagramServer", () -> new DatagramServer(SOMEWHERE, null)),
        new Call("hub", "DatagramServer.start", () -> datagrams.start(NO_HUB)),
        new Call("duration", "DatagramServer.stop", () -> datagrams.stop(NO_TIME)),
        new Call("data", "DatagramServer.sendTo", () -> datagrams.sendTo(null, SOMEWHERE)),
        new Call("address", "ServerGroup", () -> new ServerGroup(1, null, handler)),
        new Call("handler", "ServerGroup", () -> new ServerGroup(1, SOMEWHERE, NO_HANDLER)),
        new Call("spawn", "ServerOptions.withSpawn", () -> options.withSpawn(null)),
        new Call("pool", "ServerOptions.withPool", () -> options.withPool(null)),
        new Call("executor", "ServerOptions.withExecutor", () -> options.withExecutor(null)),
        new Call("minDelay", "ServerOptions.withDelays", () -> options.withDelays(null, SECOND)),
        new Call("maxDelay", "ServerOptions.withDelays", () -> options.withDelays(SECOND, null)),
        new Call("stopTimeout", "withStopTimeout", () -> options.withStopTimeout(null)),
        new Call("listen", "ServerOptions.withListen", () -> options.withListen(null)),
        new Call("wrapping", "ServerOptions.withWrapping", () -> options.withWrapping(null)),
        new Call("source", "Hub.reportFailure", () -> hub().reportFailure(null, new Error())),
        new Call("failure", "Hub.reportFailure", () -> hub().reportFailure("x", null)));
  }

  private static Stream<Call> hubs() {
    return Stream.of(
        new Call("body", "Hub.run", () -> Hub.run(NO_CALLABLE)),
        new Call("body", "Hub.run of a body", () -> Hub.run(NO_BODY)),
        new Call("body", "Hub.run", () -> Hub.run(HubOptions.defaults(), NO_BODY)),
        new Call("options", "Hub.run", () -> Hub.run(NO_OPTIONS, () -> {})),
        new Call("name", "Hub.start", () -> Hub.start((String) null)),
        new Call("options", "Hub.start", () -> Hub.start(NO_OPTIONS)),
        new Call("body", "Hub.spawnRaw", () -> hub().spawnRaw(null)),
        new Call("task", "Hub.execute", () -> hub().execute(null)),
        new Call("callback", "Hub.runCallback", () -> hub().runCallback(null)),
        new Call("callback", "Hub.runCallbackLater", () -> hub().runCallbackLater(1, null)),
        new Call("task", "Hub.submit", () -> hub().submit(null)),
        new Call("body", "Hub.threadFactory", () -> hub().threadFactory().newThread(null)),
        new Call("duration", "Hub.join", () -> hub().join(null)),
        new Call("hook", "Hub.onClose", () -> hub().onClose(null)),
        new Call("observer", "Hub.addObserver", () -> hub().addObserver(null)),
        new Call("hub", "Monkey.patchAll", () -> Monkey.patchAll(NO_HUB)),
        new Call("parts", "Monkey.patch", () -> Monkey.patch(hub(), (Part[]) null)),
        new Call("part", "Monkey.isPatched", () -> Monkey.isPatched(null)),
        new Call("hub", "JdkPollers.giveTo", () -> JdkPollers.giveTo(NO_HUB)),
        new Call("hub", "JdkPollers.takeBack", () -> JdkPollers.takeBack(NO_HUB)),
        new Call("initial", "HubLocal", () -> new HubLocal<>(null)),
        new Call("body", "Simulation.run", () -> Simulation.run(1, null)),
        new Call("body", "Simulation.explore", () -> Simulation.explore(1, null)));
  }

  private static Stream<Call> hubOptions() {
    HubOptions options = HubOptions.defaults();
    return Stream.of(
        new Call("name", "HubOptions.withName", () -> options.withName(null)),
        new Call("clock", "HubOptions.withClock", () -> options.withClock(null)),
        new Call("order", "HubOptions.withOrder", () -> options.withOrder(null)),
        new Call("batchLimit", "HubOptions.withBatchLimit", () -> options.withBatchLimit(null)),
        new Call("closeTimeout", "withCloseTimeout", () -> options.withCloseTimeout(null)),
        new Call("loopExit", "HubOptions.withLoopExit", () -> options.withLoopExit(null)),
        new Call("errorHandler", "withErrorHandler", () -> options.withErrorHandler(null)));
  }

  private static Stream<Call> spawns() {
    return Stream.of(
        new Call("body", "Greenlets.spawn", () -> Greenlets.spawn(NO_CALLABLE)),
        new Call("body", "Greenlets.spawn of a body", () -> Greenlets.spawn(NO_BODY)),
        new Call("hub", "Greenlet.spawn", () -> Greenlet.spawn(NO_HUB, () -> "x")),
        new Call("hub", "Greenlet.unstarted", () -> Greenlet.unstarted(NO_HUB, () -> {})),
        new Call("body", "Greenlets.spawnLater", () -> Greenlets.spawnLater(SECOND, NO_BODY)),
        new Call("duration", "Greenlets.spawnLater", () -> Greenlets.spawnLater(null, () -> "x")),
        new Call("duration", "spawnLaterLocal", () -> Greenlets.spawnLaterLocal(null, () -> "x")),
        new Call("body", "spawnLaterLocal", () -> Greenlets.spawnLaterLocal(SECOND, null)),
        new Call("body", "Greenlets.spawnRaw", () -> Greenlets.spawnRaw(null)),
        new Call("duration", "Greenlet.startLater", () -> unstarted().startLater(null)),
        new Call("callback", "addSpawnCallback", () -> Greenlet.addSpawnCallback(null)),
        new Call("name", "Greenlet.named", () -> unstarted().named(null)));
  }

  private static Stream<Call> ends() {
    return Stream.of(
        new Call("greenlet", "Greenlets.kill", () -> Greenlets.kill(null)),
        new Call("thrown", "Greenlets.kill", () -> Greenlets.kill(sleeper(), null)),
        new Call("thrown", "Greenlet.kill", () -> sleeper().kill((Throwable) null)),
        new Call("thrown", "Greenlet.kill of itself", () -> myself().kill((Throwable) null)),
        new Call("thrown", "Greenlet.killAsync", () -> sleeper().killAsync(null)),
        new Call("thrown", "Greenlet.kill in time", () -> sleeper().kill(null, SECOND)),
        new Call("duration", "Greenlet.kill", () -> sleeper().kill(NO_TIME)),
        new Call("greenlets", "Greenlets.killAll", () -> Greenlets.killAll(NOBODY)),
        new Call("duration", "Greenlets.killAll", () -> Greenlets.killAll(List.of(), NO_TIME)),
        new Call("thrown", "killAll", () -> Greenlets.killAll(List.of(), (Supplier<Error>) null)),
        new Call("greenlets", "killAllAsync", () -> Greenlets.killAllAsync(NOBODY)),
        new Call("greenlets", "Greenlets.joinAll", () -> Greenlets.joinAll(NOBODY)),
        new Call("greenlets", "joinAll in time", () -> Greenlets.joinAll(NOBODY, SECOND)),
        new Call("duration", "Greenlets.joinAll", () -> Greenlets.joinAll(List.of(), NO_TIME)),
        new Call("greenlets", "joinAllOrThrow", () -> Greenlets.joinAllOrThrow(NOBODY)),
        new Call("thrown", "Group.kill", () -> new Group().kill((Throwable) null)),
        new Call("thrown", "Group.killAsync", () -> new Group().killAsync(null)));
  }

  private static Stream<Call> waits() {
    return Stream.of(
        new Call("duration", "Greenlets.sleep", () -> Greenlets.sleep(null)),
        new Call("objects", "Greenlets.waitAll", () -> Greenlets.waitAll(NOBODY)),
        new Call("objects", "Greenlets.iwait", () -> Greenlets.iwait(NOBODY)),
        new Call("duration", "Greenlets.iwait", () -> Greenlets.iwait(List.of(), 1, null)),
        new Call("duration", "Greenlets.waitAll of a hub", () -> Greenlets.waitAll(NO_TIME)),
        new Call("duration", "Timeout", () -> new Timeout(null)),
        new Call("instead", "Timeout", () -> new Timeout(SECOND, null)),
        new Call("duration", "Timeout.start", () -> Timeout.start(null)),
        new Call("duration", "Greenlets.withTimeout", () -> Greenlets.withTimeout(null, () -> "x")),
        new Call("body", "Greenlets.withTimeout", () -> Greenlets.withTimeout(SECOND, null)),
        new Call("body", "withTimeout", () -> Greenlets.withTimeout(SECOND, "y", NO_CALLABLE)),
        new Call("body", "withTimeoutOrNull", () -> Timeout.withTimeoutOrNull(SECOND, null)),
        new Call("duration", "Greenlet.join", () -> sleeper().join(null)),
        new Call("duration", "Greenlet.result", () -> sleeper().result(null)));
  }

  private static Stream<Call> greenlets() {
    return Stream.of(
        new Call("link", "Greenlet.link", () -> sleeper().link(null)),
        new Call("link", "Greenlet.linkValue", () -> sleeper().linkValue(null)),
        new Call("link", "Greenlet.linkException", () -> sleeper().linkException(null)),
        new Call("link", "Greenlet.rawLink", () -> sleeper().rawLink(null)),
        new Call("body", "Greenlet.joinAfter", () -> sleeper().joinAfter(null)),
        new Call("greenlet", "GreenletScope", () -> new GreenletScope(null)));
  }

  private static Stream<Call> context() {
    GreenletLocal<String> local = GreenletLocal.withInitial(() -> "x");
    ContextSnapshot snapshot = ContextSnapshot.capture();
    return Stream.of(
        new Call("initial", "GreenletLocal.withInitial", () -> GreenletLocal.withInitial(null)),
        new Call("body", "GreenletLocal.where", () -> local.where("y", NO_CALLABLE)),
        new Call("body", "GreenletLocal.where of a body", () -> local.where("y", NO_BODY)),
        new Call("local", "ContextSnapshot.with", () -> snapshot.with((GreenletLocal<?>) null)),
        new Call("value", "ContextSnapshot.with", () -> snapshot.with((ScopedValue<?>) null)),
        new Call("body", "ContextSnapshot.wrap", () -> snapshot.wrap(NO_CALLABLE)),
        new Call("body", "ContextSnapshot.wrap of a body", () -> snapshot.wrap(NO_BODY)),
        new Call("body", "Greenlets.wrapErrors", () -> Greenlets.wrapErrors(NO_CALLABLE)));
  }

  private static Stream<Call> locks() {
    return Stream.of(
        new Call("duration", "Event.waitUntilSet", () -> new Event().waitUntilSet(null)),
        new Call("callback", "Event.link", () -> new Event().link(null)),
        new Call("failure", "setException", () -> new AsyncResult<>().setException(null)),
        new Call("failure", "AsyncResult.tryFail", () -> new AsyncResult<>().tryFail(null)),
        new Call("done", "accept", () -> new AsyncResult<>().accept((Future<Object>) null)),
        new Call("stage", "fromFuture", () -> AsyncResult.fromFuture((CompletionStage<?>) null)),
        new Call("duration", "AsyncResult.result", () -> new AsyncResult<>().result(null)),
        new Call("duration", "Semaphore.acquire", () -> new Semaphore(1).acquire(null)),
        new Call("duration", "RLock.acquire", () -> new RLock().acquire(null)),
        new Call("lock", "Condition", () -> new Condition(null)),
        new Call("predicate", "waitUntil", () -> held().waitUntil((BooleanSupplier) null)),
        new Call("duration", "waitUntilSignalled", () -> held().waitUntilSignalled(null)));
  }

  private static Stream<Call> queues() {
    return Stream.of(
        new Call("item", "Queue.put", () -> new Queue<>().put(null)),
        new Call("item", "Queue.put in time", () -> new Queue<>().put(null, SECOND)),
        new Call("duration", "Queue.put", () -> new Queue<>().put("x", null)),
        new Call("item", "Queue.tryPut", () -> new Queue<>().tryPut(null)),
        new Call("item", "Queue.putBack", () -> new Queue<>().putBack(null)),
        new Call("taker", "Queue.putBack in turn", () -> new Queue<>().putBack("x", null)),
        new Call("duration", "Queue.get", () -> new Queue<>().get(null)),
        new Call("duration", "Queue.peek", () -> new Queue<>().peek(null)),
        new Call("duration", "Queue.join", () -> new Queue<>().join(null)),
        new Call("items", "Queue", () -> new Queue<>((Collection<String>) null)),
        new Call("order", "PriorityQueue", () -> new PriorityQueue<>(null)),
        new Call("item", "Channel.put", () -> new Channel<>().put(null)),
        new Call("item", "Channel.tryPut", () -> new Channel<>().tryPut(null)),
        new Call("duration", "Channel.get", () -> new Channel<>().get(null)),
        new Call("taker", "Channel.putBack in turn", () -> new Channel<>().putBack("x", null)));
  }

  private static Stream<Call> pools() {
    return Stream.of(
        new Call("body", "Group.spawn", () -> new Group().spawn(NO_CALLABLE)),
        new Call("body", "Group.spawn of a body", () -> new Group().spawn(NO_BODY)),
        new Call("hub", "Group.spawn", () -> new Group().spawn(NO_HUB, () -> "x")),
        new Call("greenlet", "Group.start", () -> new Group().start(null)),
        new Call("greenlet", "Group.add", () -> new Group().add(null)),
        new Call("duration", "Group.join", () -> new Group().join(null)),
        new Call("duration", "Group.kill", () -> new Group().kill(NO_TIME)),
        new Call("hub", "asExecutorService", () -> new Group().asExecutorService(null)),
        new Call("body", "Pool.trySpawn", () -> new Pool(1).trySpawn(NO_CALLABLE)),
        new Call("duration", "Pool.spawn", () -> new Pool(1).spawn(NO_TIME, () -> "x")),
        new Call("body", "Pool.spawn", () -> new Pool(1).spawn(SECOND, NO_BODY)),
        new Call("greenlet", "Pool.tryStart", () -> new Pool(1).tryStart(null)),
        new Call("greenlet", "Pool.tryAdd", () -> new Pool(1).tryAdd(null)),
        new Call("duration", "Pool.waitUntilFree", () -> new Pool(1).waitUntilFree(null)),
        new Call("block", "TaskGroup.run", () -> TaskGroup.run(null)),
        new Call("body", "TaskGroup.call", () -> TaskGroup.call(null)),
        new Call("body", "spawn", () -> TaskGroup.run(tasks -> tasks.spawn(NO_CALLABLE))));
  }

  private static Stream<Call> spreading() {
    Group group = new Group();
    Mapping<String, String> noMapping = null;
    BiMapping<String, String, String> noBiMapping = null;
    Mapping<String, String> same = item -> item;
    List<String> none = List.of();
    return Stream.of(
        new Call("body", "Group.apply", () -> group.apply(null)),
        new Call("body", "Group.applyAsync", () -> group.applyAsync(null)),
        new Call("callback", "Group.applyAsync", () -> group.applyAsync(() -> "x", null)),
        new Call("items", "Group.map", () -> group.map((List<String>) null, same)),
        new Call("mapping", "Group.map", () -> group.map(none, noMapping)),
        new Call("mapping", "Group.map of two", () -> group.map(none, none, noBiMapping)),
        new Call("items", "Group.mapAsync", () -> group.mapAsync((List<String>) null, same)),
        new Call("mapping", "Group.mapAsync", () -> group.mapAsync(none, noMapping)),
        new Call("callback", "Group.mapAsync", () -> group.mapAsync(none, same, null)),
        new Call("items", "Group.imap", () -> group.imap((List<String>) null, same)),
        new Call("mapping", "imapUnordered", () -> group.imapUnordered(none, noMapping)));
  }

  private static Stream<Call> threadPools() {
    ThreadPool pool = new ThreadPool(0);
    return Stream.of(
        new Call("options", "ThreadPool", () -> new ThreadPool((ThreadPoolOptions) null)),
        new Call("idleTimeout", "withIdleTimeout", () -> options().withIdleTimeout(null)),
        new Call("name", "ThreadPoolOptions.withName", () -> options().withName(null)),
        new Call("task", "ThreadPool.offload", () -> ThreadPool.offload(NO_CALLABLE)),
        new Call("task", "ThreadPool.spawn", () -> pool.spawn(NO_CALLABLE)),
        new Call("task", "ThreadPool.trySpawn", () -> pool.trySpawn(NO_BODY)),
        new Call("duration", "ThreadPool.spawn", () -> pool.spawn(() -> "x", null)),
        new Call("task", "ThreadPool.apply", () -> pool.apply(NO_CALLABLE)),
        new Call("duration", "ThreadPool.apply", () -> pool.apply(() -> "x", null)),
        new Call("task", "ThreadPool.applyAsync", () -> pool.applyAsync(null)),
        new Call("items", "ThreadPool.map", () -> pool.map(null, item -> item)),
        new Call("function", "ThreadPool.map", () -> pool.map(List.of(), null)),
        new Call("duration", "ThreadPool.join", () -> pool.join(null)),
        new Call("duration", "ThreadPool.kill", () -> pool.kill(null)),
        new Call("face", "Offloaded.proxy", () -> Offloaded.proxy(null, "x")),
        new Call("target", "Offloaded.proxy", () -> Offloaded.proxy(Comparable.class, null)),
        new Call("pool", "proxy", () -> Offloaded.proxy(Comparable.class, "x", null)));
  }

  private static Stream<Call> names() {
    return Stream.of(
        new Call("host", "Dns.lookup", () -> Dns.lookup(null)),
        new Call("host", "Dns.lookup in time", () -> Dns.lookup(null, SECOND)),
        new Call("duration", "Dns.lookup in time", () -> Dns.lookup("localhost", null)),
        new Call("host", "Dns.lookupFirst", () -> Dns.lookupFirst(null)),
        new Call("address", "Dns.reverse", () -> Dns.reverse(null)),
        new Call("host", "Dns.canonicalName", () -> Dns.canonicalName(null)),
        new Call("resolver", "Dns.use", () -> Dns.use(null)),
        new Call("resolver", "Dns.setDefault", () -> Dns.setDefault(null)),
        new Call("text", "HostsFile.parse", () -> HostsFile.parse(null)),
        new Call("file", "HostsFile.read", () -> HostsFile.read(null)),
        new Call("host", "HostsFile.find", () -> HostsFile.parse("").find(null)),
        new Call("builtIn", "PlatformDns.provide", () -> PlatformDns.provide(null)));
  }

  private static Stream<Call> processes() {
    SubprocessOptions options = SubprocessOptions.of("true");
    ChildOptions child = ChildOptions.defaults();
    byte[] nothing = {};
    return Stream.of(
        new Call("options", "Subprocess.start", () -> Subprocess.start((SubprocessOptions) null)),
        new Call("command", "Subprocess.start", () -> Subprocess.start((List<String>) null)),
        new Call("input", "Subprocess.run", () -> Subprocess.run(options, null, SECOND)),
        new Call("duration", "Subprocess.run", () -> Subprocess.run(options, nothing, null)),
        new Call("line", "Subprocess.output", () -> Subprocess.output(null)),
        new Call("directory", "withDirectory", () -> options.withDirectory(null)),
        new Call("variables", "withEnvironment", () -> options.withEnvironment(null)),
        new Call("name", "withVariable", () -> options.withVariable(null, "x")),
        new Call("value", "withVariable", () -> options.withVariable("x", null)),
        new Call("stdin", "withStdin", () -> options.withStdin(null)),
        new Call("stdout", "withStdout", () -> options.withStdout(null)),
        new Call("stderr", "withStderr", () -> options.withStderr(null)),
        new Call("closeGrace", "withCloseGrace", () -> options.withCloseGrace(null)),
        new Call("path", "Stdio.file", () -> Stdio.file(null)),
        new Call("main", "ChildProcess.start", () -> ChildProcess.start(null)),
        new Call("startTimeout", "withStartTimeout", () -> child.withStartTimeout(null)),
        new Call("incoming", "ofParent", () -> MessagePipe.ofParent(null, Codec.text())),
        new Call("outgoing", "ofParent", () -> MessagePipe.ofParent(Codec.text(), null)),
        new Call("leftward", "MessagePipe.pair", () -> MessagePipe.pair(null, Codec.text())),
        new Call("rightward", "MessagePipe.pair", () -> MessagePipe.pair(Codec.text(), null)),
        new Call("type", "Codec.serialized", () -> Codec.serialized(null)),
        new Call(
            "filter",
            "Codec.serialized",
            () -> Codec.serialized(String.class, (ObjectInputFilter) null)));
  }

  @AfterEach
  void forget() {
    sleepers.clear();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void isRefusedByName(Call call) throws Exception {
    Hub.run(
        HubOptions.defaults().withClock(new VirtualClock()),
        () -> {
          Greenlet<?> caller =
              Greenlets.spawn(
                  () -> {
                    NullPointerException refused =
                        assertThrows(NullPointerException.class, call.call(), call.name());
                    assertEquals(call.parameter(), refused.getMessage(), call.name());
                    Hub hub = Hub.current();
                    assertEquals(0, hub.loop().pendingTimers(), "nothing has begun");
                  });
          caller.result();
          Greenlets.yieldNow();
          for (Greenlet<?> sleeper : sleepers) {
            assertFalse(sleeper.isReady(), "nobody was killed");
          }
        });
  }

  private static Hub hub() {
    return Hub.current();
  }

  private static ThreadPoolOptions options() {
    return ThreadPoolOptions.defaults();
  }

  private static Greenlet<String> unstarted() {
    return new Greenlet<>(Hub.current(), () -> "x");
  }

  private static Greenlet<Boolean> sleeper() {
    Greenlet<Boolean> sleeper =
        Greenlets.spawn(
            () -> {
              new Event().waitUntilSet();
              return true;
            });
    Greenlets.yieldNow();
    sleepers.add(sleeper);
    return sleeper;
  }

  private static Greenlet<?> myself() {
    return (Greenlet<?>) Greenlets.current();
  }

  /** With its lock taken by the caller. */
  private static Condition held() {
    Condition condition = new Condition();
    condition.lock().acquire();
    return condition;
  }
}

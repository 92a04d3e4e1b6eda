package dev.celadon;

import static dev.celadon.Mistakes.inCallback;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.celadon.backdoor.BackdoorServer;
import dev.celadon.backdoor.BackdoorSession;
import dev.celadon.dns.Dns;
import dev.celadon.file.ConsoleInput;
import dev.celadon.file.FileObject;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.net.DatagramServer;
import dev.celadon.net.ServerGroup;
import dev.celadon.net.ServerOptions;
import dev.celadon.net.SocketPair;
import dev.celadon.net.StreamServer;
import dev.celadon.net.StreamSocket;
import dev.celadon.net.TlsIdentity;
import dev.celadon.net.TlsOptions;
import dev.celadon.net.TlsSocket;
import dev.celadon.process.ChildMain;
import dev.celadon.process.ChildOptions;
import dev.celadon.process.ChildProcess;
import dev.celadon.process.Codec;
import dev.celadon.process.MessagePipe;
import dev.celadon.process.Stdio;
import dev.celadon.process.Subprocess;
import dev.celadon.process.SubprocessOptions;
import dev.celadon.select.HubSelector;
import dev.celadon.select.Poll;
import dev.celadon.signal.ShutdownOptions;
import dev.celadon.signal.Signals;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** Mistakes with what is outside of the JVM. */
@SuppressWarnings({"NullAway", "try"}) // mistakes
final class OutsideMistakes {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private OutsideMistakes() {}

  static void addTo(Mistakes all) {
    names(all);
    tls(all);
    processes(all);
    signalsAndFiles(all);
    network(all);
    backdoor(all);
    channels(all);
    all.inAGreenlet("watch a channel that blocks", OutsideMistakes::watchABlockingChannel);
  }

  private static void names(Mistakes all) {
    all.onAThread("look no name up", () -> Dns.lookup(""));
    all.onAThread("look a name up with its port", () -> Dns.lookup("localhost:80"));
    all.onAThread("an address in octal", () -> Dns.lookup("0x7f.1"));
    all.inAGreenlet(
        "look a name up in a callback", () -> inCallback(() -> Dns.lookup("localhost")));
  }

  private static void tls(Mistakes all) {
    TlsOptions options = TlsOptions.defaults();
    all.inAGreenlet(
        "a server without a key", () -> TlsSocket.server(StreamSocket.pair().first(), options));
    all.inAGreenlet(
        "keys beside a context",
        () -> options.withContext(SSLContext.getDefault()).withInsecureTrustInAnybody());
    all.inAGreenlet("trust in nobody", () -> options.withTrusted(List.of()));
    all.inAGreenlet(
        "a key in another form", () -> TlsIdentity.ofPem("", "-----BEGIN RSA PRIVATE KEY-----"));
    all.inAGreenlet("a protocol without a name", () -> options.withApplicationProtocols(""));
    all.inAGreenlet(
        "a negative handshake timeout", () -> options.withHandshakeTimeout(SECOND.negated()));
  }

  private static void processes(Mistakes all) {
    SubprocessOptions sleep = SubprocessOptions.of("sleep", "60").withPipes();
    all.inAGreenlet(
        "a pipe that was not asked for", () -> with(command("true"), Subprocess::stdin));
    all.inAGreenlet(
        "input for a child without a pipe",
        () -> with(command("true"), child -> child.communicate(new byte[1])));
    all.inAGreenlet(
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
    all.inAGreenlet("an exit code before the end", () -> with(sleep, Subprocess::exitCode));
    all.inAGreenlet("a signal zero", () -> with(sleep, child -> child.signal(0)));
    all.inAGreenlet("no program", () -> command());
    all.inAGreenlet("merge what is no error stream", () -> sleep.withStdout(Stdio.MERGED));
    all.inAGreenlet("a negative close grace", () -> sleep.withCloseGrace(SECOND.negated()));
    all.inAGreenlet(
        "start a program in a callback", () -> inCallback(() -> Subprocess.start("true")));
    all.inAGreenlet("a child's class that cannot be made", () -> ChildProcess.start(Hidden.class));
    all.inAGreenlet(
        "the parent of no child", () -> MessagePipe.ofParent(Codec.text(), Codec.text()));
    all.inAGreenlet("a message beyond the limit", OutsideMistakes::sendTooMuch);
    all.inAGreenlet("a limit of nothing", () -> ChildOptions.defaults().withMaxMessageBytes(0));
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

  private static void signalsAndFiles(Mistakes all) {
    all.inAGreenlet("a signal of the JVM", () -> Signals.on("QUIT", () -> {}));
    all.inAGreenlet("a signal that is none", () -> Signals.on("FOO", () -> {}));
    all.inAGreenlet("a signal with SIG", () -> Signals.on("SIGTERM", () -> {}));
    all.onAThread("wait for no signal", () -> Signals.waitFor());
    all.onAThread(
        "a shutdown without time", () -> ShutdownOptions.defaults().withDeadline(Duration.ZERO));
    all.inAGreenlet(
        "read a line in a callback",
        () -> inCallback(() -> ConsoleInput.of(InputStream.nullInputStream(), UTF_8).readLine()));
    all.onAThread("a file position below zero", () -> withFile(UTF_8, file -> file.position(-1)));
    all.onAThread("lines of UTF-16", () -> withFile(UTF_16, file -> file.readLine()));
  }

  private interface FileUse {
    void of(FileObject file) throws Exception;
  }

  private static void withFile(Charset charset, FileUse use) throws Exception {
    try (FileObject file = FileObject.open(MisuseTest.PAGE, charset)) {
      use.of(file);
    }
  }

  private static void network(Mistakes all) {
    all.inAGreenlet("a second reader", OutsideMistakes::readTwice);
    all.inAGreenlet(
        "a negative time limit for a socket",
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            pair.first().setTimeout(Duration.ofSeconds(-1));
          }
        });
    all.onAThread("connect to port 0", () -> StreamSocket.connect("localhost", 0));
    all.onAThread("an address without a port", () -> new StreamServer("localhost", _ -> {}));
    all.onAThread(
        "ask a server for its port too early",
        () -> new StreamServer("localhost:0", _ -> {}).port());
    all.inAGreenlet(
        "start a server again",
        () -> {
          StreamServer server = new StreamServer("localhost:0", _ -> {});
          server.close();
          server.start();
        });
    all.onAThread("no handlers at all", () -> ServerOptions.defaults().withMaxHandlers(0));
    all.onAThread(
        "answer before the start",
        () ->
            new DatagramServer("localhost:0", _ -> {})
                .sendTo(ByteBuffer.allocate(1), new InetSocketAddress("localhost", 1)));
    all.onAThread(
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

  private static void backdoor(Mistakes all) {
    all.onAThread(
        "a backdoor for everybody",
        () -> new BackdoorServer(new InetSocketAddress(7001), Map.of()));
    all.onAThread(
        "a shared variable without a name", () -> new BackdoorServer(0, Map.of("no name", "x")));
    all.onAThread(
        "a shared variable of the console's own", () -> new BackdoorServer(0, Map.of("hub", "x")));
    all.onAThread("ask for a session outside of snippets", () -> BackdoorSession.current());
  }

  private static void channels(Mistakes all) {
    all.inAGreenlet(
        "poll a channel for what it cannot do",
        () -> new Poll().register(Pipe.open().source(), SelectionKey.OP_WRITE));
    all.inAGreenlet(
        "poll a channel that blocks",
        () -> new Poll().register(Pipe.open().source(), SelectionKey.OP_READ));
    all.inAGreenlet(
        "take out what is not registered", () -> new Poll().unregister(Pipe.open().source()));
    all.inAGreenlet(
        "wait twice in one poll",
        () -> {
          Poll poll = new Poll();
          twice(poll::poll);
        });
    all.inAGreenlet(
        "use the poll of another hub",
        () -> {
          try (Hub other = Hub.start("other")) {
            int _ = Greenlet.spawn(other, Poll::new).get().poll().size();
          }
        });
    all.inAGreenlet(
        "select twice from one selector",
        () -> {
          Selector selector = HubSelector.open();
          twice(selector::select);
        });
  }

  private static void watchABlockingChannel() throws Throwable {
    Pipe pipe = Pipe.open();
    try (Pipe.SourceChannel source = pipe.source();
        Pipe.SinkChannel sink = pipe.sink()) {
      assertFalse(sink.isOpen() && Hub.current().loop().watch(source).isValid());
    }
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
}

package dev.celadon.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same programs run over sockets of the JDK, on threads, and over those of Celadon, on a hub:
 * every answer and every failure is the same.
 */
class SocketContractTest {

  /** Somebody else, who is let go on by {@link #result}. */
  interface Other {
    String result() throws Exception;
  }

  /** A program's surroundings, and what it has seen. */
  abstract static class Run {

    private final List<String> seen = new ArrayList<>();

    abstract SocketFactory sockets();

    abstract ServerSocketFactory servers();

    abstract Other spawn(Callable<?> body);

    ServerSocket server() throws IOException {
      return servers().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    void see(String what, Callable<?> call) {
      seen.add(what + ": " + outcome(call));
    }

    static String outcome(Callable<?> call) {
      try {
        return String.valueOf(call.call());
      } catch (Exception e) {
        return e.getClass().getSimpleName() + ", " + e.getMessage();
      }
    }
  }

  private static final class OfTheJdk extends Run {
    @Override
    SocketFactory sockets() {
      return SocketFactory.getDefault();
    }

    @Override
    ServerSocketFactory servers() {
      return ServerSocketFactory.getDefault();
    }

    @Override
    Other spawn(Callable<?> body) {
      FutureTask<String> task = new FutureTask<>(() -> outcome(body));
      Thread thread = Thread.ofPlatform().daemon().start(task);
      while (thread.isAlive() && !isWaiting(thread)) {
        Thread.onSpinWait();
      }
      return task::get;
    }

    private static boolean isWaiting(Thread thread) {
      return thread.getState() == Thread.State.WAITING
          || Arrays.stream(thread.getStackTrace())
              .limit(1)
              .anyMatch(frame -> frame.isNativeMethod() && frame.getClassName().contains(".ch."));
    }
  }

  private static final class OfCeladon extends Run {
    @Override
    SocketFactory sockets() {
      return new HubSocketFactory();
    }

    @Override
    ServerSocketFactory servers() {
      return new HubServerSocketFactory();
    }

    @Override
    Other spawn(Callable<?> body) {
      Greenlet<String> greenlet = Greenlet.spawn(() -> outcome(body));
      dev.celadon.Greenlets.yieldNow();
      return greenlet::result;
    }
  }

  interface Program {
    void run(Run run) throws Exception;
  }

  record Named(String name, Program program) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Named> programs() {
    return Stream.of(
        new Named("a new socket", SocketContractTest::aNewSocket),
        new Named("a connected socket", SocketContractTest::aConnectedSocket),
        new Named("options", SocketContractTest::options),
        new Named("options of a server", SocketContractTest::optionsOfAServer),
        new Named("time limits", SocketContractTest::timeLimits),
        new Named("a connect that takes too long", SocketContractTest::aSlowConnect),
        new Named("closing", SocketContractTest::closing),
        new Named("closing a server", SocketContractTest::closingAServer),
        new Named("half closing", SocketContractTest::halfClosing),
        new Named("a refused connection", SocketContractTest::refused),
        new Named("a reset connection", SocketContractTest::reset),
        new Named("many readers and writers", SocketContractTest::manyReadersAndWriters),
        new Named("the factory's forms", SocketContractTest::theFactorysForms));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void bothDoTheSame(Named named) throws Exception {
    Run jdk = new OfTheJdk();
    named.program.run(jdk);
    Run celadon = new OfCeladon();
    Hub.run(() -> named.program.run(celadon));
    assertEquals(String.join("\n", jdk.seen), String.join("\n", celadon.seen));
  }

  private static void aNewSocket(Run run) throws Exception {
    try (Socket socket = run.sockets().createSocket()) {
      run.see("bound", socket::isBound);
      run.see("connected", socket::isConnected);
      run.see("closed", socket::isClosed);
      run.see("port", socket::getPort);
      run.see("local port", socket::getLocalPort);
      run.see("address", socket::getInetAddress);
      run.see("local address", socket::getLocalAddress);
      run.see("input", socket::getInputStream);
      run.see("output", socket::getOutputStream);
      run.see("shut", () -> done(socket::shutdownInput));
      run.see("bind", () -> done(() -> socket.bind(any())));
      run.see("bound", socket::isBound);
      run.see("local address", socket::getLocalAddress);
      run.see("bind again", () -> done(() -> socket.bind(any())));
      run.see("no address", () -> done(() -> socket.connect(null)));
      run.see("no time", () -> done(() -> socket.connect(any(), -1)));
    }
    Socket closed = run.sockets().createSocket();
    closed.close();
    run.see("connect closed", () -> done(() -> closed.connect(any())));
    run.see("bind closed", () -> done(() -> closed.bind(any())));
    run.see("option of closed", closed::getTcpNoDelay);
    try (ServerSocket server = run.servers().createServerSocket()) {
      run.see("server bound", server::isBound);
      run.see("server port", server::getLocalPort);
      run.see("accept", server::accept);
    }
  }

  private static void aConnectedSocket(Run run) throws Exception {
    try (ServerSocket server = run.server();
        Socket socket = run.sockets().createSocket()) {
      socket.connect(server.getLocalSocketAddress(), 5_000);
      try (Socket accepted = server.accept()) {
        run.see("ports", () -> socket.getPort() == server.getLocalPort());
        run.see("ports", () -> socket.getLocalPort() == accepted.getPort());
        run.see(
            "addresses",
            () -> accepted.getRemoteSocketAddress().equals(socket.getLocalSocketAddress()));
        run.see("address", socket::getInetAddress);
        run.see("address", accepted::getLocalAddress);
        run.see("accepted", () -> accepted.isConnected() && accepted.isBound());
        run.see("connect again", () -> done(() -> socket.connect(any())));
        InputStream in = accepted.getInputStream();
        OutputStream out = socket.getOutputStream();
        run.see("nothing there", in::available);
        out.write(new byte[] {1, 2, -3});
        out.write(4);
        run.see("first", in::read);
        run.see("rest", () -> Arrays.toString(in.readNBytes(3)));
        run.see("nothing to read", () -> in.read(new byte[0]));
        run.see("out of range", () -> in.read(new byte[1], 1, 1));
        run.see("out of range", () -> done(() -> out.write(new byte[1], 0, 2)));
        byte[] big = new byte[3_000_000];
        Arrays.fill(big, (byte) 7);
        Other writer = run.spawn(() -> done(() -> out.write(big)));
        run.see("big", () -> Arrays.equals(big, in.readNBytes(big.length)));
        run.see("written", writer::result);
        socket.sendUrgentData(9);
        run.see("urgent is dropped", in::available);
        out.write(5);
        run.see("a byte", in::read);
        out.write(6);
        Other available = run.spawn(in::read);
        run.see("a byte", available::result);
      }
    }
  }

  private static void options(Run run) throws Exception {
    try (ServerSocket server = run.server();
        Socket socket = run.sockets().createSocket()) {
      socket.setReceiveBufferSize(10_000);
      run.see("receive buffer", socket::getReceiveBufferSize);
      socket.connect(server.getLocalSocketAddress());
      for (Socket one : List.of(socket, server.accept())) {
        run.see("no delay", one::getTcpNoDelay);
        one.setTcpNoDelay(true);
        run.see("no delay", one::getTcpNoDelay);
        run.see("keep alive", one::getKeepAlive);
        one.setKeepAlive(true);
        run.see("keep alive", one::getKeepAlive);
        run.see("linger", one::getSoLinger);
        one.setSoLinger(true, 3);
        run.see("linger", one::getSoLinger);
        one.setSoLinger(false, 3);
        run.see("linger", one::getSoLinger);
        run.see("linger below zero", () -> done(() -> one.setSoLinger(true, -1)));
        run.see("inline", one::getOOBInline);
        one.setOOBInline(true);
        run.see("inline", one::getOOBInline);
        run.see("reuse", one::getReuseAddress);
        one.setReuseAddress(true);
        run.see("reuse", one::getReuseAddress);
        one.setSendBufferSize(20_000);
        run.see("send buffer", one::getSendBufferSize);
        run.see("no send buffer", () -> done(() -> one.setSendBufferSize(0)));
        run.see("class", one::getTrafficClass);
        one.setTrafficClass(8);
        run.see("class", one::getTrafficClass);
        run.see("time", one::getSoTimeout);
        one.setSoTimeout(1_234);
        run.see("time", one::getSoTimeout);
        run.see("time below zero", () -> done(() -> one.setSoTimeout(-1)));
        one.setOption(StandardSocketOptions.TCP_NODELAY, false);
        run.see("option", () -> one.getOption(StandardSocketOptions.TCP_NODELAY));
        run.see("option of no socket", () -> one.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
        run.see(
            "options", () -> one.supportedOptions().contains(StandardSocketOptions.SO_KEEPALIVE));
        run.see("channel", one::getChannel);
        one.close();
      }
    }
  }

  private static void optionsOfAServer(Run run) throws Exception {
    try (ServerSocket server = run.server()) {
      run.see("reuse", server::getReuseAddress);
      run.see("time", server::getSoTimeout);
      server.setReceiveBufferSize(10_000);
      run.see("receive buffer", server::getReceiveBufferSize);
      run.see("bound", server::isBound);
      run.see("address", server::getInetAddress);
      run.see("port", () -> server.getLocalPort() > 0);
      run.see("option", () -> server.getOption(StandardSocketOptions.SO_REUSEADDR));
      run.see("in use", () -> run.servers().createServerSocket(server.getLocalPort()));
      run.see("bind again", () -> done(() -> server.bind(any())));
    }
  }

  private static void timeLimits(Run run) throws Exception {
    try (ServerSocket server = run.server()) {
      server.setSoTimeout(1);
      run.see("accept", server::accept);
      server.setSoTimeout(0);
      try (Socket socket =
              run.sockets().createSocket(server.getInetAddress(), server.getLocalPort());
          Socket accepted = server.accept()) {
        socket.setSoTimeout(1);
        InputStream in = socket.getInputStream();
        run.see("read", in::read);
        run.see("again", in::read);
        run.see("closed", socket::isClosed);
        socket.getOutputStream().write(1);
        run.see("the other way", accepted.getInputStream()::read);
        socket.setSoTimeout(5_000);
        accepted.getOutputStream().write(2);
        run.see("in time", in::read);
      }
    }
  }

  /** A server that accepts nobody lets the operating system answer for a few only. */
  private static void aSlowConnect(Run run) throws Exception {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      run.see(
          "connect",
          () -> {
            for (int i = 0; i < 10; i++) {
              Socket next = run.sockets().createSocket();
              waiting.add(next);
              next.connect(full.getLocalSocketAddress(), 50);
            }
            return "nobody was refused";
          });
      run.see("closed", waiting.getLast()::isClosed);
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  private static void closing(Run run) throws Exception {
    try (ServerSocket server = run.server()) {
      Socket socket = run.sockets().createSocket("localhost", server.getLocalPort());
      Socket accepted = server.accept();
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      Other reader = run.spawn(in::read);
      socket.close();
      run.see("reader", reader::result);
      run.see("read", in::read);
      run.see("write", () -> done(() -> out.write(1)));
      run.see("available", in::available);
      run.see("input", socket::getInputStream);
      run.see("closed", socket::isClosed);
      run.see("connected", socket::isConnected);
      run.see("port", () -> socket.getPort() == server.getLocalPort());
      run.see("address", socket::getInetAddress);
      run.see("option", socket::getSoTimeout);
      run.see("shut", () -> done(socket::shutdownOutput));
      socket.close();
      run.see("end", accepted.getInputStream()::read);
      accepted.getInputStream().close();
      run.see("closed with its stream", accepted::isClosed);
    }
  }

  private static void closingAServer(Run run) throws Exception {
    ServerSocket server = run.server();
    Other acceptor = run.spawn(server::accept);
    server.close();
    run.see("acceptor", acceptor::result);
    run.see("accept", server::accept);
    run.see("closed", server::isClosed);
    run.see("bound", server::isBound);
    server.close();
  }

  private static void halfClosing(Run run) throws Exception {
    try (ServerSocket server = run.server();
        Socket socket = run.sockets().createSocket("localhost", server.getLocalPort());
        Socket accepted = server.accept()) {
      socket.getOutputStream().write(1);
      OutputStream out = socket.getOutputStream();
      socket.shutdownOutput();
      run.see("down", socket::isOutputShutdown);
      run.see("write", () -> done(() -> out.write(1)));
      run.see("output", socket::getOutputStream);
      run.see("again", () -> done(socket::shutdownOutput));
      InputStream in = accepted.getInputStream();
      run.see("byte", in::read);
      run.see("end", in::read);
      run.see("end", in::read);
      run.see("at the end", in::available);
      accepted.getOutputStream().write(2);
      InputStream back = socket.getInputStream();
      run.see("other way", back::read);
      Other reader = run.spawn(back::read);
      socket.shutdownInput();
      run.see("reader", reader::result);
      run.see("read", back::read);
      run.see("available", back::available);
      run.see("input", socket::getInputStream);
    }
  }

  private static void refused(Run run) throws Exception {
    int port;
    try (ServerSocket server = run.server()) {
      port = server.getLocalPort();
    }
    try (Socket socket = run.sockets().createSocket()) {
      InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      run.see("connect", () -> done(() -> socket.connect(nobody)));
      run.see("closed", socket::isClosed);
      run.see("connect again", () -> done(() -> socket.connect(nobody)));
    }
  }

  private static void reset(Run run) throws Exception {
    try (ServerSocket server = run.server();
        Socket socket = run.sockets().createSocket("localhost", server.getLocalPort())) {
      Socket accepted = server.accept();
      accepted.setSoLinger(true, 0);
      accepted.close();
      InputStream in = socket.getInputStream();
      run.see("read", in::read);
      run.see("again", in::read);
      run.see("write", () -> done(() -> socket.getOutputStream().write(1)));
    }
  }

  private static void manyReadersAndWriters(Run run) throws Exception {
    try (ServerSocket server = run.server();
        Socket socket = run.sockets().createSocket("localhost", server.getLocalPort());
        Socket accepted = server.accept()) {
      InputStream in = accepted.getInputStream();
      List<Other> all = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        all.add(run.spawn(in::read));
      }
      for (int i = 0; i < 3; i++) {
        all.add(run.spawn(() -> done(() -> socket.getOutputStream().write(7))));
      }
      for (Other one : all) {
        run.see("one", one::result);
      }
    }
  }

  private static void theFactorysForms(Run run) throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocket server = run.server()) {
      int port = server.getLocalPort();
      SocketFactory sockets = run.sockets();
      for (Socket socket :
          List.of(
              sockets.createSocket(here.getHostAddress(), port),
              sockets.createSocket(here.getHostAddress(), port, here, 0),
              sockets.createSocket(here, port),
              sockets.createSocket(here, port, here, 0))) {
        run.see("connected", socket::isConnected);
        run.see("bound", socket::isBound);
        run.see("no delay", socket::getTcpNoDelay);
        socket.close();
      }
      run.see(
          "no port",
          () -> {
            try {
              return sockets.createSocket(here.getHostAddress(), 1);
            } catch (ConnectException e) {
              return "refused"; // Celadon's message names the address, too
            }
          });
    }
    try (ServerSocket server = run.servers().createServerSocket(0)) {
      run.see("everywhere", server::getInetAddress);
    }
    try (ServerSocket server = run.servers().createServerSocket(0, 3)) {
      run.see("bound", server::isBound);
    }
  }

  private interface Deed {
    void run() throws Exception;
  }

  private static String done(Deed deed) throws Exception {
    deed.run();
    return "done";
  }

  private static InetSocketAddress any() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}

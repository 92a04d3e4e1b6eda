package dev.celadon.libraries;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.RandomAccessFile;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** Calls of the JDK that wait, each with what ends the wait. */
@SuppressWarnings("ImmutableEnumChecker") // lambdas that close over nothing
enum JdkCall {
  SLEEP("`Thread.sleep`", true, () -> new Wait(() -> Thread.sleep(50), () -> {})),
  PARK("`LockSupport.park`", true, JdkCall::park),
  SYNCHRONIZED("`synchronized`", true, JdkCall::monitor),
  OBJECT_WAIT("`Object.wait`", true, JdkCall::objectWait),
  REENTRANT_LOCK("`ReentrantLock`", true, JdkCall::reentrantLock),
  SEMAPHORE("`Semaphore`", true, JdkCall::semaphore),
  COUNT_DOWN_LATCH("`CountDownLatch`", true, JdkCall::latch),
  BLOCKING_QUEUE("`LinkedBlockingQueue`", true, JdkCall::blockingQueue),
  SYNCHRONOUS_QUEUE("`SynchronousQueue`", true, JdkCall::synchronousQueue),
  FUTURE_GET("`Future.get`", true, JdkCall::future),
  JOIN_PLATFORM("`Thread.join` of a platform thread", true, () -> join(Thread.ofPlatform())),
  JOIN_VIRTUAL("`Thread.join` of a virtual thread", true, () -> join(Thread.ofVirtual())),
  SELECT("`Selector.select`", true, JdkCall::select),
  SOCKET_READ("`Socket` read", true, JdkCall::socketRead),
  ACCEPT("`ServerSocket.accept`", true, JdkCall::accept),
  DATAGRAM("`DatagramSocket.receive`", true, JdkCall::datagram),
  SOCKET_CHANNEL("`SocketChannel` read, TCP", true, () -> channel(false)),
  UNIX_CHANNEL("`SocketChannel` read, Unix domain", true, () -> channel(true)),
  ASYNCHRONOUS_CHANNEL("`AsynchronousSocketChannel`, its `Future`", true, JdkCall::asynchronous),
  PIPE("`Pipe` read", true, JdkCall::pipe),
  PIPED_STREAM("`PipedInputStream`", true, JdkCall::pipedStream),
  WAIT_FOR("`Process.waitFor`", true, JdkCall::waitFor),
  ON_EXIT("`Process.onExit().get`", true, JdkCall::onExit),
  FILE_INPUT_STREAM("`FileInputStream` of a FIFO", false, JdkCall::fileInputStream),
  FILE_CHANNEL("`FileChannel` of a FIFO", false, JdkCall::fileChannel),
  PROCESS_OUTPUT("`Process.getInputStream` read", false, JdkCall::processOutput),
  OWN_INITIALISER("a wait in a static initialiser", false, JdkCall::ownInitialiser),
  FOREIGN_INITIALISER("a class that another thread initialises", false, JdkCall::initialiser);

  interface Action {
    void run() throws Exception;
  }

  /**
   * A wait that has not begun.
   *
   * @param enter waits
   * @param release ends the wait, now or in advance; any thread; never waits itself
   */
  record Wait(Action enter, Action release) {}

  interface Opening {
    Wait open() throws Exception;
  }

  final String title;
  final boolean givesTheTurnBack;
  final Opening opening;

  JdkCall(String title, boolean givesTheTurnBack, Opening opening) {
    this.title = title;
    this.givesTheTurnBack = givesTheTurnBack;
    this.opening = opening;
  }

  @Override
  public String toString() {
    return title;
  }

  private static Wait park() {
    AtomicBoolean go = new AtomicBoolean();
    Thread[] parked = new Thread[1];
    return new Wait(
        () -> {
          parked[0] = Thread.currentThread();
          while (!go.get()) {
            LockSupport.park();
          }
        },
        () -> {
          go.set(true);
          LockSupport.unpark(parked[0]);
        });
  }

  /** A platform thread that has something until it is told to go on. */
  private static CountDownLatch holder(Action take, Action give) throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                take.run();
                taken.countDown();
                go.await();
                give.run();
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    taken.await();
    return go;
  }

  @SuppressWarnings("EmptySynchronized")
  private static Wait monitor() throws Exception {
    Object lock = new Object();
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              synchronized (lock) {
                taken.countDown();
                try {
                  go.await();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              }
            });
    taken.await();
    AtomicBoolean in = new AtomicBoolean();
    return new Wait(
        () -> {
          synchronized (lock) {
            in.set(true);
          }
        },
        go::countDown);
  }

  private static Wait objectWait() {
    Object lock = new Object();
    AtomicBoolean go = new AtomicBoolean();
    return new Wait(
        () -> {
          synchronized (lock) {
            while (!go.get()) {
              lock.wait();
            }
          }
        },
        () -> {
          synchronized (lock) {
            go.set(true);
            lock.notifyAll();
          }
        });
  }

  @SuppressWarnings("LockNotBeforeTry")
  private static Wait reentrantLock() throws Exception {
    ReentrantLock lock = new ReentrantLock();
    CountDownLatch go = holder(lock::lock, lock::unlock);
    return new Wait(
        () -> {
          lock.lock();
          lock.unlock();
        },
        go::countDown);
  }

  private static Wait semaphore() {
    Semaphore semaphore = new Semaphore(0);
    return new Wait(semaphore::acquire, semaphore::release);
  }

  private static Wait latch() {
    CountDownLatch latch = new CountDownLatch(1);
    return new Wait(latch::await, latch::countDown);
  }

  private static Wait blockingQueue() {
    LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
    return new Wait(queue::take, () -> queue.put("item"));
  }

  private static Wait synchronousQueue() {
    SynchronousQueue<String> queue = new SynchronousQueue<>();
    return new Wait(
        queue::take, () -> Thread.ofPlatform().daemon().start(() -> queue.offer("item")));
  }

  private static Wait future() {
    CompletableFuture<String> future = new CompletableFuture<>();
    return new Wait(future::get, () -> future.complete("value"));
  }

  private static Wait join(Thread.Builder builder) throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Thread[] thread = new Thread[1];
    Runnable body =
        () -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        };
    Thread starter = Thread.ofPlatform().start(() -> thread[0] = builder.start(body));
    starter.join(); // a virtual thread that is made in a greenlet would be one, too
    return new Wait(() -> thread[0].join(), go::countDown);
  }

  private static Wait select() throws IOException {
    Selector selector = Selector.open();
    return new Wait(selector::select, selector::wakeup);
  }

  private static Wait socketRead() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Socket near = new Socket(server.getInetAddress(), server.getLocalPort());
      Socket far = server.accept();
      return new Wait(() -> near.getInputStream().read(), far::close);
    }
  }

  private static Wait accept() throws IOException {
    ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    return new Wait(
        server::accept, () -> new Socket(server.getInetAddress(), server.getLocalPort()).close());
  }

  private static Wait datagram() throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    byte[] one = new byte[1];
    return new Wait(
        () -> socket.receive(new DatagramPacket(one, 1)),
        () -> {
          try (DatagramSocket sender = new DatagramSocket()) {
            sender.send(new DatagramPacket(one, 1, socket.getLocalSocketAddress()));
          }
        });
  }

  private static Wait channel(boolean unix) throws IOException {
    Path file = Files.createTempDirectory("celadon").resolve("socket");
    try (ServerSocketChannel server =
        unix
            ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(file))
            : ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      SocketChannel near = SocketChannel.open(server.getLocalAddress());
      SocketChannel far = server.accept();
      return new Wait(() -> near.read(ByteBuffer.allocate(1)), far::close);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(file.getParent());
    }
  }

  private static Wait asynchronous() throws Exception {
    ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    AsynchronousSocketChannel near = AsynchronousSocketChannel.open();
    near.connect(server.getLocalSocketAddress()).get();
    Socket far = server.accept();
    server.close();
    return new Wait(() -> near.read(ByteBuffer.allocate(1)).get(), far::close);
  }

  private static Wait pipe() throws IOException {
    Pipe pipe = Pipe.open();
    return new Wait(() -> pipe.source().read(ByteBuffer.allocate(1)), () -> pipe.sink().close());
  }

  private static Wait pipedStream() throws IOException {
    PipedInputStream in = new PipedInputStream();
    PipedOutputStream out = new PipedOutputStream(in);
    return new Wait(in::read, out::close);
  }

  /** Ends when its input does. */
  private static Process cat() throws IOException {
    return new ProcessBuilder("cat").start();
  }

  private static Wait waitFor() throws IOException {
    Process process = cat();
    return new Wait(process::waitFor, () -> process.getOutputStream().close());
  }

  private static Wait onExit() throws IOException {
    Process process = cat();
    return new Wait(() -> process.onExit().get(), () -> process.getOutputStream().close());
  }

  private static Wait processOutput() throws IOException {
    Process process = cat();
    return new Wait(
        () -> process.getInputStream().read(),
        () -> {
          process.getOutputStream().write("x".getBytes(UTF_8));
          process.getOutputStream().close();
        });
  }

  /** A pipe in the file system, and the end to write to. */
  private record Fifo(Path path, RandomAccessFile end) {

    static Fifo make() throws Exception {
      Path path = Files.createTempDirectory("celadon").resolve("fifo");
      new ProcessBuilder("mkfifo", path.toString()).start().waitFor();
      return new Fifo(path, new RandomAccessFile(path.toFile(), "rw"));
    }

    void release() throws IOException {
      end.write(1);
      Files.delete(path);
      Files.delete(path.getParent());
    }
  }

  private static Wait fileInputStream() throws Exception {
    Fifo fifo = Fifo.make();
    FileInputStream in = new FileInputStream(fifo.path().toFile());
    return new Wait(in::read, fifo::release);
  }

  private static Wait fileChannel() throws Exception {
    Fifo fifo = Fifo.make();
    FileChannel in = FileChannel.open(fifo.path());
    return new Wait(() -> in.read(ByteBuffer.allocate(1)), fifo::release);
  }

  private static final CountDownLatch[] GATES = {new CountDownLatch(1), new CountDownLatch(1)};

  private static final class OwnInitialiser {
    static final boolean DONE = pass(0);
  }

  private static final class ForeignInitialiser {
    static final boolean DONE = pass(1);
  }

  private static boolean pass(int gate) {
    try {
      GATES[gate].await();
      return true;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Wait ownInitialiser() {
    return new Wait(() -> require(OwnInitialiser.DONE), GATES[0]::countDown);
  }

  private static Wait initialiser() throws Exception {
    Thread other = Thread.ofPlatform().daemon().start(() -> require(ForeignInitialiser.DONE));
    while (other.isAlive() && other.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return new Wait(() -> require(ForeignInitialiser.DONE), GATES[1]::countDown);
  }

  private static void require(boolean done) {
    if (!done) {
      throw new AssertionError();
    }
  }
}

package dev.celadon.dnsjava;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.Hub;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.net.StreamSocket;
import dev.celadon.net.UdpSocket;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.io.IoClientFactory;
import org.xbill.DNS.io.TcpIoClient;
import org.xbill.DNS.io.UdpIoClient;

/**
 * The sockets of one look-up: each exchange is a greenlet of the hub that asked, and ends with the
 * look-up at the latest.
 *
 * <p>Safe for use from any thread, although all of it happens on the hub.
 */
final class HubIo implements IoClientFactory, UdpIoClient, TcpIoClient, Executor, AutoCloseable {

  /** The longest message of the protocol. */
  private static final int LONGEST = 65_535;

  private final Hub hub = Hub.current();
  private final Set<Greenlet<?>> busy = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  @Override
  public UdpIoClient createOrGetUdpClient() {
    return this;
  }

  @Override
  public TcpIoClient createOrGetTcpClient() {
    return this;
  }

  /** Where dnsjava goes on after an exchange: on the hub, not on the JDK's common pool. */
  @Override
  public void execute(Runnable task) {
    if (!closed) {
      hub.execute(task);
    }
  }

  @Override
  public CompletableFuture<byte[]> sendAndReceiveUdp(
      @Nullable InetSocketAddress local,
      InetSocketAddress remote,
      Message query,
      byte[] data,
      int max,
      Duration timeout) {
    return spawn(timeout, () -> overUdp(remote, data, max));
  }

  @Override
  public CompletableFuture<byte[]> sendAndReceiveTcp(
      @Nullable InetSocketAddress local,
      InetSocketAddress remote,
      Message query,
      byte[] data,
      Duration timeout) {
    return spawn(timeout, () -> overTcp(remote, data));
  }

  private CompletableFuture<byte[]> spawn(Duration timeout, Callable<byte[]> exchange) {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    if (closed) {
      answer.completeExceptionally(new CancellationException("the look-up is over"));
      return answer;
    }
    Greenlet<Boolean> greenlet = new Greenlet<>(hub, () -> complete(answer, timeout, exchange));
    busy.add(greenlet);
    greenlet.start();
    return answer;
  }

  /** The body of an exchange; whether it came to an answer. */
  private boolean complete(
      CompletableFuture<byte[]> answer, Duration timeout, Callable<byte[]> exchange) {
    byte[] received;
    try {
      received = Timeout.withTimeoutOrNull(timeout, exchange);
    } catch (Exception failure) {
      boolean _ = answer.completeExceptionally(failure);
      return false;
    } finally {
      boolean _ = busy.remove(RawGreenlet.currentOrNull());
    }
    return received == null
        ? answer.completeExceptionally(new SocketTimeoutException("no answer within " + timeout))
        : answer.complete(received);
  }

  private static byte[] overUdp(InetSocketAddress remote, byte[] data, int max) throws IOException {
    try (UdpSocket socket = UdpSocket.connect(remote)) {
      socket.send(ByteBuffer.wrap(data));
      ByteBuffer buffer = ByteBuffer.allocate(Math.min(Math.max(max, 512), LONGEST));
      while (true) {
        var _ = socket.receive(buffer);
        buffer.flip();
        if (answers(buffer, data)) {
          byte[] answer = new byte[buffer.remaining()];
          buffer.get(answer);
          return answer;
        }
        buffer.clear(); // somebody else's, or an attempt at one
      }
    }
  }

  /** Whether it carries the number of the question. */
  private static boolean answers(ByteBuffer received, byte[] question) {
    return received.remaining() >= 12
        && received.get(0) == question[0]
        && received.get(1) == question[1];
  }

  private static byte[] overTcp(InetSocketAddress remote, byte[] data) throws IOException {
    try (StreamSocket socket = StreamSocket.connect(remote)) {
      ByteBuffer framed = ByteBuffer.allocate(data.length + 2);
      framed.putShort((short) data.length).put(data).flip();
      int _ = socket.write(framed);
      DataInputStream in = new DataInputStream(socket.inputStream());
      byte[] answer = new byte[in.readUnsignedShort()];
      in.readFully(answer);
      return answer;
    }
  }

  /** Ends all that is on its way. Never switches. */
  @Override
  public void close() {
    closed = true;
    Set.copyOf(busy).forEach(Greenlet::killAsync);
    busy.clear();
  }
}

package dev.celadon.net;

import dev.celadon.sync.Semaphore;
import dev.celadon.threadpool.ThreadPool;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes between an {@link SSLEngine} and the transport below it.
 *
 * <p>One handshakes, then one reads while one writes; {@link #sayGoodbye} from any thread.
 */
final class TlsPump {
  /*
   * The engine never waits, so no call of it can find another one of the same hub inside. What waits is the wire, and there each
   * side has its own: the reader owns `in` and `plain`; whoever holds `sending` owns `out`. Nobody holds a lock of the JDK across
   * a wait.
   *
   * in      records that came and were not opened yet: position to limit
   * plain   the opened bytes for which the reader's buffer had no room: position to limit
   * out     sealed records that were not sent yet: 0 to position. A write that is killed leaves the rest of its records there, and
   *         the next one sends it first, so that the peer never sees half a record.
   *
   * The peer may ask for an answer at any time (a new key, a new handshake, a goodbye): the engine then wants to wrap although
   * nobody writes. The reader seals and sends the answer if nobody is sending; else the sender does it when it has finished. A
   * reader never waits with opened bytes in its hand, so a kill in a read loses nothing. It waits for `sending` only if the engine
   * will open nothing more before the answer, as in a new handshake of TLS 1.2; and a sender that finds the engine in such a
   * handshake waits for the reader's next step.
   */
  /** A closed engine has an alert or two to seal, and says when that is all. */
  private static final int MOST_ALERTS = 4;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final ByteBuffer[] NO_SOURCE = {NOTHING};

  private final SSLEngine engine;
  private final TlsWire wire;
  private final TlsOptions options;

  /** Held by whoever seals and sends. */
  private final Semaphore sending = new Semaphore(1);

  /** Has a permit after the reader has gone a step on in a new handshake. */
  private final Semaphore steps = new Semaphore(0);

  private final ByteBuffer[] single = {NOTHING};
  private @Nullable ByteBuffer in;
  private @Nullable ByteBuffer plain;
  private @Nullable ByteBuffer out;

  /**
   * Whether the engine is asked once more before the wire is. The JDK's holds no opened bytes;
   * Conscrypt's fills the reader's buffer and keeps the rest, and says so with an overflow.
   */
  private boolean mayHoldOpened = true;

  private boolean owesAnswer;
  private boolean ended;
  private @Nullable SSLException broken;

  private volatile boolean inputShut;
  private volatile boolean outputShut;
  private volatile boolean closed;

  TlsPump(SSLEngine engine, TlsWire wire, TlsOptions options) {
    this.engine = engine;
    this.wire = wire;
    this.options = options;
  }

  // --- The first handshake: nobody reads or writes meanwhile
  void handshake() throws IOException {
    engine.beginHandshake();
    HandshakeStatus status = engine.getHandshakeStatus();
    while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
      status =
          switch (status) {
            case NEED_TASK -> runTasks(options.offloadedHandshake());
            case NEED_WRAP -> sealForHandshake();
            default -> openForHandshake();
          };
    }
    sendTheLastOfTheHandshake();
    releaseIn();
  }

  /**
   * A peer may have got all it wants, and closed, before it is sent the last bytes of the
   * handshake, which often are tickets for another one: what it has sent before can still be read.
   */
  private void sendTheLastOfTheHandshake() throws IOException {
    try {
      flush(Duration.ZERO, 0);
    } catch (SocketTimeoutException | ClosedChannelException e) {
      throw e;
    } catch (IOException _) {
      // the next write, or read, finds out
    }
  }

  private HandshakeStatus sealForHandshake() throws IOException {
    SSLEngineResult result = seal(NO_SOURCE, 0, 1, Duration.ZERO, 0);
    if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
      flush(Duration.ZERO, 0);
      throw new SSLException("the peer closed the TLS session in the handshake");
    }
    return result.getHandshakeStatus();
  }

  private HandshakeStatus openForHandshake() throws IOException {
    flush(Duration.ZERO, 0);
    ByteBuffer dst = TlsBuffers.take();
    try {
      while (true) {
        SSLEngineResult result = engine.unwrap(in == null ? NOTHING : in, dst);
        switch (result.getStatus()) {
          case OK -> {
            return result.getHandshakeStatus();
          }
          case BUFFER_UNDERFLOW -> {
            if (!fill(Duration.ZERO, 0)) {
              throw new EOFException("the peer closed the connection in the TLS handshake");
            }
          }
          case BUFFER_OVERFLOW ->
              dst = TlsBuffers.grow(dst, engine.getSession().getApplicationBufferSize());
          case CLOSED -> throw new SSLException("the peer closed the TLS session in the handshake");
        }
      }
    } finally {
      keepOpened(dst);
    }
  }

  /** An engine may open the peer's first bytes together with the last ones of the handshake. */
  private void keepOpened(ByteBuffer opened) {
    if (opened.position() == 0) {
      TlsBuffers.give(opened);
    } else if (plain == null) {
      plain = opened.flip();
    } else {
      ByteBuffer before = plain;
      plain =
          ByteBuffer.allocate(before.remaining() + opened.position())
              .put(before)
              .put(opened.flip())
              .flip();
    }
  }

  private HandshakeStatus runTasks(boolean offloaded) throws IOException {
    if (offloaded) {
      try {
        ThreadPool.offload(this::runTasksHere);
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new AssertionError("bug in Celadon, please report", e);
      }
    } else {
      runTasksHere();
    }
    return engine.getHandshakeStatus();
  }

  private void runTasksHere() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  /** Tells the peer why, if the engine has something to tell. Never waits for long. */
  void sayWhy() {
    if (sending.tryAcquire()) {
      try {
        sealTheLast();
      } catch (IOException _) {
        // the failure itself is what counts
      } finally {
        sending.release();
      }
    }
  }

  // --- Reading

  /** Reads into a buffer that has room; -1 at the end. */
  int read(ByteBuffer dst, Duration limit, long deadline) throws IOException {
    while (true) {
      if (closed) {
        throw new ClosedChannelException();
      }
      if (inputShut) {
        return -1;
      }
      ByteBuffer waiting = plain;
      if (waiting != null) {
        return copy(waiting, dst);
      }
      if (broken != null) {
        throw broken;
      }
      if (ended) {
        return -1;
      }
      if (owesAnswer) {
        answer(limit, deadline);
      }
      int count = open(dst, limit, deadline);
      if (count > 0) {
        return count;
      }
    }
  }

  private int copy(ByteBuffer from, ByteBuffer to) {
    int count = Math.min(from.remaining(), to.remaining());
    to.put(to.position(), from, from.position(), count);
    to.position(to.position() + count);
    from.position(from.position() + count);
    if (!from.hasRemaining()) {
      plain = null;
      TlsBuffers.give(from);
    }
    return count;
  }

  /** Opens one record, or waits for more bytes; 0 if the reader has to look again. */
  private int open(ByteBuffer dst, Duration limit, long deadline) throws IOException {
    ByteBuffer source = in;
    if (source == null) {
      if (!mayHoldOpened) {
        fillOrEnd(limit, deadline);
        return 0;
      }
      source = NOTHING;
    }
    SSLEngineResult result = unwrap(source, dst);
    mayHoldOpened = result.bytesProduced() > 0;
    if (mayHoldOpened) {
      owesAnswer = result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
      releaseIn();
      return result.bytesProduced();
    }
    if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
      result = unwrapAside(source);
      if (plain != null) {
        owesAnswer = result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
        return 0;
      }
    }
    switch (result.getStatus()) {
      case OK -> goOn(result, limit, deadline);
      case CLOSED -> {
        ended = true;
        dropIn();
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
          sayWhy(); // TLS 1.2 wants a goodbye for a goodbye
        }
      }
      default -> fillOrEnd(limit, deadline);
    }
    releaseIn();
    return 0;
  }

  private SSLEngineResult unwrap(ByteBuffer source, ByteBuffer dst) throws SSLException {
    try {
      return engine.unwrap(source, dst);
    } catch (SSLException e) {
      broken = e;
      dropIn();
      sayWhy();
      throw e;
    }
  }

  /** The reader has no room for the record: what it holds goes to {@link #plain}. */
  private SSLEngineResult unwrapAside(ByteBuffer source) throws SSLException {
    ByteBuffer aside = TlsBuffers.take();
    SSLEngineResult result = unwrap(source, aside);
    while (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
      aside = TlsBuffers.grow(aside, engine.getSession().getApplicationBufferSize());
      result = unwrap(source, aside);
    }
    if (aside.position() == 0) {
      TlsBuffers.give(aside);
    } else {
      plain = aside.flip();
    }
    return result;
  }

  /** A record of the handshake, or nothing at all: does what the engine wants next. */
  private void goOn(SSLEngineResult result, Duration limit, long deadline) throws IOException {
    switch (result.getHandshakeStatus()) {
      case NEED_TASK -> {
        HandshakeStatus _ = runTasks(false);
        owesAnswer = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
      }
      case NEED_WRAP -> {
        if (result.bytesConsumed() == 0) {
          acquireSending(limit, deadline);
          owesAnswer = false;
          sealAndSendAnswer(limit, deadline);
        } else {
          owesAnswer = true;
        }
      }
      default -> {
        if (result.bytesConsumed() == 0) {
          fillOrEnd(limit, deadline); // rather wait than spin
        }
      }
    }
    if (steps.availablePermits() == 0) {
      steps.release();
    }
  }

  /** Seals and sends what the peer waits for, unless a sender will do it. */
  private void answer(Duration limit, long deadline) throws IOException {
    owesAnswer = false;
    if (sending.tryAcquire()) {
      sealAndSendAnswer(limit, deadline);
    }
  }

  private void sealAndSendAnswer(Duration limit, long deadline) throws IOException {
    try {
      sealAnswer(limit, deadline);
      // in a new handshake the peer waits for it; else it goes on without it
      send(engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING, limit, deadline);
    } finally {
      sending.release();
    }
  }

  private void fillOrEnd(Duration limit, long deadline) throws IOException {
    if (fill(limit, deadline) || inputShut) {
      return;
    }
    ended = true;
    if (!options.raggedEnds()) {
      broken =
          new TlsTruncatedException(
              "the connection ended without the peer's goodbye, so bytes may be missing: where the"
                  + " protocol itself tells its end, read with TlsOptions.withRaggedEnds(true)");
      throw broken;
    }
  }

  /** Gets more bytes of the wire, or waits until it may; false at its end. */
  private boolean fill(Duration limit, long deadline) throws IOException {
    ByteBuffer buffer = in;
    if (buffer == null) {
      buffer = TlsBuffers.take();
    } else if (buffer.remaining() == buffer.capacity()) {
      buffer = TlsBuffers.grow(buffer.compact(), engine.getSession().getPacketBufferSize());
    } else {
      buffer.compact();
    }
    in = buffer;
    int count;
    try {
      count = wire.read(buffer, limit, deadline);
    } finally {
      buffer.flip();
      if (!buffer.hasRemaining()) {
        releaseIn();
      }
    }
    if (count == 0) {
      wire.awaitReadable(limit, deadline);
    }
    return count >= 0;
  }

  private void releaseIn() {
    ByteBuffer buffer = in;
    if (buffer != null && !buffer.hasRemaining()) {
      in = null;
      TlsBuffers.give(buffer);
    }
  }

  private void dropIn() {
    ByteBuffer buffer = in;
    if (buffer != null) {
      buffer.position(buffer.limit());
      releaseIn();
    }
  }

  void shutdownInput() {
    inputShut = true;
  }

  // --- Writing

  /** Seals and sends all of one buffer. */
  void write(ByteBuffer src, Duration limit, long deadline) throws IOException {
    single[0] = src;
    try {
      write(single, 0, 1, src.remaining(), limit, deadline);
    } finally {
      single[0] = NOTHING;
    }
  }

  /** Seals and sends {@code total} bytes, which is all of the buffers. */
  void write(ByteBuffer[] srcs, int offset, int length, long total, Duration limit, long deadline)
      throws IOException {
    acquireSending(limit, deadline);
    try {
      for (long left = total; left > 0; ) {
        if (outputShut) {
          throw new ClosedChannelException();
        }
        SSLEngineResult result = seal(srcs, offset, length, limit, deadline);
        left -= result.bytesConsumed();
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
          flush(limit, deadline);
          throw new SSLException("the TLS session has ended: it takes no more bytes");
        }
        if (result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
          flush(limit, deadline);
          awaitStep(result.getHandshakeStatus(), limit, deadline);
        }
      }
      do {
        sealAnswer(limit, deadline);
        flush(limit, deadline);
      } while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !closed);
    } finally {
      sending.release();
    }
  }

  /** A new handshake is in the way, and its next step is the reader's. */
  private void awaitStep(HandshakeStatus status, Duration limit, long deadline) throws IOException {
    if (status == HandshakeStatus.NEED_TASK) {
      HandshakeStatus _ = runTasks(false);
    } else {
      boolean _ = acquire(steps, limit, deadline);
    }
  }

  private void acquireSending(Duration limit, long deadline) throws IOException {
    boolean waited = acquire(sending, limit, deadline);
    if (closed) {
      sending.release();
      throw waited ? new AsynchronousCloseException() : new ClosedChannelException();
    }
  }

  /** Answers whether it had to wait. */
  private static boolean acquire(Semaphore semaphore, Duration limit, long deadline)
      throws IOException {
    if (semaphore.tryAcquire()) {
      return false;
    }
    if (deadline == 0) {
      semaphore.acquire();
    } else if (!semaphore.acquire(TlsWire.left(limit, deadline))) {
      throw TlsWire.expired(limit);
    }
    return true;
  }

  void shutdownOutput(Duration limit, long deadline) throws IOException {
    acquireSending(limit, deadline);
    try {
      outputShut = true;
      engine.closeOutbound();
      for (int i = 0; i < MOST_ALERTS && !engine.isOutboundDone(); i++) {
        SSLEngineResult _ = seal(NO_SOURCE, 0, 1, limit, deadline);
      }
      flush(limit, deadline);
    } finally {
      sending.release();
    }
  }

  /** Seals what the engine has to say by itself. Holding {@code sending}. */
  private void sealAnswer(Duration limit, long deadline) throws IOException {
    while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      SSLEngineResult result = seal(NO_SOURCE, 0, 1, limit, deadline);
      if (result.bytesProduced() == 0) {
        return;
      }
    }
  }

  /** Seals one record into {@code out}; sends what is there before if it has no room. */
  private SSLEngineResult seal(
      ByteBuffer[] srcs, int offset, int length, Duration limit, long deadline) throws IOException {
    while (true) {
      ByteBuffer dst = out;
      if (dst == null) {
        dst = TlsBuffers.take();
        out = dst;
      }
      SSLEngineResult result = engine.wrap(srcs, offset, length, dst);
      if (result.getStatus() != SSLEngineResult.Status.BUFFER_OVERFLOW) {
        return result;
      }
      if (dst.position() > 0) {
        flush(limit, deadline);
      } else {
        out = TlsBuffers.grow(dst, engine.getSession().getPacketBufferSize());
      }
    }
  }

  private void flush(Duration limit, long deadline) throws IOException {
    send(false, limit, deadline);
  }

  private void send(boolean readily, Duration limit, long deadline) throws IOException {
    ByteBuffer buffer = out;
    if (buffer == null) {
      return;
    }
    buffer.flip();
    try {
      if (readily) {
        wire.writeReadily(buffer, limit, deadline);
      } else if (buffer.hasRemaining()) {
        wire.write(buffer, limit, deadline);
      }
    } finally {
      keepRest(buffer);
    }
  }

  private void keepRest(ByteBuffer buffer) {
    if (buffer.hasRemaining()) {
      buffer.compact();
    } else {
      out = null;
      TlsBuffers.give(buffer);
    }
  }

  // --- The end

  /** Tells the peer that this is the end, if nobody is sending and there is room. Any thread. */
  void sayGoodbye() {
    if (sending.tryAcquire()) {
      try {
        if (!outputShut) {
          engine.closeOutbound();
          sealTheLast();
        }
      } catch (IOException _) {
        // the peer has gone before
      } finally {
        sending.release();
      }
    }
  }

  /** Seals and sends what fits into one buffer, without waiting. Holding {@code sending}. */
  private void sealTheLast() throws IOException {
    ByteBuffer buffer = out;
    if (buffer == null) {
      buffer = TlsBuffers.take();
      out = buffer;
    }
    for (int i = 0; i < MOST_ALERTS && !engine.isOutboundDone(); i++) {
      if (engine.wrap(NOTHING, buffer).bytesProduced() == 0) {
        break;
      }
    }
    buffer.flip();
    try {
      wire.sayGoodbye(buffer);
    } finally {
      keepRest(buffer);
    }
  }

  void close() {
    closed = true;
  }
}

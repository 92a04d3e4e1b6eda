package dev.celadon.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Hub;
import dev.celadon.sync.AsyncResult;
import dev.celadon.threadpool.ThreadPool;
import dev.celadon.threadpool.ThreadPoolOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An open file that does not stop the hub: each call blocks a thread beside it while the caller
 * waits.
 *
 * <p>The calls of all greenlets and threads on one file run one after the other, in the order in
 * which they were made, and share one position, which reading and writing move on. Text is bytes in
 * the file's charset; a line ends with LF or CR LF.
 *
 * <p>Regular files use the own pool of the calling hub. A pipe, a terminal or another special file
 * may block for ever, so it has threads of its own, up to three, and only while it is used; there,
 * reading and writing do not wait for each other.
 *
 * <p>A kill or a timeout of a caller that waits for its turn takes nothing and does nothing. One
 * whose call is under way leaves at once, and the thread goes on: what it reads is there for the
 * next who reads, what it writes is written before the next call begins, and a failure goes to the
 * hub's error handler. An interrupt never closes the file.
 *
 * <p>Errors are the JDK's, unchanged: a full disk is an {@link IOException}, after which the file
 * can be used on.
 *
 * <p>Safe for use from any thread.
 */
public final class FileObject implements SeekableByteChannel {

  private static final int CHUNK_BYTES = 1 << 20;

  /** In the place of a channel that nobody waits for any more. */
  private static final Object GONE = new Object();

  private final Path path;
  private final Charset charset;
  private final FileChannel channel;

  /** For a special file. */
  private final @Nullable ThreadPool own;

  private final Line reading;

  /** The same one for a regular file, which has one position. */
  private final Line writing;

  private final ReadAhead ahead = new ReadAhead();
  private final AtomicBoolean open = new AtomicBoolean(true);
  private final AtomicBoolean closing = new AtomicBoolean();
  private final AsyncResult<Boolean> closed = new AsyncResult<>();

  private FileObject(Path path, Charset charset, FileChannel channel, @Nullable ThreadPool own) {
    this.path = path;
    this.charset = charset;
    this.channel = channel;
    this.own = own;
    this.reading = new Line(own, this::closeWhenFree);
    this.writing = own == null ? reading : new Line(own, () -> {});
  }

  // --- Opening

  /**
   * Opens a file of UTF-8 text, or of bytes; see {@link #open(Path, Charset, OpenOption...)}.
   * Switches.
   *
   * @param path where it is
   * @param options as for {@link FileChannel#open(Path, OpenOption...)}; none reads
   * @return the open file
   * @throws IOException what the JDK throws
   */
  public static FileObject open(Path path, OpenOption... options) throws IOException {
    return open(path, UTF_8, options);
  }

  /**
   * Opens a file. Switches.
   *
   * <p>Opening a named pipe waits for its other end. A kill or a timeout ends that wait; the thread
   * that it leaves behind stays until somebody opens the other end.
   *
   * @param path where it is
   * @param charset the charset of its text
   * @param options as for {@link FileChannel#open(Path, OpenOption...)}; none reads
   * @return the open file
   * @throws IOException what the JDK throws
   * @throws BlockingSwitchOut in a callback of the hub, which must not wait
   */
  public static FileObject open(Path path, Charset charset, OpenOption... options)
      throws IOException {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(charset, "charset");
    OpenOption[] copy = options.clone();
    ThreadPool pool = Hub.currentOrNull() == null ? Line.ASIDE : ThreadPool.current();
    FileChannel regular =
        handedOver(pool, () -> isSpecial(path) ? null : FileChannel.open(path, copy));
    if (regular != null) {
      return new FileObject(path, charset, regular, null);
    }
    ThreadPool own =
        new ThreadPool(
            ThreadPoolOptions.defaults()
                .withMaxSize(3) // one reads, one writes, one closes
                .withIdleTimeout(Duration.ofSeconds(1))
                .withName("celadon-file-" + path.getFileName()));
    FileChannel special =
        Objects.requireNonNull(handedOver(own, () -> FileChannel.open(path, copy)));
    return new FileObject(path, charset, special, own);
  }

  private static boolean isSpecial(Path path) {
    return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
  }

  /** Opens, for a caller that may have gone meanwhile. */
  private static @Nullable FileChannel handedOver(
      ThreadPool pool, Turn.Blocking<@Nullable FileChannel> opening) throws IOException {
    AtomicReference<@Nullable Object> hands = new AtomicReference<>();
    boolean taken = false;
    try {
      FileChannel channel =
          Turn.<@Nullable FileChannel>call(
              pool,
              () -> {
                FileChannel opened = opening.call();
                if (opened != null && !hands.compareAndSet(null, opened)) {
                  opened.close();
                }
                return opened;
              });
      taken = true;
      return channel;
    } finally {
      if (!taken && hands.getAndSet(GONE) instanceof FileChannel unwanted) {
        unwanted.close();
      }
    }
  }

  // --- Reading

  /**
   * Reads what is there, at least one byte. Switches unless it was read ahead.
   *
   * @param target where to
   * @param offset where in {@code target}
   * @param length how many bytes at most
   * @return how many were read; -1 at the end of the file
   * @throws ClosedChannelException if the file is closed; {@link AsynchronousCloseException} if
   *     that happens while the call waits
   * @throws IOException what the JDK throws
   */
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    try (Turn turn = reading.enter()) {
      if (length == 0) {
        return 0;
      }
      fill(turn, length);
      return ahead.take(target, offset, length);
    }
  }

  /**
   * Reads what is there, at least one byte. Switches unless it was read ahead.
   *
   * @param target where to
   * @return how many were read; -1 at the end of the file
   */
  @Override
  public int read(ByteBuffer target) throws IOException {
    try (Turn turn = reading.enter()) {
      if (!target.hasRemaining()) {
        return 0;
      }
      fill(turn, target.remaining());
      return ahead.take(target);
    }
  }

  private void fill(Turn turn, int wanted) throws IOException {
    if (ahead.size() == 0) {
      boolean _ = turn.offload(() -> ahead.fill(channel, wanted));
    }
  }

  /**
   * Reads up to the end of the file. Switches.
   *
   * @return the bytes from the position on; empty at the end
   * @throws IOException as for {@link #read(byte[], int, int)}
   */
  public byte[] readAll() throws IOException {
    try (Turn turn = reading.enter()) {
      turn.run(() -> ahead.fillAll(channel));
      return ahead.takeAll();
    }
  }

  /**
   * Reads text up to the end of the file. Switches.
   *
   * @return the text from the position on; empty at the end
   * @throws CharacterCodingException if it is not text in the file's charset
   * @throws IOException as for {@link #read(byte[], int, int)}
   */
  public String readString() throws IOException {
    return decode(readAll());
  }

  /**
   * Reads a line. Switches unless it was read ahead.
   *
   * @return the line without its end; null at the end of the file
   * @throws CharacterCodingException if it is not text in the file's charset; the line is skipped
   * @throws UnsupportedOperationException if the charset writes the end of a line as something else
   *     than the byte 10, as UTF-16 does: use {@link #readString} or {@link #inputStream}
   * @throws IOException as for {@link #read(byte[], int, int)}
   */
  public @Nullable String readLine() throws IOException {
    if (!Arrays.equals("\n".getBytes(charset), new byte[] {'\n'})) {
      throw new UnsupportedOperationException(
          "lines of " + charset + " do not end with the byte 10: use readString or inputStream");
    }
    byte[] line;
    try (Turn turn = reading.enter()) {
      if (!ahead.hasLine()) {
        turn.run(() -> ahead.fillLine(channel));
      }
      if (ahead.size() == 0) {
        return null;
      }
      line = ahead.takeLine();
    }
    return decode(line);
  }

  /**
   * The lines from the position on, read while they are asked for, as by {@link #readLine}.
   *
   * @return the lines; an {@link IOException} comes out as an {@link UncheckedIOException}
   */
  public Iterable<String> lines() {
    return () -> new FileLines(this);
  }

  private String decode(byte[] bytes) throws CharacterCodingException {
    return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  // --- Writing

  /**
   * Writes all bytes that the buffer has. Switches.
   *
   * <p>A megabyte at a time: a caller that is killed meanwhile has written some of them; {@link
   * #position()} tells how many. The buffer is not touched after the call has ended.
   *
   * @param source what to write
   * @return how many were written
   * @throws IOException as for {@link #read(byte[], int, int)}; some bytes may have been written
   */
  @Override
  public int write(ByteBuffer source) throws IOException {
    int count = source.remaining();
    try (Turn turn = writing.enter()) {
      while (source.hasRemaining()) {
        byte[] chunk = new byte[Math.min(CHUNK_BYTES, source.remaining())];
        source.get(chunk);
        turn.run(() -> writeAll(ByteBuffer.wrap(chunk)));
      }
    }
    return count;
  }

  private void writeAll(ByteBuffer chunk) throws IOException {
    comeBack();
    while (chunk.hasRemaining()) {
      int _ = channel.write(chunk);
    }
  }

  /** To the position that the callers know. */
  private void comeBack() throws IOException {
    if (own == null) {
      ahead.forget(channel);
    }
  }

  /**
   * Writes bytes; see {@link #write(ByteBuffer)}. Switches.
   *
   * @param source what to write
   * @param offset where in {@code source}
   * @param length how many bytes
   * @throws IOException as for {@link #write(ByteBuffer)}
   */
  public void write(byte[] source, int offset, int length) throws IOException {
    int _ = write(ByteBuffer.wrap(source, offset, length));
  }

  /**
   * Writes bytes; see {@link #write(ByteBuffer)}. Switches.
   *
   * @param source what to write
   * @throws IOException as for {@link #write(ByteBuffer)}
   */
  public void write(byte[] source) throws IOException {
    int _ = write(ByteBuffer.wrap(source));
  }

  /**
   * Writes text in the file's charset; see {@link #write(ByteBuffer)}. Switches.
   *
   * @param text what to write; the charset's replacement stands for what it does not know
   * @throws IOException as for {@link #write(ByteBuffer)}
   */
  public void write(String text) throws IOException {
    int _ = write(ByteBuffer.wrap(text.getBytes(charset)));
  }

  /**
   * Waits until what was written is on the device. Switches.
   *
   * @param metaData whether the file's own data, such as its times, are wanted there, too
   * @throws IOException as for {@link #read(byte[], int, int)}
   */
  public void force(boolean metaData) throws IOException {
    try (Turn turn = writing.enter()) {
      turn.run(() -> channel.force(metaData));
    }
  }

  // --- Position and size

  /**
   * The position of the next read or write. Switches.
   *
   * @throws IOException as for {@link #read(byte[], int, int)}, and for a file that has none
   */
  @Override
  public long position() throws IOException {
    try (Turn turn = reading.enter()) {
      return turn.<Long>offload(() -> channel.position() - ahead.size());
    }
  }

  /**
   * Moves the position. Switches.
   *
   * @param newPosition bytes from the begin; behind the end, reading finds the end and writing
   *     fills up with zeros
   * @throws IllegalArgumentException if {@code newPosition} is negative
   * @throws IOException as for {@link #position()}
   */
  @Override
  public FileObject position(long newPosition) throws IOException {
    if (newPosition < 0) {
      throw new IllegalArgumentException(
          "newPosition must not be negative: " + newPosition + "; 0 is the begin of the file");
    }
    try (Turn turn = reading.enter()) {
      FileChannel _ =
          turn.<FileChannel>offload(
              () -> {
                comeBack();
                return channel.position(newPosition);
              });
    }
    return this;
  }

  /**
   * The size of the file in bytes. Switches.
   *
   * @throws IOException as for {@link #read(byte[], int, int)}
   */
  @Override
  public long size() throws IOException {
    try (Turn turn = reading.enter()) {
      return turn.<Long>offload(channel::size);
    }
  }

  /**
   * Cuts the file off. Switches.
   *
   * @param newSize the new size, if the file is longer; a position behind it moves there
   * @throws IllegalArgumentException if {@code newSize} is negative
   * @throws IOException as for {@link #read(byte[], int, int)}
   */
  @Override
  public FileObject truncate(long newSize) throws IOException {
    if (newSize < 0) {
      throw new IllegalArgumentException(
          "newSize must not be negative: " + newSize + "; 0 empties the file");
    }
    try (Turn turn = writing.enter()) {
      FileChannel _ =
          turn.<FileChannel>offload(
              () -> {
                comeBack();
                return channel.truncate(newSize);
              });
    }
    return this;
  }

  // --- Faces

  /**
   * This file as a stream, with the same position. Closing it closes the file.
   *
   * @return a stream whose reads switch
   */
  public InputStream inputStream() {
    return new FileInput(this);
  }

  /**
   * This file as a stream, with the same position. Closing it closes the file. Each write goes to a
   * thread and back: for many small ones, put a {@link java.io.BufferedOutputStream} around it.
   *
   * @return a stream whose writes switch
   */
  public OutputStream outputStream() {
    return new FileOutput(this);
  }

  // --- The end

  @Override
  public boolean isOpen() {
    return open.get();
  }

  /**
   * Closes the file when the call that is under way has ended; a special file is closed at once,
   * and what is under way there fails. Whoever waits for a turn gets an {@link
   * AsynchronousCloseException}. Switches; the second time, waits for the end of the first. If the
   * caller is killed meanwhile, the file is closed all the same.
   *
   * @throws IOException what the JDK throws
   */
  @Override
  public void close() throws IOException {
    boolean first = open.getAndSet(false);
    reading.close();
    writing.close();
    if (own == null) {
      closeWhenFree();
    } else if (closing.compareAndSet(false, true)) {
      closeIn(own);
    }
    if (first) {
      boolean _ = closed.result();
    } else {
      boolean _ = closed.waitUntilReady(Duration.ofSeconds(Long.MAX_VALUE));
    }
  }

  /** Whoever passes the turn on last, closes. */
  private void closeWhenFree() {
    if (own == null && !closing.get() && reading.tryEnter()) {
      if (closing.compareAndSet(false, true)) {
        closeIn(Line.ASIDE);
      } else {
        reading.pass();
      }
    }
  }

  private void closeIn(ThreadPool pool) {
    pool.asExecutorService().execute(this::closeNow);
  }

  private void closeNow() {
    try {
      channel.close();
      boolean _ = closed.trySet(true);
    } catch (Throwable failure) {
      boolean _ = closed.tryFail(failure);
    }
    if (own == null) {
      reading.pass();
    } else {
      own.shutdown();
    }
  }

  // --- Whole files

  /**
   * Reads a text file of UTF-8. Switches. For other calls of {@link Files}, use {@link
   * ThreadPool#offload}.
   *
   * @param path where it is
   * @return its text
   * @throws IOException as {@link Files#readString(Path)}
   */
  public static String readString(Path path) throws IOException {
    return offload(() -> Files.readString(path));
  }

  /**
   * Reads a file. Switches.
   *
   * @param path where it is
   * @return its bytes
   * @throws IOException as {@link Files#readAllBytes}
   */
  public static byte[] readAllBytes(Path path) throws IOException {
    return offload(() -> Files.readAllBytes(path));
  }

  /**
   * Reads the lines of a text file of UTF-8. Switches.
   *
   * @param path where it is
   * @return its lines
   * @throws IOException as {@link Files#readAllLines(Path)}
   */
  public static List<String> readAllLines(Path path) throws IOException {
    return offload(() -> new ArrayList<>(Files.readAllLines(path)));
  }

  /**
   * Writes a text file of UTF-8. Switches.
   *
   * @param path where it is
   * @param text its text
   * @param options as for {@link Files#writeString}
   * @throws IOException as {@link Files#writeString}
   */
  public static void writeString(Path path, String text, OpenOption... options) throws IOException {
    Path _ = offload(() -> Files.writeString(path, text, options));
  }

  /**
   * Copies a file. Switches.
   *
   * @param source where it is
   * @param target where the copy is to be
   * @param options as for {@link Files#copy(Path, Path, CopyOption...)}
   * @throws IOException as {@link Files#copy(Path, Path, CopyOption...)}
   */
  public static void copy(Path source, Path target, CopyOption... options) throws IOException {
    Path _ = offload(() -> Files.copy(source, target, options));
  }

  private static <T> T offload(Turn.Blocking<T> work) throws IOException {
    return Turn.<T>call(Hub.currentOrNull() == null ? Line.ASIDE : ThreadPool.current(), work);
  }

  @Override
  public String toString() {
    return "FileObject[" + path + (open.get() ? "]" : ", closed]");
  }
}

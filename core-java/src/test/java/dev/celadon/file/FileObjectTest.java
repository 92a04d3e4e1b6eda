package dev.celadon.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Hub;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.threadpool.ThreadPool;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileObjectTest {

  private static final Duration MOMENT = Duration.ofMillis(20);

  @TempDir Path folder;

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("file"), content);
  }

  private Path pipe() throws Exception {
    Path pipe = folder.resolve("pipe");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")));
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    return pipe;
  }

  @Test
  void readsAndWritesMoveOnePosition() throws Exception {
    Path path = file("one\ntwo\nthree\n");
    Hub.run(
        () -> {
          try (FileObject file = FileObject.open(path, READ, WRITE)) {
            assertEquals("one", file.readLine());
            assertEquals(4, file.position(), "what was read ahead does not count");
            file.write("TWO\n");
            assertEquals("three", file.readLine());
            assertNull(file.readLine());
            assertEquals(14, file.size());
            byte[] bytes = new byte[5];
            assertEquals(3, file.position(0).read(bytes, 1, 3));
            assertArrayEquals(new byte[] {0, 'o', 'n', 'e', 0}, bytes);
            ByteBuffer buffer = ByteBuffer.allocate(3);
            assertEquals(3, file.read(buffer));
            assertEquals("\nTW", new String(buffer.array(), UTF_8));
            assertEquals(0, file.read(buffer));
            assertEquals("O\nthree\n", file.readString());
            assertEquals(-1, file.read(bytes, 0, 5));
            assertEquals(0, file.read(bytes, 0, 0));
            file.truncate(3);
            assertEquals(3, file.position());
            file.force(true);
          }
        });
    assertEquals("one", Files.readString(path));
  }

  @Test
  void aFileThatGrowsIsReadOn() throws Exception {
    Path path = file("a\n");
    Hub.run(
        () -> {
          try (FileObject reader = FileObject.open(path);
              FileObject writer = FileObject.open(path, APPEND)) {
            assertEquals("a", reader.readLine());
            assertNull(reader.readLine());
            writer.write("b");
            assertEquals("b", reader.readLine());
            assertThrows(NonReadableChannelException.class, () -> writer.read(new byte[1], 0, 1));
          }
        });
  }

  @Test
  void linesOfAllKinds() throws Exception {
    String longLine = "x".repeat(100_000);
    Path path = file("a\r\n\n\r\nä\n" + longLine + "\nlast");
    Hub.run(
        () -> {
          List<String> lines = new ArrayList<>();
          try (FileObject file = FileObject.open(path)) {
            file.lines().forEach(lines::add);
          }
          assertEquals(List.of("a", "", "", "ä", longLine, "last"), lines);
        });
  }

  @Test
  void textHasTheFilesCharset() throws Exception {
    Path path = folder.resolve("file");
    Hub.run(
        () -> {
          try (FileObject file = FileObject.open(path, ISO_8859_1, CREATE, READ, WRITE)) {
            file.write("ä\nö");
            assertEquals(3, file.size());
            assertEquals("ä", file.position(0).readLine());
          }
          try (FileObject file = FileObject.open(path, UTF_8)) {
            assertThrows(CharacterCodingException.class, file::readLine);
            assertEquals(2, file.position(), "the line is skipped");
          }
          try (FileObject file = FileObject.open(path, UTF_16)) {
            assertThrows(UnsupportedOperationException.class, file::readLine);
          }
        });
  }

  @Test
  void theStreamsOfTheJdkWorkOnIt() throws Exception {
    Path path = file("");
    Hub.run(
        () -> {
          try (FileObject file = FileObject.open(path, READ, WRITE)) {
            OutputStream out = file.outputStream();
            out.write('a');
            out.write("bc\nd".getBytes(UTF_8));
            out.flush();
            file.position(0);
            assertEquals('a', file.inputStream().read());
            BufferedReader reader =
                new BufferedReader(new InputStreamReader(file.inputStream(), UTF_8));
            assertEquals("bc", reader.readLine());
            assertEquals("d", reader.readLine());
            assertNull(reader.readLine());
            file.position(1);
            assertEquals("bc\nd", new String(file.inputStream().readAllBytes(), UTF_8));
            file.inputStream().close();
            assertFalse(file.isOpen());
          }
        });
  }

  @Test
  void wholeFiles() throws Exception {
    Path path = folder.resolve("file");
    Path copy = folder.resolve("copy");
    Hub.run(
        () -> {
          FileObject.writeString(path, "a\nb");
          FileObject.copy(path, copy);
          assertEquals("a\nb", FileObject.readString(copy));
          assertEquals(List.of("a", "b"), FileObject.readAllLines(copy));
          assertEquals(3, FileObject.readAllBytes(copy).length);
          Path missing = folder.resolve("missing");
          assertThrows(NoSuchFileException.class, () -> FileObject.readString(missing));
          assertThrows(NoSuchFileException.class, () -> FileObject.open(missing));
        });
    assertEquals("a\nb", FileObject.readString(copy), "on a plain thread");
  }

  @Test
  void callsOfManyGreenletsAndThreadsRunInTheirOrderAndWhole() throws Exception {
    Path path = folder.resolve("file");
    int lines = 200;
    Hub.run(
        () -> {
          try (FileObject file = FileObject.open(path, CREATE, WRITE)) {
            List<Greenlet<?>> writers = new ArrayList<>();
            for (int i = 0; i < lines; i++) {
              String line = i + "\n";
              writers.add(Greenlets.spawn(() -> file.write(line)));
            }
            Greenlets.joinAllOrThrow(writers);
          }
          List<String> expected = new ArrayList<>();
          for (int i = 0; i < lines; i++) {
            expected.add("" + i);
          }
          assertEquals(expected, FileObject.readAllLines(path));
        });
    List<String> read = new ArrayList<>();
    try (FileObject file = FileObject.open(path)) {
      List<Thread> readers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        readers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (String line : file.lines()) {
                        synchronized (read) {
                          read.add(line);
                        }
                      }
                    }));
      }
      for (Thread reader : readers) {
        reader.join();
      }
    }
    assertEquals(lines, read.stream().distinct().count());
    assertEquals(lines, read.size());
  }

  @Test
  void otherGreenletsGoOnMeanwhile() throws Exception {
    Path pipe = pipe();
    Hub.run(
        () -> {
          Greenlet<String> reader =
              Greenlets.spawn(
                  () -> {
                    try (FileObject file = FileObject.open(pipe)) {
                      return file.readLine() + file.readLine() + file.readLine();
                    }
                  });
          Greenlets.sleep(MOMENT);
          assertFalse(reader.isReady());
          try (FileObject writer = FileObject.open(pipe, WRITE)) {
            writer.write("a\nb");
            Greenlets.sleep(MOMENT);
            assertFalse(reader.isReady());
            writer.write("\n");
          }
          assertEquals("abnull", reader.result());
        });
  }

  @Test
  void manyBlockedPipesDoNotUseUpThePool() throws Exception {
    Path pipe = pipe();
    Path path = file("x");
    Hub.run(
        () -> {
          List<Greenlet<FileObject>> openers = new ArrayList<>();
          for (int i = 0; i < 2 * ThreadPool.defaultSize(); i++) {
            openers.add(Greenlets.spawn(() -> FileObject.open(pipe)));
          }
          Greenlets.sleep(MOMENT);
          assertEquals("x", FileObject.readString(path));
          try (FileObject _ = FileObject.open(pipe, WRITE)) {
            for (Greenlet<FileObject> opener : openers) {
              opener.result().close();
            }
          }
        });
  }

  @Test
  void whatAKilledReaderHasAskedForIsThereForTheNext() throws Exception {
    Path pipe = pipe();
    Hub.run(
        () -> {
          Greenlet<FileObject> opener = Greenlets.spawn(() -> FileObject.open(pipe));
          try (FileObject writer = FileObject.open(pipe, WRITE);
              FileObject reader = opener.result()) {
            Greenlet<String> killed = Greenlets.spawn(reader::readLine);
            Greenlet<String> next = Greenlets.spawn(reader::readLine);
            Greenlets.sleep(MOMENT);
            killed.kill();
            assertFalse(next.isReady());
            try (Timeout _ = Timeout.start(MOMENT)) {
              assertThrows(TimeoutExpired.class, () -> reader.read(new byte[1], 0, 1));
            }
            writer.write("whole line\n");
            assertEquals("whole line", next.result());
            writer.write("more\n");
            assertEquals("more", reader.readLine());
          }
        });
  }

  @Test
  void aKillInTheLineTakesNothing() throws Exception {
    Path path = file("");
    byte[] large = new byte[8 << 20];
    Arrays.fill(large, (byte) 'l');
    Hub.run(
        () -> {
          try (FileObject file = FileObject.open(path, WRITE)) {
            Greenlet<?> first = Greenlets.spawn(() -> file.write(large));
            Greenlet<?> killed = Greenlets.spawn(() -> file.write("never"));
            Greenlet<?> third = Greenlets.spawn(() -> file.write("third"));
            Greenlets.yieldNow();
            killed.kill();
            first.kill(); // the chunk under way is written whole
            third.join();
          }
          String text = FileObject.readString(path);
          assertTrue(text.endsWith("third"));
          assertEquals(0, (text.length() - 5) % (1 << 20));
          assertFalse(text.contains("never"));
        });
  }

  @Test
  void anInterruptDoesNotCloseTheFile() throws Exception {
    Path pipe = pipe();
    Hub.run(
        () -> {
          Greenlet<FileObject> opener = Greenlets.spawn(() -> FileObject.open(pipe));
          try (FileObject writer = FileObject.open(pipe, WRITE);
              FileObject reader = opener.result()) {
            CountDownLatch started = new CountDownLatch(1);
            Thread thread =
                Thread.ofPlatform()
                    .start(
                        () -> {
                          started.countDown();
                          assertThrows(InterruptedWaitException.class, reader::readLine);
                        });
            started.await();
            thread.interrupt();
            thread.join();
            Greenlet<String> greenlet = Greenlets.spawn(reader::readLine);
            Greenlets.sleep(MOMENT);
            greenlet.thread().interrupt();
            assertThrows(InterruptedWaitException.class, greenlet::result);
            writer.write("still open\n");
            assertEquals("still open", reader.readLine());
          }
        });
  }

  @Test
  void closingWaitsForTheCallUnderWayAndRefusesTheOthers() throws Exception {
    Path path = file("");
    Hub.run(
        () -> {
          FileObject file = FileObject.open(path, WRITE);
          ThreadPool.current().setMaxSize(0); // so that the first call stays under way
          Greenlet<?> first = Greenlets.spawn(() -> file.write("under way"));
          Greenlet<?> second = Greenlets.spawn(() -> file.write("never"));
          Greenlet<?> third = Greenlets.spawn(() -> file.write("never"));
          Greenlet<?> closer = Greenlets.spawn(() -> file.close());
          Greenlets.yieldNow();
          assertFalse(closer.isReady());
          ThreadPool.current().setMaxSize(1);
          closer.result();
          file.close();
          first.result();
          assertThrows(AsynchronousCloseException.class, second::result);
          assertThrows(AsynchronousCloseException.class, third::result);
          assertInstanceOf(
              ClosedChannelException.class,
              assertThrows(IOException.class, () -> file.write("late")));
          assertEquals("FileObject[" + path + ", closed]", file.toString());
          assertEquals("under way", FileObject.readString(path));
        });
  }

  @Test
  void aKilledCloserHasClosedAllTheSame() throws Exception {
    Path path = file("");
    Hub.run(
        () -> {
          FileObject file = FileObject.open(path, WRITE);
          Greenlet<?> writer = Greenlets.spawn(() -> file.write(new byte[1 << 20]));
          Greenlet<?> closer = Greenlets.spawn(() -> file.close());
          Greenlets.yieldNow();
          closer.kill();
          writer.join();
          file.close();
          assertFalse(file.isOpen());
        });
  }

  @Test
  void aBlockedPipeIsClosedAtOnce() throws Exception {
    Path pipe = pipe();
    Hub.run(
        () -> {
          Greenlet<FileObject> opener = Greenlets.spawn(() -> FileObject.open(pipe));
          try (FileObject _ = FileObject.open(pipe, WRITE)) {
            FileObject reader = opener.result();
            Greenlet<String> first = Greenlets.spawn(reader::readLine);
            Greenlet<String> second = Greenlets.spawn(reader::readLine);
            Greenlets.sleep(MOMENT);
            reader.close();
            assertThrows(AsynchronousCloseException.class, first::result);
            assertThrows(AsynchronousCloseException.class, second::result);
            assertThrows(ClosedChannelException.class, reader::readLine);
          }
        });
  }

  @Test
  void aFullDiskIsAnErrorOfTheJdkAndTheFileIsUsedOn() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full));
    Hub.run(
        () -> {
          try (FileObject file = FileObject.open(full, WRITE)) {
            for (int i = 0; i < 3; i++) {
              IOException e = assertThrows(IOException.class, () -> file.write("x"));
              assertEquals(IOException.class, e.getClass());
            }
            assertTrue(file.isOpen());
          }
        });
  }

  @Test
  void misuseIsToldAtOnce() throws Exception {
    Path path = file("");
    Hub.run(
        () -> {
          try (FileObject file = FileObject.open(path, READ, WRITE)) {
            assertThrows(IllegalArgumentException.class, () -> file.position(-1));
            assertThrows(IllegalArgumentException.class, () -> file.truncate(-1));
            assertThrows(IndexOutOfBoundsException.class, () -> file.read(new byte[1], 1, 1));
            var lines = file.lines().iterator();
            assertThrows(java.util.NoSuchElementException.class, lines::next);
          }
        });
  }

  @Test
  void killsAtAnyMomentLoseNothingAndPassTheTurnOn() throws Exception {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      text.append(i).append('\n');
    }
    Path path = file(text.toString());
    Hub.run(
        () -> {
          List<String> read = new ArrayList<>();
          try (FileObject file = FileObject.open(path)) {
            for (int round = 0; round < 300; round++) {
              List<Greenlet<?>> readers = new ArrayList<>();
              for (int i = 0; i < 3; i++) {
                readers.add(
                    Greenlets.spawn(
                        () -> {
                          byte[] some = new byte[1 + random.nextInt(50)];
                          int count = file.read(some, 0, some.length);
                          read.add(new String(some, 0, Math.max(0, count), UTF_8));
                        }));
              }
              Greenlet<?> victim = readers.get(random.nextInt(3));
              int turns = random.nextInt(4);
              for (int i = 0; i < turns; i++) {
                Greenlets.yieldNow();
              }
              victim.kill();
              Greenlets.joinAll(readers);
              if (random.nextInt(20) == 0) {
                FileObject _ = file.position(file.position()); // forgets what was read ahead
              }
            }
            read.add(file.readString());
          }
          assertEquals(text.toString(), String.join("", read));
        });
  }
}

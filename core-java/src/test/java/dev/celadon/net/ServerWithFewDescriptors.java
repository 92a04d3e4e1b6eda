package dev.celadon.net;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A program for {@link NetworkFaultsTest}: a server that may have few descriptors only. It prints
 * its port and its first errors; once there were two, a client gets their number and the
 * milliseconds since the first.
 */
final class ServerWithFewDescriptors {

  private ServerWithFewDescriptors() {}

  public static void main(String[] args) throws Exception {
    AtomicLong errors = new AtomicLong();
    AtomicLong first = new AtomicLong();
    HubOptions options =
        HubOptions.defaults()
            .withErrorHandler(
                (source, failure) -> {
                  if (errors.incrementAndGet() == 1) {
                    first.set(System.nanoTime());
                  }
                  System.out.println(source + ": " + failure);
                });
    SocketHandler handler =
        socket -> {
          if (errors.get() > 1) { // a single one may come before any handler has had its turn
            long millis = (System.nanoTime() - first.get()) / 1_000_000;
            socket.write(
                ByteBuffer.allocate(Long.BYTES * 2).putLong(errors.get()).putLong(millis).flip());
          } else {
            int _ = socket.inputStream().read();
          }
        };
    Hub.run(
        options,
        () -> {
          StreamServer server =
              new StreamServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), handler);
          server.start();
          System.out.println(server.port());
          server.serveForever();
        });
  }

  /** In a JVM of its own. */
  static Process start(Path folder, int descriptors) throws IOException {
    return start(ServerWithFewDescriptors.class, folder, descriptors);
  }

  /**
   * A program in a JVM of its own. From jars, because a class that is loaded from a folder needs a
   * descriptor.
   */
  static Process start(Class<?> program, Path folder, int descriptors) throws IOException {
    StringBuilder path = new StringBuilder();
    int number = 0;
    for (String part :
        Pattern.compile(Pattern.quote(File.pathSeparator))
            .splitAsStream(System.getProperty("java.class.path"))
            .toList()) {
      if (Files.isDirectory(Path.of(part))) {
        Path jar = folder.resolve("classes" + number++ + ".jar");
        pack(Path.of(part), jar);
        path.append(jar);
      } else {
        path.append(part);
      }
      path.append(File.pathSeparator);
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(
            "sh",
            "-c",
            "ulimit -n " + descriptors + " && exec \"$0\" \"$@\"",
            java,
            "-Xmx64m",
            "-XX:-MaxFDLimit",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-Dceladon.carrier=" + System.getProperty("celadon.carrier", "direct"),
            "-cp",
            path.toString(),
            program.getName());
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(file);
        Stream<Path> all = Files.walk(classes)) {
      for (Path one : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        packed.putNextEntry(new JarEntry(classes.relativize(one).toString()));
        Files.copy(one, packed);
      }
    }
  }
}

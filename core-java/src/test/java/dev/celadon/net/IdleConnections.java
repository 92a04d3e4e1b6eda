package dev.celadon.net;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What an idle connection costs a server: {@code java … dev.celadon.net.IdleConnections 10000}
 * prints bytes of heap and of resident memory for each. The clients live in a second JVM.
 */
final class IdleConnections {

  private IdleConnections() {}

  public static void main(String[] args) throws Exception {
    if (args.length == 2) {
      connect(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
    } else {
      serve(Integer.parseInt(args[0]));
    }
  }

  private static void connect(int number, int port) throws IOException {
    List<SocketChannel> all = new ArrayList<>(number);
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    for (int i = 0; i < number; i++) {
      all.add(SocketChannel.open(address));
    }
    int _ = System.in.read();
    System.exit(all.size() == number ? 0 : 1);
  }

  private static void serve(int number) throws Exception {
    SocketHandler handler =
        socket -> {
          InputStream input = socket.inputStream();
          while (input.read() >= 0) {}
        };
    Hub.run(
        () -> {
          StreamServer server =
              new StreamServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), handler);
          server.start();
          measure(server, 100); // classes, code
          long heap = heap();
          long resident = resident();
          Process clients = clients(server, number);
          settle(server, 100 + number);
          long moreHeap = heap() - heap;
          long moreResident = resident() - resident;
          System.out.println(
              number
                  + " idle connections: "
                  + moreHeap / number
                  + " bytes of heap, "
                  + moreResident / number
                  + " bytes resident for each");
          clients.destroyForcibly();
          System.exit(0);
        });
  }

  private static void measure(StreamServer server, int number) throws IOException {
    Process _ = clients(server, number);
    settle(server, number);
  }

  private static void settle(StreamServer server, int number) {
    while (server.handlers() < number) {
      Greenlets.sleep(Duration.ofMillis(10));
    }
    Greenlets.sleep(Duration.ofSeconds(1));
  }

  private static Process clients(StreamServer server, int number) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            IdleConnections.class.getName(),
            String.valueOf(number),
            String.valueOf(server.port()))
        .start();
  }

  private static long heap() {
    for (int i = 0; i < 5; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static long resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1_024;
      }
    }
    throw new IOException("no VmRSS");
  }
}

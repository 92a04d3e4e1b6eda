package dev.celadon.monkey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.hub.Hub;
import dev.celadon.monkey.PatchedPart.Part;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** JVMs of their own, because the pollers are settled once in each. */
class MonkeyStartTest {

  public static final class Program {
    public static void main(String[] args) throws Exception {
      if (args.length > 0) {
        Thread.ofVirtual().start(Program::useASocket).join();
      }
      Hub.run(
          () -> {
            Thread server = Hub.current().threadFactory().newThread(Program::useASocket);
            System.out.println(Monkey.patch(Hub.current(), Part.SOCKETS).parts().getFirst());
            server.start();
            server.join();
          });
      System.out.println("the end");
    }

    private static void useASocket() {
      try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
        Thread sender =
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        for (int i = 0; i < 2; i++) {
                          Thread.sleep(50); // most likely the receiver waits by then
                          socket.send(
                              new DatagramPacket(new byte[1], 1, socket.getLocalSocketAddress()));
                        }
                      } catch (Exception e) {
                        System.out.println(e);
                      }
                    });
        socket.receive(new DatagramPacket(new byte[1], 1));
        socket.receive(new DatagramPacket(new byte[1], 1));
        sender.join();
      } catch (Exception e) {
        System.out.println(e);
      }
    }
  }

  @Test
  void oneHubHasThePollersWhateverTheirNumber() throws Exception {
    assertEquals(
        "SOCKETS patched: Hub[hub] waits for them\nthe end",
        run(List.of("-Djdk.readPollers=1", "-Djdk.writePollers=1")));
    String four = run(List.of("-Djdk.readPollers=2", "-Djdk.writePollers=2"));
    assertTrue(four.startsWith("SOCKETS patched: Hub[hub] waits for them by 4 pollers;"), four);
    assertTrue(four.endsWith("the end"), four);
  }

  @Test
  void whoeverUsedASocketBeforeTheFirstHubIsTold() throws Exception {
    String told = run(List.of(), "first");
    assertTrue(
        told.startsWith(
            "SOCKETS not patched: a virtual thread used a socket before the first hub was made"),
        told);
    assertTrue(told.endsWith("the end"), "sockets work all the same: " + told);
  }

  @Test
  void pollersThatArePlatformThreadsAreTold() throws Exception {
    String told = run(List.of("-Djdk.pollerMode=1"));
    assertTrue(told.startsWith("SOCKETS not patched: the pollers are platform threads"), told);
    assertTrue(told.endsWith("the end"), told);
  }

  private static String run(List<String> flags, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output.strip();
  }
}

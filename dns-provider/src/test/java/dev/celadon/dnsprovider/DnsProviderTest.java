package dev.celadon.dnsprovider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.dns.Dns;
import dev.celadon.dns.PlatformDns;
import dev.celadon.dns.Resolver;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.sync.Event;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@SuppressWarnings("AddressSelection") // what unmodified code calls
class DnsProviderTest {

  /** Knows every name, as soon as it is told to. */
  private static final class Slow implements Resolver {

    final Event answers = new Event();
    final List<String> asked = new ArrayList<>();

    @Override
    public List<InetAddress> lookup(String host) {
      asked.add(host);
      answers.waitUntilSet();
      return List.of(InetAddress.ofLiteral("192.0.2.1"));
    }

    @Override
    public String reverse(InetAddress address) {
      throw new AssertionError();
    }
  }

  @Test
  void greenletsWaitForSlowNamesTogetherAndTheHubGoesOn() throws Exception {
    Slow slow = new Slow();
    Hub.run(
        () -> {
          Dns.use(slow);
          List<Greenlet<InetAddress>> askers = new ArrayList<>();
          for (int i = 0; i < 100; i++) {
            String host = "host" + i / 2 + ".example"; // each name twice
            askers.add(Greenlets.spawn(() -> InetAddress.getByName(host)));
          }
          Greenlets.yieldNow();
          assertEquals(100, slow.asked.size(), "all wait, and this greenlet goes on");
          slow.answers.set();
          for (Greenlet<InetAddress> asker : askers) {
            assertEquals("192.0.2.1", asker.result().getHostAddress());
          }
        });
  }

  @Test
  void theDoorIsOpenForGood() throws Exception {
    assertTrue(InetAddress.getByName("localhost").isLoopbackAddress());
    assertTrue(PlatformDns.isPatched());
    PlatformDns.patch();
    PlatformDns.unpatch();
    assertTrue(PlatformDns.isPatched());
  }

  @Test
  void plainThreadsAndTheSystemsResolverReachTheBuiltInOne() throws Exception {
    Hub.run(
        () -> {
          assertTrue(Dns.lookupFirst("localhost").isLoopbackAddress());
          assertTrue(InetAddress.getByName("localhost").isLoopbackAddress());
          Dns.use(new Slow());
          FutureTask<InetAddress> task = new FutureTask<>(() -> InetAddress.getByName("LocalHost"));
          Thread.ofPlatform().start(task).join();
          assertTrue(task.get().isLoopbackAddress());
        });
  }

  /** The program of a JVM that lets nobody look into it. */
  static final class WithoutAccess {

    public static void main(String[] args) throws Exception {
      Slow never = new Slow();
      boolean found =
          Hub.run(
              () -> {
                Dns.use(never);
                List<Greenlet<InetAddress>> askers = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                  askers.add(Greenlets.spawn(() -> InetAddress.getByName("localhost")));
                }
                for (Greenlet<InetAddress> asker : askers) {
                  if (!asker.result().isLoopbackAddress()) {
                    return false;
                  }
                }
                return PlatformDns.isPatched() && never.asked.isEmpty();
              });
      System.exit(found ? 42 : 1);
    }
  }

  @Test
  void withoutAccessPortableGreenletsLookUpAsTheyDidWithoutTheDoor() throws Exception {
    assertEquals(42, exitOf(WithoutAccess.class));
  }

  private static int exitOf(Class<?> program) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dceladon.carrier=portable",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName())
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), output);
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}

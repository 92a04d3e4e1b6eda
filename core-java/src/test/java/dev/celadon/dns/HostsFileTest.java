package dev.celadon.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.celadon.hub.Hub;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostsFileTest {

  private static final String TEXT =
      """
      # the machine
      127.0.0.1   localhost
      ::1\tlocalhost ip6-localhost  # the other one
      192.0.2.1   Db.Example db

      nonsense    here
      192.0.2.7
      192.0.2.1   later
      192.0.2.2   db
      """;

  private final HostsFile hosts = HostsFile.parse(TEXT);

  @Test
  void aNameHasTheAddressesOfAllItsLines() throws Exception {
    assertEquals(
        List.of("127.0.0.1", "0:0:0:0:0:0:0:1"),
        PlatformResolverTest.literals(hosts.lookup("localhost")));
    assertEquals(
        List.of("192.0.2.1", "192.0.2.2"), PlatformResolverTest.literals(hosts.lookup("db")));
    assertEquals("db", hosts.lookup("db").getFirst().getHostName(), "and carries its name");
  }

  @Test
  void upperAndLowerCaseAndTheClosingDotAreTheSame() throws Exception {
    assertEquals(hosts.lookup("db.example"), hosts.lookup("DB.example."));
  }

  @Test
  void anAddressHasTheFirstNameOfItsFirstLine() throws Exception {
    assertEquals("Db.Example", hosts.reverse(InetAddress.ofLiteral("192.0.2.1")));
    assertEquals("localhost", hosts.reverse(InetAddress.ofLiteral("::1")));
  }

  @Test
  void whatIsNotThereIsUnknown() {
    assertEquals(List.of(), hosts.find("here"));
    assertNull(hosts.findName(InetAddress.ofLiteral("192.0.2.7")));
    assertEquals(
        "here is not in the hosts file",
        assertThrows(UnknownHostException.class, () -> hosts.lookup("here")).getMessage());
    assertEquals(
        "192.0.2.7 is not in the hosts file",
        assertThrows(
                UnknownHostException.class, () -> hosts.reverse(InetAddress.ofLiteral("192.0.2.7")))
            .getMessage());
  }

  @Test
  void aFileIsReadBesideTheHub(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("hosts"), TEXT);
    assertEquals(2, HostsFile.read(file).find("db").size());
    assertEquals(2, Hub.run(() -> HostsFile.read(file)).find("db").size());
    assertThrows(NoSuchFileException.class, () -> HostsFile.read(folder.resolve("none")));
    IOException missing =
        Hub.run(
            () -> assertThrows(IOException.class, () -> HostsFile.read(folder.resolve("none"))));
    assertEquals(NoSuchFileException.class, missing.getClass());
  }
}

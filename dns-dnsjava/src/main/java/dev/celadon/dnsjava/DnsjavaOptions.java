package dev.celadon.dnsjava;

import dev.celadon.dns.HostsFile;
import dev.celadon.threadpool.ThreadPool;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.xbill.DNS.Name;
import org.xbill.DNS.ResolverConfig;

/**
 * How a {@link DnsjavaResolver} asks.
 *
 * <p>Immutable.
 *
 * @param servers the name servers, in the order in which they are asked; one or more
 * @param searchPath the domains in which a short name is looked for, such as {@code example.org}
 * @param ndots how many dots make a name long enough to be asked for as it is first; 0 or more
 * @param timeout how long one try waits for one server; more than zero
 * @param tries how often each server is asked; 1 or more
 * @param hosts what is known without asking
 */
public record DnsjavaOptions(
    List<InetSocketAddress> servers,
    List<String> searchPath,
    int ndots,
    Duration timeout,
    int tries,
    HostsFile hosts) {

  /** Checks the ranges. */
  public DnsjavaOptions {
    servers = List.copyOf(servers);
    searchPath = List.copyOf(searchPath);
    Objects.requireNonNull(hosts, "hosts");
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("servers must not be empty: give one name server or more");
    }
    if (ndots < 0) {
      throw new IllegalArgumentException("ndots must not be negative: " + ndots + "; 1 is usual");
    }
    if (tries < 1) {
      throw new IllegalArgumentException("tries must be at least 1: " + tries);
    }
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException(
          "timeout must be more than zero: " + timeout + "; 5 s is usual");
    }
  }

  /**
   * One server, no search path, no hosts, 5 s for each of 2 tries.
   *
   * @param server the name server
   * @return the options
   */
  public static DnsjavaOptions of(InetSocketAddress server) {
    return new DnsjavaOptions(
        List.of(server), List.of(), 1, Duration.ofSeconds(5), 2, HostsFile.parse(""));
  }

  /**
   * What the system says: {@code /etc/resolv.conf} and {@code /etc/hosts}, or what Windows has
   * instead, with 5 s for each of 2 tries. Switches in a greenlet: a thread beside the hub reads
   * them.
   *
   * @return the options
   * @throws IOException if the hosts file is there and cannot be read
   */
  public static DnsjavaOptions system() throws IOException {
    try {
      return ThreadPool.<DnsjavaOptions>offload(DnsjavaOptions::read);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot read the system's name servers", e);
    }
  }

  private static DnsjavaOptions read() throws IOException {
    ResolverConfig config = ResolverConfig.getCurrentConfig();
    HostsFile hosts =
        HostsFile.systemFile().toFile().exists()
            ? HostsFile.read(HostsFile.systemFile())
            : HostsFile.parse("");
    return new DnsjavaOptions(
        config.servers(),
        config.searchPath().stream().map(Name::toString).toList(),
        config.ndots(),
        Duration.ofSeconds(5),
        2,
        hosts);
  }

  /**
   * These options with other servers.
   *
   * @param servers the name servers; one or more
   * @return the changed copy
   */
  public DnsjavaOptions withServers(List<InetSocketAddress> servers) {
    return new DnsjavaOptions(servers, searchPath, ndots, timeout, tries, hosts);
  }

  /**
   * These options with another search path.
   *
   * @param searchPath domains such as {@code example.org}
   * @return the changed copy
   */
  public DnsjavaOptions withSearchPath(List<String> searchPath) {
    return new DnsjavaOptions(servers, searchPath, ndots, timeout, tries, hosts);
  }

  /**
   * These options with another patience.
   *
   * @param timeout how long one try waits for one server; more than zero
   * @return the changed copy
   */
  public DnsjavaOptions withTimeout(Duration timeout) {
    return new DnsjavaOptions(servers, searchPath, ndots, timeout, tries, hosts);
  }

  /**
   * These options with another number of tries.
   *
   * @param tries how often each server is asked; 1 or more
   * @return the changed copy
   */
  public DnsjavaOptions withTries(int tries) {
    return new DnsjavaOptions(servers, searchPath, ndots, timeout, tries, hosts);
  }

  /**
   * These options with other hosts.
   *
   * @param hosts what is known without asking
   * @return the changed copy
   */
  public DnsjavaOptions withHosts(HostsFile hosts) {
    return new DnsjavaOptions(servers, searchPath, ndots, timeout, tries, hosts);
  }
}

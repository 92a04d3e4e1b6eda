package dev.celadon.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.hub.Hub;
import dev.celadon.threadpool.ThreadPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Names and addresses in the form of {@code /etc/hosts}: an address and its names on each line, and
 * comments behind {@code #}. A resolver that knows these and asks nobody; good for tests, and the
 * first that other resolvers look into.
 *
 * <pre>{@code
 * Dns.use(HostsFile.parse("192.0.2.1 db.example db"));
 * }</pre>
 *
 * <p>Upper and lower case are the same. Lines that are none are left out, as the system does. An
 * address is called by the first name of the first line that has it.
 *
 * <p>Immutable.
 */
public final class HostsFile implements Resolver {

  private final Map<String, List<InetAddress>> addresses;
  private final Map<InetAddress, String> names;

  private HostsFile(Map<String, List<InetAddress>> addresses, Map<InetAddress, String> names) {
    this.addresses = addresses;
    this.names = names;
  }

  /**
   * Reads a text.
   *
   * @param text what such a file holds
   * @return what it says
   */
  public static HostsFile parse(String text) {
    Objects.requireNonNull(text, "text");
    Map<String, List<InetAddress>> addresses = new HashMap<>();
    Map<InetAddress, String> names = new HashMap<>();
    text.lines().forEach(line -> parseLine(line, addresses, names));
    addresses.replaceAll((_, all) -> List.copyOf(all));
    return new HostsFile(Map.copyOf(addresses), Map.copyOf(names));
  }

  private static void parseLine(
      String line, Map<String, List<InetAddress>> addresses, Map<InetAddress, String> names) {
    int comment = line.indexOf('#');
    String[] words = (comment < 0 ? line : line.substring(0, comment)).strip().split("\\s+", -1);
    InetAddress address = words.length < 2 ? null : literal(words[0]);
    if (address == null) {
      return;
    }
    boolean _ = names.putIfAbsent(address, words[1]) == null;
    for (int i = 1; i < words.length; i++) {
      List<InetAddress> all = addresses.computeIfAbsent(key(words[i]), _ -> new ArrayList<>(1));
      if (!all.contains(address)) {
        all.add(named(words[i], address));
      }
    }
  }

  private static @Nullable InetAddress literal(String word) {
    try {
      return InetAddress.ofLiteral(word);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static InetAddress named(String name, InetAddress address) {
    try {
      return InetAddress.getByAddress(name, address.getAddress());
    } catch (UnknownHostException e) {
      return address; // never: an address has a length that an address has
    }
  }

  private static String key(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  /**
   * Reads a file. Switches in a greenlet: a thread beside the hub reads it.
   *
   * @param file where it is, in UTF-8
   * @return what it says
   * @throws IOException if it cannot be read
   */
  public static HostsFile read(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    try {
      String text =
          Hub.currentOrNull() == null
              ? Files.readString(file, UTF_8)
              : ThreadPool.<String>offload(() -> Files.readString(file, UTF_8));
      return parse(text);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("cannot read " + file, e);
    }
  }

  /**
   * Where this system has its file.
   *
   * @return {@code /etc/hosts}, or what Windows has instead
   */
  public static Path systemFile() {
    String windows = System.getenv("SystemRoot");
    boolean onWindows = System.getProperty("os.name", "").startsWith("Windows");
    return onWindows && windows != null
        ? Path.of(windows, "System32", "drivers", "etc", "hosts")
        : Path.of("/etc/hosts");
  }

  /**
   * The addresses of a name. Never switches.
   *
   * @param host any name
   * @return its addresses in the order of the lines; empty if it is not there
   */
  public List<InetAddress> find(String host) {
    return addresses.getOrDefault(key(Objects.requireNonNull(host, "host")), List.of());
  }

  /**
   * The name of an address. Never switches.
   *
   * @param address any address
   * @return the first name of its first line, or null if it is not there
   */
  public @Nullable String findName(InetAddress address) {
    return names.get(Objects.requireNonNull(address, "address"));
  }

  /** The addresses of a host that is in the file. Never switches. */
  @Override
  public List<InetAddress> lookup(String host) throws UnknownHostException {
    Host asked = Host.parse(host);
    InetAddress literal = asked.literal();
    List<InetAddress> found = literal != null ? List.of(literal) : find(asked.name());
    if (found.isEmpty()) {
      throw new UnknownHostException(host + " is not in the hosts file");
    }
    return found;
  }

  /** The addresses of a host that is in the file. Never switches. */
  @Override
  public List<InetAddress> lookup(String host, Duration timeout) throws UnknownHostException {
    Objects.requireNonNull(timeout, "duration");
    return lookup(host);
  }

  /** The name of an address that is in the file. Never switches. */
  @Override
  public String reverse(InetAddress address) throws UnknownHostException {
    String name = findName(address);
    if (name == null) {
      throw new UnknownHostException(address.getHostAddress() + " is not in the hosts file");
    }
    return name;
  }

  @Override
  public String toString() {
    return "HostsFile[" + addresses.size() + " names]";
  }
}

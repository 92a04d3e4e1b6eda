package dev.celadon.dnsjava;

import dev.celadon.dns.Resolver;
import dev.celadon.sync.AsyncResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;
import org.xbill.DNS.lookup.ServerFailedException;

/**
 * Asks name servers itself, over sockets of the hub: no thread waits, so nothing bounds how many
 * look-ups are on their way, and a kill or a timeout ends one with all its sockets.
 *
 * <p>It asks for IPv4 and IPv6 addresses at the same time, over UDP, and over TCP if an answer does
 * not fit; it tries again and asks the next server if one is silent or fails; it remembers answers
 * as long as they say. It looks into the hosts file first, and knows nothing else of how the system
 * finds names: no multicast DNS, no {@code nsswitch.conf}. {@code localhost} is this machine
 * without a question.
 *
 * <p>A look-up runs on the hub of the one who asks; on a thread without a hub it makes that
 * thread's own.
 *
 * <p>Safe for use from any thread that belongs to a hub or can drive one.
 */
public final class DnsjavaResolver implements Resolver {

  private final DnsjavaOptions options;
  private final List<Name> searchPath;
  private final Cache cache = new Cache(DClass.IN);

  /**
   * Makes a resolver.
   *
   * @param options whom it asks, and how
   * @throws IllegalArgumentException if the search path has what is no domain
   */
  public DnsjavaResolver(DnsjavaOptions options) {
    this.options = Objects.requireNonNull(options, "options");
    this.searchPath = options.searchPath().stream().map(DnsjavaResolver::domain).toList();
  }

  /**
   * Makes a resolver that asks whom the system asks. Switches in a greenlet: a thread beside the
   * hub reads the system's files.
   *
   * @return the resolver, which does not hear of later changes of those files
   * @throws IOException if the hosts file cannot be read
   */
  public static DnsjavaResolver system() throws IOException {
    return new DnsjavaResolver(DnsjavaOptions.system());
  }

  private static Name domain(String name) {
    try {
      return Name.fromString(name, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException("searchPath has what is no domain: " + name, e);
    }
  }

  /**
   * {@inheritDoc} Switches unless it knows the answer.
   *
   * @throws IllegalStateException on a virtual thread that belongs to no hub
   */
  @Override
  public List<InetAddress> lookup(String host) throws UnknownHostException {
    Objects.requireNonNull(host, "host");
    List<InetAddress> known = known(host);
    return known.isEmpty() ? ask(host) : known;
  }

  private List<InetAddress> known(String host) throws UnknownHostException {
    InetAddress literal = literal(host);
    if (literal != null) {
      return List.of(literal);
    }
    List<InetAddress> listed = options.hosts().find(host);
    String lower = host.toLowerCase(Locale.ROOT);
    if (!listed.isEmpty() || !(lower.equals("localhost") || lower.endsWith(".localhost"))) {
      return listed;
    }
    return List.of(
        InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1}),
        InetAddress.getByAddress(host, InetAddress.ofLiteral("::1").getAddress()));
  }

  private static @Nullable InetAddress literal(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private List<InetAddress> ask(String host) throws UnknownHostException {
    Name name;
    try {
      name = Name.fromString(host);
    } catch (TextParseException e) {
      throw unknown(host, e);
    }
    boolean sixFirst = Boolean.getBoolean("java.net.preferIPv6Addresses");
    List<InetAddress> found = new ArrayList<>();
    try (HubIo io = new HubIo()) {
      LookupSession session = session(io);
      AsyncResult<LookupResult> four =
          AsyncResult.fromFuture(session.lookupAsync(name, Type.A, DClass.IN));
      AsyncResult<LookupResult> six =
          AsyncResult.fromFuture(session.lookupAsync(name, Type.AAAA, DClass.IN));
      Throwable first = collect(host, sixFirst ? six : four, found);
      Throwable second = collect(host, sixFirst ? four : six, found);
      if (found.isEmpty()) {
        throw unknown(host, first != null ? first : second);
      }
    }
    return List.copyOf(found);
  }

  /** Adds what was found; the failure if there is none. */
  private static @Nullable Throwable collect(
      String host, AsyncResult<LookupResult> answer, List<InetAddress> found)
      throws UnknownHostException {
    answer.waitUntilReady();
    LookupResult result = answer.value();
    if (result == null) {
      return answer.exception();
    }
    for (Record each : result.getRecords()) {
      InetAddress address =
          switch (each) {
            case ARecord a -> a.getAddress();
            case AAAARecord aaaa -> aaaa.getAddress();
            default -> null;
          };
      if (address != null) {
        found.add(InetAddress.getByAddress(host, address.getAddress()));
      }
    }
    return null;
  }

  /** {@inheritDoc} Switches unless it knows the answer. */
  @Override
  public String reverse(InetAddress address) throws UnknownHostException {
    String listed = options.hosts().findName(Objects.requireNonNull(address, "address"));
    if (listed != null) {
      return listed;
    }
    try (HubIo io = new HubIo()) {
      AsyncResult<LookupResult> answer =
          AsyncResult.fromFuture(
              session(io).lookupAsync(ReverseMap.fromAddress(address), Type.PTR, DClass.IN));
      answer.waitUntilReady();
      LookupResult result = answer.value();
      if (result != null) {
        for (Record each : result.getRecords()) {
          if (each instanceof PTRRecord pointer) {
            return pointer.getTarget().toString(true);
          }
        }
      }
      throw unknown(address.getHostAddress(), answer.exception());
    }
  }

  private LookupSession session(HubIo io) {
    List<org.xbill.DNS.Resolver> servers = new ArrayList<>();
    for (InetSocketAddress server : options.servers()) {
      SimpleResolver one = new SimpleResolver(server);
      one.setTimeout(options.timeout());
      one.setIoClientFactory(io);
      servers.add(one);
    }
    ExtendedResolver all = new ExtendedResolver(servers);
    all.setRetries(options.tries());
    all.setTimeout(Duration.ofDays(1)); // the tries end it
    return LookupSession.builder()
        .resolver(all)
        .executor(io)
        .cache(cache)
        .searchPath(searchPath)
        .ndots(options.ndots())
        .build();
  }

  /**
   * The failure of a look-up.
   *
   * @param cause null if the name is there, but nothing of what was asked for
   */
  private static UnknownHostException unknown(String asked, @Nullable Throwable cause) {
    String reason =
        switch (cause) {
          case null -> "the name server knows of none";
          case NoSuchRRSetException _ -> "the name server knows of none";
          case NoSuchDomainException _ -> "there is no such name";
          case ServerFailedException _ -> "the name server failed";
          default -> cause.toString();
        };
    UnknownHostException unknown = new UnknownHostException(asked + ": " + reason);
    if (cause != null) {
      unknown.initCause(cause);
    }
    return unknown;
  }

  @Override
  public String toString() {
    return "DnsjavaResolver" + options.servers();
  }
}

package dev.celadon.zeromq;

import dev.celadon.loop.Clock;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which peers may connect to the sockets of a context: a handler of ZAP, RFC 27, whose
 * checks are greenlets.
 *
 * <pre>{@code
 * var authenticator = Authenticator.open(context)
 *     .deny("192.0.2.7")
 *     .plain(AuthCheck.passwords(Map.of("ann", "secret")))
 *     .curve(request -> database.knows(request) ? AuthVerdict.allow() : AuthVerdict.deny("unknown"));
 * server.options().curveServer(keys);
 * server.bind("tcp://*:5555");
 * }</pre>
 *
 * <p><b>Who is asked about.</b> Peers of sockets with {@link SecurityOptions#plainServer}, {@link
 * SecurityOptions#curveServer}, or a {@link SecurityOptions#zapDomain(String)}. First the address
 * is looked at, then the check of the mechanism runs: the one of the socket's domain, else the one
 * for all domains. Until they are set, checks for PLAIN and CURVE deny, and the one for no
 * mechanism allows.
 *
 * <p><b>What fails, denies.</b> A check that throws denies with status 500, and what it has thrown
 * goes to the hub's error handler. A check that does not answer within the {@link
 * #checkTimeout(Duration)} denies with status 300; a later answer is ignored. After {@link #close},
 * everybody is denied.
 *
 * <p>Peers that are connected already are not asked about again.
 *
 * <p>Confined to its hub.
 */
public final class Authenticator implements AutoCloseable {

  private static final Duration DEFAULT_CHECK_TIMEOUT = Duration.ofSeconds(10);
  private static final String ALL_DOMAINS = "";
  private static final AuthCheck NOT_SET =
      request -> AuthVerdict.deny("no check is set for " + request.credentials());

  private final ZmqContext context;
  private final ZapHandler handler;
  private final Set<InetAddress> allowed = new HashSet<>();
  private final Set<InetAddress> denied = new HashSet<>();
  private final Map<String, AuthCheck> nullChecks = new HashMap<>();
  private final Map<String, AuthCheck> plainChecks = new HashMap<>();
  private final Map<String, AuthCheck> curveChecks = new HashMap<>();

  private long checkTimeoutNanos = Clock.waitNanos(DEFAULT_CHECK_TIMEOUT);
  private long asked;
  private long allowedCount;
  private long deniedCount;

  private Authenticator(ZmqContext context, ZapHandler handler) {
    this.context = context;
    this.handler = handler;
    nullChecks.put(ALL_DOMAINS, AuthCheck.anybody());
    plainChecks.put(ALL_DOMAINS, NOT_SET);
    curveChecks.put(ALL_DOMAINS, NOT_SET);
  }

  /**
   * Starts to decide for a context. Do it before the servers bind. Never switches.
   *
   * @param context whose peers are to be checked; its end ends the authenticator
   * @return the authenticator
   * @throws IllegalStateException if the context has one already
   * @throws ZmqClosedException if the context is closed
   */
  public static Authenticator open(ZmqContext context) {
    context.requireHub();
    ZapHandler handler = ZapHandler.of(context);
    Authenticator authenticator = new Authenticator(context, handler);
    handler.install(authenticator);
    return authenticator;
  }

  // --- Addresses

  /**
   * Lets only peers from these addresses in, and from those of earlier calls; without a call, from
   * everywhere.
   *
   * @param addresses numbers, not names, such as {@code 127.0.0.1} or {@code ::1}
   * @return this
   * @throws IllegalArgumentException if one is not a numeric address
   */
  public Authenticator allow(String... addresses) {
    requireOpen();
    for (String address : addresses) {
      allowed.add(parse(address));
    }
    return this;
  }

  /**
   * Lets no peers from these addresses in, even if they are allowed.
   *
   * @param addresses numbers, not names, such as {@code 127.0.0.1} or {@code ::1}
   * @return this
   * @throws IllegalArgumentException if one is not a numeric address
   */
  public Authenticator deny(String... addresses) {
    requireOpen();
    for (String address : addresses) {
      denied.add(parse(address));
    }
    return this;
  }

  private static InetAddress parse(String address) {
    try {
      return InetAddress.ofLiteral(address);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "address must be numeric, such as 127.0.0.1 or ::1, not \"" + address + '"', e);
    }
  }

  // --- Checks

  /**
   * Decides about peers of sockets without a mechanism that have a domain.
   *
   * @param check for all domains
   * @return this
   */
  public Authenticator withoutMechanism(AuthCheck check) {
    return set(nullChecks, ALL_DOMAINS, check);
  }

  /**
   * Decides about peers of sockets without a mechanism.
   *
   * @param domain of these sockets
   * @param check for this domain
   * @return this
   */
  public Authenticator withoutMechanism(String domain, AuthCheck check) {
    return set(nullChecks, checkedDomain(domain), check);
  }

  /**
   * Decides about the clients of PLAIN servers.
   *
   * @param check for all domains
   * @return this
   */
  public Authenticator plain(AuthCheck check) {
    return set(plainChecks, ALL_DOMAINS, check);
  }

  /**
   * Decides about the clients of PLAIN servers.
   *
   * @param domain of these servers
   * @param check for this domain
   * @return this
   */
  public Authenticator plain(String domain, AuthCheck check) {
    return set(plainChecks, checkedDomain(domain), check);
  }

  /**
   * Decides about the clients of CURVE servers.
   *
   * @param check for all domains
   * @return this
   */
  public Authenticator curve(AuthCheck check) {
    return set(curveChecks, ALL_DOMAINS, check);
  }

  /**
   * Decides about the clients of CURVE servers.
   *
   * @param domain of these servers
   * @param check for this domain
   * @return this
   */
  public Authenticator curve(String domain, AuthCheck check) {
    return set(curveChecks, checkedDomain(domain), check);
  }

  private Authenticator set(Map<String, AuthCheck> checks, String domain, AuthCheck check) {
    requireOpen();
    checks.put(domain, check);
    return this;
  }

  private static String checkedDomain(String domain) {
    if (domain.isEmpty()) {
      throw new IllegalArgumentException(
          "domain must not be empty: the forms without a domain are for all of them");
    }
    return domain;
  }

  /**
   * Sets how long a check may take.
   *
   * @param timeout positive, by default 10 seconds; {@link SocketOptions#FOREVER} is as long as it
   *     wants
   * @return this
   */
  public Authenticator checkTimeout(Duration timeout) {
    requireOpen();
    if (timeout.equals(SocketOptions.FOREVER)) {
      checkTimeoutNanos = Long.MAX_VALUE;
    } else if (timeout.isPositive()) {
      checkTimeoutNanos = Clock.waitNanos(timeout);
    } else {
      throw new IllegalArgumentException(
          "checkTimeout must be positive, or SocketOptions.FOREVER: " + timeout);
    }
    return this;
  }

  // --- Facts

  /**
   * How many peers were asked about.
   *
   * @return a count, those that are not decided yet included
   */
  public long asked() {
    return asked;
  }

  /**
   * How many peers were let in.
   *
   * @return a count
   */
  public long allowed() {
    return allowedCount;
  }

  /**
   * How many peers were denied.
   *
   * @return a count
   */
  public long denied() {
    return deniedCount;
  }

  // --- The handler's questions

  void asks() {
    asked++;
  }

  void answers(AuthVerdict verdict) {
    switch (verdict) {
      case AuthVerdict.Allow _ -> allowedCount++;
      case AuthVerdict.Deny _ -> deniedCount++;
    }
  }

  long checkTimeoutNanos() {
    return checkTimeoutNanos;
  }

  /** Null if the address may connect; nobody runs foreign code for one that may not. */
  @Nullable AuthVerdict checkAddress(AuthRequest request) {
    if (allowed.isEmpty() && denied.isEmpty()) {
      return null;
    }
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(request.address());
    } catch (IllegalArgumentException e) {
      return AuthVerdict.deny("unknown address " + request.address());
    }
    if (denied.contains(address) || (!allowed.isEmpty() && !allowed.contains(address))) {
      return AuthVerdict.deny("address " + request.address() + " is denied");
    }
    return null;
  }

  AuthCheck checkFor(AuthRequest request) {
    Map<String, AuthCheck> checks =
        switch (request.credentials()) {
          case AuthRequest.None _ -> nullChecks;
          case AuthRequest.Plain _ -> plainChecks;
          case AuthRequest.Curve _ -> curveChecks;
        };
    AuthCheck ofDomain = checks.get(request.domain());
    return ofDomain == null ? checks.getOrDefault(ALL_DOMAINS, NOT_SET) : ofDomain;
  }

  // --- The end

  /**
   * Stops to decide: from now on everybody who would have been asked about is denied, until another
   * one is opened for the context. Does nothing the second time. Never switches.
   */
  @Override
  public void close() {
    context.requireHub();
    handler.remove(this);
  }

  private void requireOpen() {
    context.requireHub();
    if (!handler.has(this)) {
      throw new IllegalStateException(
          this + " is closed: open another one with Authenticator.open(context)");
    }
  }

  @Override
  public String toString() {
    return "Authenticator of " + context;
  }
}

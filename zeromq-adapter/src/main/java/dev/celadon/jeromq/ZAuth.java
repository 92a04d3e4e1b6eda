package dev.celadon.jeromq;

import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.queue.Queue;
import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZCertStore;
import org.zeromq.ZMQException;
import org.zeromq.util.ZMetadata;

/**
 * Decides who may connect to the servers of a context: a ZAP handler. JeroMQ's {@code ZAuth}, in a
 * greenlet instead of an actor. New programs find more in Celadon's {@code Authenticator}.
 *
 * <p>Addresses come first: if any are allowed, all others are denied; else those that are denied.
 * Then the handler of the mechanism decides.
 *
 * <p>Only for contexts of a hub; outside, use {@code org.zeromq.ZAuth}.
 *
 * <p>Confined to the hub of its context.
 */
public class ZAuth implements Closeable {

  /** For {@link #configureCurve}: any client that has a key. */
  public static final String CURVE_ALLOW_ANY = "*";

  private static final Logger LOG = LoggerFactory.getLogger(ZAuth.class);

  private static final String VERSION = "1.0";
  private static final String ADDRESS = "inproc://zeromq.zap.01";

  /** What nobody fetches is dropped then. */
  private static final int MOST_REPLIES = 1000;

  private final ZContext context;
  private final Map<String, Auth> auths;
  private final Set<String> allowed = new HashSet<>();
  private final Set<String> denied = new HashSet<>();
  private final Queue<ZapReply> replies = new Queue<>(MOST_REPLIES);
  private final ZMQ.Socket end;
  private boolean tellsReplies;
  private boolean isVerbose;

  /** Decides for one mechanism. */
  public interface Auth {

    /**
     * Is told of a configuration.
     *
     * @param msg its words
     * @param verbose whether to log
     * @return false if it makes no sense
     */
    boolean configure(ZMsg msg, boolean verbose);

    /**
     * Decides on a client. May switch; others wait meanwhile.
     *
     * @param request who asks; its user id and metadata may be set
     * @param verbose whether to log
     * @return true to let it in
     */
    boolean authorize(ZapRequest request, boolean verbose);
  }

  /**
   * Lets everybody in.
   *
   * <p>Immutable.
   */
  public static class SimpleNullAuth implements Auth {

    /** Makes a handler. */
    public SimpleNullAuth() {}

    @Override
    public boolean configure(ZMsg msg, boolean verbose) {
      return true;
    }

    @Override
    public boolean authorize(ZapRequest request, boolean verbose) {
      return true;
    }
  }

  /**
   * Lets those in whose names and passwords stand in a file, {@code name=password} on each line,
   * which is read again when it has changed.
   *
   * <p>Confined to one greenlet or thread at a time.
   */
  public static class SimplePlainAuth implements Auth {

    private final Properties passwords = new Properties();
    private @Nullable Path file;
    private @Nullable FileTime modified;

    /** Makes a handler that lets nobody in. */
    public SimplePlainAuth() {}

    @Override
    public boolean configure(ZMsg msg, boolean verbose) {
      String _ = msg.popString(); // the domain has no meaning here, as in JeroMQ
      file = Path.of(Objects.requireNonNull(msg.popString(), "file"));
      modified = null;
      return true;
    }

    @Override
    public boolean authorize(ZapRequest request, boolean verbose) {
      load();
      String name = request.username;
      String password = name == null ? null : passwords.getProperty(name);
      if (password == null || !password.equals(request.password)) {
        return false;
      }
      request.userId = name;
      return true;
    }

    private void load() {
      Path source = file;
      if (source == null) {
        return;
      }
      try {
        FileTime now = Files.getLastModifiedTime(source);
        if (!now.equals(modified)) {
          passwords.clear();
          modified = now;
          try (Reader reader = Files.newBufferedReader(source, StandardCharsets.UTF_8)) {
            passwords.load(reader);
          }
        }
      } catch (IOException e) {
        LOG.warn("no passwords from {}", source, e);
      }
    }
  }

  /**
   * Lets those in whose public keys stand in a directory of certificates, or all that have a key.
   *
   * <p>Confined to one greenlet or thread at a time.
   */
  public static class SimpleCurveAuth implements Auth {

    private final ZCertStore.Fingerprinter fingerprinter;
    private @Nullable ZCertStore store;
    private boolean allowsAny;

    /** Makes a handler that lets nobody in, and notices changes of certificates by their hashes. */
    public SimpleCurveAuth() {
      this(new ZCertStore.Hasher());
    }

    /**
     * Makes a handler that lets nobody in.
     *
     * @param fingerprinter how to notice changes of certificates
     */
    public SimpleCurveAuth(ZCertStore.Fingerprinter fingerprinter) {
      this.fingerprinter = fingerprinter;
    }

    @Override
    public boolean configure(ZMsg msg, boolean verbose) {
      String location = Objects.requireNonNull(msg.popString(), "location");
      allowsAny = location.equals(CURVE_ALLOW_ANY);
      store = allowsAny ? null : new ZCertStore(location, fingerprinter);
      return true;
    }

    @Override
    public boolean authorize(ZapRequest request, boolean verbose) {
      ZCertStore known = store;
      String key = request.clientKey;
      if (allowsAny || known == null || key == null || !known.containsPublicKey(key)) {
        return allowsAny;
      }
      request.userId = key;
      request.metadata = known.getMetadata(key);
      return true;
    }
  }

  /**
   * Who asks to be let in.
   *
   * <p>Confined to one greenlet or thread at a time.
   */
  public static class ZapRequest {

    /** The version of the protocol, 1.0. */
    public final String version;

    /** Which request it is. */
    public final String sequence;

    /** The domain of the server. */
    public final String domain;

    /** The client's address. */
    public final String address;

    /** The server's identity. */
    public final String identity;

    /** NULL, PLAIN or CURVE. */
    public final String mechanism;

    /** With PLAIN, the user's name. */
    public final @Nullable String username;

    /** With PLAIN, the password. */
    public final @Nullable String password;

    /** With CURVE, the client's public key, in Z85. */
    public final @Nullable String clientKey;

    /** With GSSAPI, the principal. */
    public final @Nullable String principal;

    /** What received messages tell as {@code User-Id}. */
    public @Nullable String userId;

    /** What received messages tell besides. */
    public @Nullable ZMetadata metadata;

    private ZapRequest(ZMsg request) {
      version = text(request);
      sequence = text(request);
      domain = text(request);
      address = text(request);
      identity = text(request);
      mechanism = text(request);
      boolean isPlain = mechanism.equals("PLAIN");
      username = isPlain ? text(request) : null;
      password = isPlain ? text(request) : null;
      ZFrame key = mechanism.equals("CURVE") ? request.pop() : null;
      clientKey = key == null ? null : ZMQ.Curve.z85Encode(key.getData());
      principal = mechanism.equals("GSSAPI") ? text(request) : null;
    }

    private static String text(ZMsg request) {
      ZFrame frame = request.pop();
      return frame == null ? "" : new String(frame.getData(), ZMQ.CHARSET);
    }
  }

  /**
   * What was answered.
   *
   * <p>Immutable.
   */
  public static class ZapReply {

    /** The version of the protocol, 1.0. */
    public final String version;

    /** Which request it answers. */
    public final String sequence;

    /** 200 for yes, 400 for no. */
    public final int statusCode;

    /** The same in words. */
    public final String statusText;

    /** What received messages tell as {@code User-Id}; empty if that is nothing. */
    public final String userId;

    /** What received messages tell besides. */
    public final @Nullable ZMetadata metadata;

    /** The client's address. */
    public final String address;

    /** The server's identity. */
    public final String identity;

    private ZapReply(ZapRequest request, boolean isAllowed) {
      version = VERSION;
      sequence = request.sequence;
      statusCode = isAllowed ? 200 : 400;
      statusText = isAllowed ? "OK" : "NO ACCESS";
      String user = request.userId;
      userId = user == null ? "" : user;
      metadata = isAllowed ? request.metadata : null;
      address = request.address;
      identity = request.identity;
    }

    private ZMsg message() {
      ZMsg message = ZMsg.newStringMsg(version, sequence, Integer.toString(statusCode), statusText);
      return message.append(userId).append(metadata == null ? new byte[0] : metadata.bytes());
    }

    @Override
    public String toString() {
      return "ZapReply[" + sequence + ", " + statusCode + " " + statusText + ", " + userId + "]";
    }
  }

  /**
   * Starts a handler.
   *
   * @param ctx whose servers it decides for
   */
  public ZAuth(ZContext ctx) {
    this(ctx, "ZAuth");
  }

  /**
   * Starts a handler.
   *
   * @param ctx whose servers it decides for
   * @param fingerprinter how to notice changes of certificates
   */
  public ZAuth(ZContext ctx, ZCertStore.Fingerprinter fingerprinter) {
    this(ctx, "ZAuth", simpleAuths(new SimpleCurveAuth(fingerprinter)));
  }

  /**
   * Starts a handler.
   *
   * @param ctx whose servers it decides for
   * @param actorName has no meaning
   */
  public ZAuth(ZContext ctx, String actorName) {
    this(ctx, actorName, simpleAuths(new SimpleCurveAuth()));
  }

  /**
   * Starts a handler.
   *
   * @param ctx whose servers it decides for
   * @param actorName has no meaning
   * @param auths decide, by the names of their mechanisms: NULL, PLAIN, CURVE
   * @throws ZMQException if the context has a handler already
   * @throws IllegalStateException outside of a hub
   */
  public ZAuth(ZContext ctx, String actorName, Map<String, Auth> auths) {
    Objects.requireNonNull(actorName, "actorName");
    if (ctx.getContext().green() == null) {
      throw new IllegalStateException(
          "the context belongs to no hub: use org.zeromq.ZAuth and a context of org.zeromq there");
    }
    this.context = ctx;
    this.auths = Map.copyOf(auths);
    ZMQ.Socket handler = ctx.createSocket(SocketType.REP);
    try {
      boolean _ = handler.bind(ADDRESS);
    } catch (ZMQException e) {
      handler.close();
      throw e;
    }
    this.end = handler;
    ZThread.start(_ -> serve(handler));
  }

  private static Map<String, Auth> simpleAuths(Auth curve) {
    Map<String, Auth> auths = new HashMap<>();
    auths.put("NULL", new SimpleNullAuth());
    auths.put("PLAIN", new SimplePlainAuth());
    auths.put("CURVE", curve);
    return auths;
  }

  // --- Answers

  private void serve(ZMQ.Socket handler) {
    try {
      while (true) {
        ZMsg message = ZMsg.recvMsg(handler);
        if (message != null) {
          serve(message, handler);
        }
      }
    } catch (ZMQException e) {
      return; // the end
    }
  }

  /** Whatever a request does to this: the next one wants an answer, too. */
  private void serve(ZMsg message, ZMQ.Socket handler) {
    try {
      answer(new ZapRequest(message), handler);
    } catch (ZMQException | GreenletExit e) {
      throw e;
    } catch (RuntimeException | Error e) {
      Hub.current().reportFailure("a request to " + this, e);
    }
  }

  private void answer(ZapRequest request, ZMQ.Socket handler) {
    ZapReply reply = new ZapReply(request, mayConnect(request));
    if (isVerbose) {
      LOG.info("{} of {} by {}", reply, request.address, request.mechanism);
    }
    boolean _ = reply.message().send(handler);
    if (tellsReplies) {
      boolean _ = replies.tryPut(reply);
    }
  }

  private boolean mayConnect(ZapRequest request) {
    boolean isWelcome =
        allowed.isEmpty() ? !denied.contains(request.address) : allowed.contains(request.address);
    Auth auth = auths.get(request.mechanism);
    if (!isWelcome || auth == null) {
      return false;
    }
    try {
      return auth.authorize(request, isVerbose);
    } catch (GreenletExit e) {
      throw e;
    } catch (RuntimeException | Error e) {
      LOG.warn("the handler of {} failed, so {} is denied", request.mechanism, request.address, e);
      return false;
    }
  }

  // --- Configuration

  /**
   * Whether to log decisions.
   *
   * @param verbose true to log
   * @return this handler
   */
  public ZAuth setVerbose(boolean verbose) {
    return verbose(verbose);
  }

  /**
   * Whether to log decisions.
   *
   * @param verbose true to log
   * @return this handler
   */
  public ZAuth verbose(boolean verbose) {
    isVerbose = verbose;
    return this;
  }

  /**
   * Allows an address, and denies all others that are not allowed.
   *
   * @param address of a client, without a port
   * @return this handler
   */
  public ZAuth allow(String address) {
    allowed.add(Objects.requireNonNull(address, "address"));
    return this;
  }

  /**
   * Denies an address, unless any are allowed.
   *
   * @param address of a client, without a port
   * @return this handler
   */
  public ZAuth deny(String address) {
    denied.add(Objects.requireNonNull(address, "address"));
    return this;
  }

  /**
   * Configures PLAIN.
   *
   * @param domain has no meaning for {@link SimplePlainAuth}
   * @param filename names and passwords
   * @return this handler
   */
  public ZAuth configurePlain(String domain, String filename) {
    return send("PLAIN", domain, filename);
  }

  /**
   * Configures CURVE.
   *
   * @param location a directory of certificates, or {@link #CURVE_ALLOW_ANY}
   * @return this handler
   */
  public ZAuth configureCurve(String location) {
    return send("CURVE", location);
  }

  /**
   * Configures a mechanism.
   *
   * @param command its name
   * @param datas what its handler is told
   * @return this handler
   */
  protected ZAuth send(String command, String... datas) {
    Auth auth = auths.get(command);
    if (auth != null) {
      boolean _ = auth.configure(ZMsg.newStringMsg(datas), isVerbose);
    }
    return this;
  }

  /**
   * Whether to keep the answers for {@link #nextReply}, up to {@value #MOST_REPLIES}.
   *
   * @param enable true to keep them
   * @return this handler
   */
  public ZAuth replies(boolean enable) {
    tellsReplies = enable;
    return this;
  }

  /**
   * The next answer that was given. Switches if there is none.
   *
   * @return the answer; null unless {@link #replies} were enabled
   */
  public @Nullable ZapReply nextReply() {
    return nextReply(-1);
  }

  /**
   * The next answer that was given. Switches if there is none, unless told not to.
   *
   * @param wait whether to wait
   * @return the answer; null if there is none, and unless {@link #replies} were enabled
   */
  public @Nullable ZapReply nextReply(boolean wait) {
    return nextReply(wait ? -1 : 0);
  }

  /**
   * The next answer that was given. Switches if there is none.
   *
   * @param timeout milliseconds to wait at most; -1 for ever, 0 only looks
   * @return the answer; null if there is none in time, and unless {@link #replies} were enabled
   */
  public @Nullable ZapReply nextReply(int timeout) {
    if (!tellsReplies) {
      return null;
    }
    return timeout < 0 ? replies.get() : replies.get(Duration.ofMillis(timeout));
  }

  // --- The end

  /** Ends the handler; see {@link #close}. */
  public void destroy() {
    if (!context.isClosed()) {
      end.close();
    }
  }

  /** Ends the handler: later clients are treated as without one. Does nothing the second time. */
  @Override
  public void close() {
    destroy();
  }
}

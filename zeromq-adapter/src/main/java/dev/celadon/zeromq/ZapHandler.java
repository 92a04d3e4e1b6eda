package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.LaneTimer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;

/**
 * The socket to which JeroMQ's sessions send their questions, and the greenlets that answer them.
 *
 * <p>Confined to its hub.
 */
final class ZapHandler {
  /*
   * A request of RFC 27 has these frames, behind the identity of the asking session:
   *
   *   "", version, request id, domain, address, identity, mechanism, credentials*
   *
   * and a reply:
   *
   *   "", version, request id, status, text, user id, metadata
   *
   * JeroMQ asks for the socket whenever a peer comes; if it is not there, everybody is let in. So the socket stays until the context
   * ends: a closed Authenticator leaves a handler behind that denies.
   *
   * A session waits for its reply without a limit, so every request is answered, once: by the check, by the timer, or by whatever
   * ends the check.
   */
  static final String ENDPOINT = "inproc://zeromq.zap.01";

  private static final Logger LOG = LoggerFactory.getLogger(ZapHandler.class);

  private static final String VERSION = "1.0";
  private static final int OK = 200;
  private static final int FRAMES_BEFORE_CREDENTIALS = 8;

  /** The text and the user id are at most as long. */
  private static final int LONGEST = 255;

  private static final AuthVerdict CLOSED = AuthVerdict.deny("the Authenticator is closed");

  private static final byte[] EMPTY = new byte[0];

  private final ZmqContext context;
  private final ZmqSocket socket;
  private @Nullable Authenticator authenticator;

  private ZapHandler(ZmqContext context, ZmqSocket socket) {
    this.context = context;
    this.socket = socket;
  }

  /** The one of this context, which is made with the first question for it. */
  static ZapHandler of(ZmqContext context) {
    ZapHandler known = context.zapHandler();
    if (known != null) {
      context.requireOpen("open an Authenticator");
      return known;
    }
    ZmqSocket socket = context.socket(SocketType.ROUTER);
    try {
      String _ = socket.bind(ENDPOINT);
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
    ZapHandler handler = new ZapHandler(context, socket);
    context.zapHandler(handler);
    Hub hub = context.hub();
    hub.spawnRaw(handler::run);
    return handler;
  }

  // --- Who decides

  void install(Authenticator newcomer) {
    if (authenticator != null) {
      throw new IllegalStateException(
          context + " has an open Authenticator already: use that one, or close it first");
    }
    authenticator = newcomer;
  }

  boolean has(Authenticator one) {
    return authenticator == one;
  }

  void remove(Authenticator one) {
    if (authenticator == one) {
      authenticator = null;
    }
  }

  // --- Questions

  private void run() {
    try {
      while (true) {
        ZmqMessage message = socket.recvMessage();
        try {
          take(message);
        } catch (GreenletExit e) {
          throw e;
        } catch (RuntimeException | Error e) {
          // Without this greenlet JeroMQ would ask nobody, and let everybody in.
          context.hub().reportFailure("the ZAP handler of " + context, e);
        }
      }
    } catch (ZmqClosedException e) {
      // The context ends.
    } finally {
      socket.close();
    }
  }

  private void take(ZmqMessage message) {
    if (message.size() < FRAMES_BEFORE_CREDENTIALS || message.frame(1).length > 0) {
      LOG.warn("{}: a malformed ZAP request of {} frames", context, message.size());
      return; // there is nobody to answer
    }
    Question question = new Question(message.frame(0), message.frame(3));
    if (!message.text(2).equals(VERSION)) {
      question.answer(new AuthVerdict.Deny(AuthVerdict.Deny.FAILED, "Version number not valid"));
      return;
    }
    AuthRequest request = request(message);
    if (request == null) {
      question.answer(AuthVerdict.deny("malformed credentials for " + message.text(7)));
      return;
    }
    Authenticator decides = authenticator;
    if (decides == null) {
      question.answer(CLOSED);
      return;
    }
    question.ask(decides, request);
  }

  private static @Nullable AuthRequest request(ZmqMessage message) {
    AuthRequest.Credentials credentials = credentials(message);
    return credentials == null
        ? null
        : new AuthRequest(message.text(4), message.text(5), message.text(6), credentials);
  }

  private static AuthRequest.@Nullable Credentials credentials(ZmqMessage message) {
    int size = message.size() - FRAMES_BEFORE_CREDENTIALS;
    return switch (message.text(FRAMES_BEFORE_CREDENTIALS - 1)) {
      case "NULL" -> size == 0 ? new AuthRequest.None() : null;
      case "PLAIN" -> size == 2 ? new AuthRequest.Plain(message.text(8), message.text(9)) : null;
      case "CURVE" -> size == 1 ? curve(message.frame(8)) : null;
      default -> null;
    };
  }

  private static AuthRequest.@Nullable Credentials curve(byte[] key) {
    return key.length == 32 ? new AuthRequest.Curve(CurveKeys.ofPublic(key)) : null;
  }

  /** One session that waits for its answer. */
  private final class Question {

    private final byte[] asker;
    private final byte[] requestId;

    private @Nullable Authenticator decides;
    private @Nullable LaneTimer timer;
    private boolean isAnswered;

    Question(byte[] asker, byte[] requestId) {
      this.asker = asker;
      this.requestId = requestId;
    }

    void ask(Authenticator authenticator, AuthRequest request) {
      decides = authenticator;
      authenticator.asks();
      AuthVerdict byAddress = authenticator.checkAddress(request);
      if (byAddress != null) {
        answer(byAddress);
        return;
      }
      AuthCheck check = authenticator.checkFor(request);
      long nanos = authenticator.checkTimeoutNanos();
      if (nanos != Long.MAX_VALUE) {
        timer = context.hub().runCallbackLater(nanos, this::timeIsOver);
      }
      context.hub().spawnRaw(() -> decide(check, request));
    }

    private void decide(AuthCheck check, AuthRequest request) {
      AuthVerdict verdict = new AuthVerdict.Deny(AuthVerdict.Deny.FAILED, "the check has failed");
      try {
        verdict = Objects.requireNonNull(check.check(request), "verdict of a check");
      } catch (RuntimeException | Error e) {
        throw e; // to the hub's error handler, after the answer
      } catch (Exception e) {
        throw new IllegalStateException("the check of " + request + " has failed", e);
      } finally {
        answer(authenticator == decides ? verdict : CLOSED);
      }
    }

    private void timeIsOver() {
      timer = null;
      answer(AuthVerdict.tryLater("the check took too long"));
    }

    void answer(AuthVerdict verdict) {
      if (isAnswered) {
        return;
      }
      isAnswered = true;
      LaneTimer armed = timer;
      if (armed != null) {
        armed.cancel();
      }
      Authenticator asked = decides;
      if (asked != null) {
        asked.answers(verdict);
      }
      if (verdict instanceof AuthVerdict.Deny(int status, String reason)) {
        LOG.debug("{} denies a peer: {} {}", context, status, reason);
      }
      if (!socket.isClosed() && !context.isTerminating()) {
        // Queues to sessions have no limit, and nobody else sends: there is always room.
        boolean _ = socket.trySend(reply(verdict));
      }
    }

    private ZmqMessage reply(AuthVerdict verdict) {
      List<byte[]> frames = new ArrayList<>(8);
      frames.add(asker);
      frames.add(EMPTY);
      frames.add(VERSION.getBytes(UTF_8));
      frames.add(requestId);
      switch (verdict) {
        case AuthVerdict.Allow(String userId, Map<String, String> metadata) -> {
          frames.add(String.valueOf(OK).getBytes(UTF_8));
          frames.add("OK".getBytes(UTF_8));
          frames.add(userId.getBytes(UTF_8));
          frames.add(encode(metadata));
        }
        case AuthVerdict.Deny(int status, String reason) -> {
          frames.add(String.valueOf(status).getBytes(UTF_8));
          frames.add(shortened(reason));
          frames.add(EMPTY);
          frames.add(EMPTY);
        }
      }
      return ZmqMessage.of(frames);
    }
  }

  private static byte[] shortened(String text) {
    return text.substring(0, Math.min(text.length(), LONGEST / 4)).getBytes(UTF_8);
  }

  /** As ZMTP has it: each name with a length of one byte, each value with one of four. */
  private static byte[] encode(Map<String, String> metadata) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    metadata.forEach(
        (name, value) -> {
          byte[] nameBytes = name.getBytes(UTF_8);
          byte[] valueBytes = value.getBytes(UTF_8);
          bytes.write(nameBytes.length);
          bytes.writeBytes(nameBytes);
          bytes.writeBytes(ByteBuffer.allocate(4).putInt(valueBytes.length).array());
          bytes.writeBytes(valueBytes);
        });
    return bytes.toByteArray();
  }
}

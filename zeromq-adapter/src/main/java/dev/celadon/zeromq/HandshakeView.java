package dev.celadon.zeromq;

import java.lang.reflect.Field;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zmq.io.IOObject;
import zmq.io.StreamEngine;
import zmq.io.mechanism.Mechanism;
import zmq.poll.Poller;

/**
 * How far the handshake of a connection is. JeroMQ (0.6.0) has a number for the event of a
 * handshake that is done, but never sends it; so this looks into the engine of the connection.
 *
 * <p>For the thread or greenlet that runs the engine.
 */
sealed interface HandshakeView {

  /** The engine is not there yet, or still at it. */
  record Going() implements HandshakeView {}

  /** Messages flow. */
  record Done(Map<String, String> properties) implements HandshakeView {}

  /** This side has refused the peer, and waits for it to go. */
  record Refused(int status) implements HandshakeView {}

  /** The connection is another thread's. */
  record Elsewhere() implements HandshakeView {}

  static HandshakeView of(SelectableChannel channel, Selector selector) {
    SelectionKey key = channel.keyFor(selector);
    if (key == null) {
      return new Elsewhere();
    }
    Inside inside = Inside.JEROMQ;
    if (inside == null) {
      return new Done(Map.of()); // nobody can tell better
    }
    try {
      return inside.view(key.attachment());
    } catch (IllegalAccessException e) {
      throw new AssertionError("fields were made accessible", e);
    }
  }

  /** The private fields of JeroMQ on the way from a key to its mechanism. */
  final class Inside {

    private static final Logger LOG = LoggerFactory.getLogger(HandshakeView.class);

    /** Null if they cannot be read. */
    static final @Nullable Inside JEROMQ = open();

    private final Field handlerOfHandle;
    private final Field handlerOfObject;
    private final Field handshaking;
    private final Field mechanism;
    private final Field statusCode;

    private Inside() throws NoSuchFieldException {
      handlerOfHandle = field(Poller.Handle.class, "handler");
      handlerOfObject = field(IOObject.class, "handler");
      handshaking = field(StreamEngine.class, "handshaking");
      mechanism = field(StreamEngine.class, "mechanism");
      statusCode = field(Mechanism.class, "statusCode");
    }

    private static @Nullable Inside open() {
      try {
        return new Inside();
      } catch (NoSuchFieldException | RuntimeException e) {
        LOG.debug("handshakes of this JeroMQ cannot be seen; connections count as done", e);
        return null;
      }
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    }

    private HandshakeView view(@Nullable Object handle) throws IllegalAccessException {
      if (!(handle instanceof Poller.Handle)
          || !(EngineGuard.behind(handlerOfHandle.get(handle)) instanceof IOObject object)
          || !(handlerOfObject.get(object) instanceof StreamEngine engine)
          || handshaking.getBoolean(engine)) {
        return new Going();
      }
      if (!(mechanism.get(engine) instanceof Mechanism agreed)) {
        return new Done(Map.of()); // an old ZMTP, or none
      }
      return switch (agreed.status()) {
        case HANDSHAKING -> new Going();
        case READY -> new Done(properties(agreed));
        case ERROR -> new Refused(status(agreed));
      };
    }

    private static Map<String, String> properties(Mechanism agreed) {
      Map<String, String> properties = new HashMap<>();
      agreed.zmtpProperties.entrySet().forEach(e -> properties.put(e.getKey(), e.getValue()));
      agreed.zapProperties.entrySet().forEach(e -> properties.put(e.getKey(), e.getValue()));
      return properties;
    }

    private int status(Mechanism agreed) throws IllegalAccessException {
      return statusCode.get(agreed) instanceof String text && text.matches("[345]00")
          ? Integer.parseInt(text)
          : 0;
    }
  }
}

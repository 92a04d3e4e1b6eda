package dev.celadon.zeromq;

import dev.celadon.hub.GreenletExit;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zmq.ZObject;
import zmq.io.IOObject;
import zmq.io.IOThread;
import zmq.io.SessionBase;
import zmq.io.StreamEngine;
import zmq.poll.IPollEvents;
import zmq.poll.Poller;

/**
 * Stands before those whom a poller of JeroMQ calls, so that no connection can harm the others.
 *
 * <p>Confined to the thread of its poller.
 */
final class EngineGuard implements IPollEvents {
  /*
   * JeroMQ (0.6.0) has exceptions for some of what a broken or hostile peer may send: a negative length, a PING that is too short, a length
   * that exceeds the memory. An engine that has thrown stands at the same byte as before, and throws again whenever its channel is
   * readable, which it is for ever: the I/O thread does nothing else. An Error ends the I/O thread, and with it every connection of the
   * context.
   *
   * So whoever throws here is cut off, as if its connection had been lost. There is no seam for this: the handler in a poller's handle is
   * exchanged when its channel is registered, and the engine's own private end is called. An engine reads for the first time just before it
   * is registered; if it has thrown there, it has stopped amid what it has read, and is cut off at its next event.
   */

  private static final Logger LOG = LoggerFactory.getLogger(EngineGuard.class);

  /** What of JeroMQ's insides is needed here. */
  private record Inside(
      Field handlerOfHandle,
      VarHandle handlerOfObject,
      VarHandle unread,
      VarHandle isStopped,
      VarHandle isGreeting,
      VarHandle greeting,
      VarHandle greetingLength,
      VarHandle session,
      MethodHandle commandDone,
      MethodHandle end) {

    /** Whether it has what it needs for its next step, and has not taken it. */
    boolean stands(StreamEngine engine) {
      if ((boolean) isStopped.get(engine)) {
        return false; // on purpose: there is no room for what it has read
      }
      return (int) unread.get(engine) > 0
          || ((boolean) isGreeting.get(engine)
              && ((ByteBuffer) greeting.get(engine)).position()
                  >= (int) greetingLength.get(engine));
    }
  }

  private static final @Nullable Inside INSIDE = inside();

  private final IPollEvents guarded;
  private final StreamEngine engine;
  private final Inside inside;

  /** It has thrown before anybody stood guard. */
  private boolean hasThrown;

  private EngineGuard(IPollEvents guarded, StreamEngine engine, Inside inside) {
    this.guarded = guarded;
    this.engine = engine;
    this.inside = inside;
    this.hasThrown = inside.stands(engine);
  }

  private static @Nullable Inside inside() {
    try {
      Field handlerOfHandle = Poller.Handle.class.getDeclaredField("handler");
      handlerOfHandle.setAccessible(true);
      MethodHandles.Lookup object =
          MethodHandles.privateLookupIn(IOObject.class, MethodHandles.lookup());
      MethodHandles.Lookup engine =
          MethodHandles.privateLookupIn(StreamEngine.class, MethodHandles.lookup());
      return new Inside(
          handlerOfHandle,
          object.findVarHandle(IOObject.class, "handler", IPollEvents.class),
          engine.findVarHandle(StreamEngine.class, "insize", int.class),
          engine.findVarHandle(StreamEngine.class, "inputStopped", boolean.class),
          engine.findVarHandle(StreamEngine.class, "handshaking", boolean.class),
          engine.findVarHandle(StreamEngine.class, "greetingRecv", ByteBuffer.class),
          engine.findVarHandle(StreamEngine.class, "greetingSize", int.class),
          engine.findVarHandle(StreamEngine.class, "session", SessionBase.class),
          MethodHandles.privateLookupIn(ZObject.class, MethodHandles.lookup())
              .findVirtual(ZObject.class, "processSeqnum", MethodType.methodType(void.class)),
          engine.findVirtual(
              StreamEngine.class,
              "error",
              MethodType.methodType(void.class, StreamEngine.ErrorReason.class)));
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.debug("JeroMQ's pollers cannot be guarded against broken peers", e);
      return null;
    }
  }

  /** Guards the connection of a poller's handle; anything else is left alone. */
  static void protect(@Nullable Object attachment) {
    Inside inside = INSIDE;
    if (inside == null || !(attachment instanceof Poller.Handle handle)) {
      return;
    }
    try {
      Object handler = inside.handlerOfHandle.get(handle);
      if (handler instanceof IOObject object
          && inside.handlerOfObject.get(object) instanceof StreamEngine engine) {
        inside.handlerOfHandle.set(handle, new EngineGuard(object, engine, inside));
      } else if (handler instanceof IOThread mailbox) {
        inside.handlerOfHandle.set(handle, new MailboxGuard(mailbox));
      }
    } catch (IllegalAccessException | RuntimeException e) {
      LOG.debug("a connection of JeroMQ cannot be guarded", e);
    }
  }

  /** The handler of a poller's handle, as JeroMQ knows it. */
  static @Nullable Object behind(@Nullable Object handler) {
    return switch (handler) {
      case EngineGuard guard -> guard.guarded;
      case MailboxGuard guard -> guard.guarded();
      case null, default -> handler;
    };
  }

  @Override
  public void inEvent() {
    if (hasThrown) {
      cutOff(null);
      return;
    }
    try {
      guarded.inEvent();
    } catch (RuntimeException | Error e) {
      cutOff(e);
    }
  }

  @Override
  public void outEvent() {
    try {
      guarded.outEvent();
    } catch (RuntimeException | Error e) {
      cutOff(e);
    }
  }

  @Override
  public void connectEvent() {
    guarded.connectEvent();
  }

  @Override
  public void acceptEvent() {
    guarded.acceptEvent();
  }

  @Override
  public void timerEvent(int id) {
    guarded.timerEvent(id);
  }

  private void cutOff(@Nullable Throwable cause) {
    if (cause instanceof GreenletExit exit) {
      throw exit; // the poller is a greenlet that is being killed
    }
    if (inside.session.get(engine) == null) {
      LOG.debug("an ended connection at {} has thrown", engine.getEndPoint(), cause);
      return;
    }
    LOG.info(
        "cut off a connection at {}, whose peer has broken the protocol: {}",
        engine.getEndPoint(),
        String.valueOf(cause));
    try {
      if (hasThrown) {
        hasThrown = false;
        // It threw amid the command that attached it, which its session counts, and waits for at
        // its end.
        inside.commandDone.invoke(inside.session.get(engine));
      }
      inside.end.invokeExact(engine, StreamEngine.ErrorReason.CONNECTION);
    } catch (Throwable second) {
      LOG.warn("JeroMQ cannot end a connection at {}", engine.getEndPoint(), second);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EngineGuard that && guarded.equals(that.guarded);
  }

  @Override
  public int hashCode() {
    return guarded.hashCode(); // the handle stands in a hash table already
  }
}

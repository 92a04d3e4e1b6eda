package dev.celadon.zeromq;

import java.lang.reflect.Field;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zmq.io.IOThread;
import zmq.poll.Poller;
import zmq.util.MultiMap;

/**
 * Throws the cancelled timers of JeroMQ's workers away before they do harm.
 *
 * <p>Safe for use from any thread, each with a selector of its own.
 */
final class CancelledTimers {
  /*
   * JeroMQ (0.6.0) leaves a cancelled timer in its table until it is the first one. A timer of the same connection and kind that is
   * added meanwhile is equal to it; so half of the table, by which timers are run, keeps the old one, which is cancelled, for the new
   * time. That is how heartbeats work: each answer cancels the timer that waits for it, and the next heartbeat adds it anew. From the
   * first answer on, nobody would notice any more that a peer has fallen silent.
   *
   * So before each wait we throw the cancelled ones away, and put the new one in where an old one stands for it: the other half of
   * the table has it, and `find` tells. What is not mended are timers that are added anew and thrown away by JeroMQ within one round,
   * which happens to the time to live that a peer asks for, if there is no earlier timer.
   */
  private static final Logger LOG = LoggerFactory.getLogger(CancelledTimers.class);

  /** Null if JeroMQ does not let us. */
  private static final @Nullable Fields FIELDS = Fields.open();

  /** The tables of the workers that wait in these selectors; empty for those that have none. */
  private final Map<Selector, Optional<MultiMap<Long, Object>>> tables = new ConcurrentHashMap<>(4);

  /** The call of a worker that is about to wait in this selector. Never switches. */
  void drop(Selector selector) {
    Fields fields = FIELDS;
    if (fields == null) {
      return;
    }
    Optional<MultiMap<Long, Object>> table = tables.get(selector);
    if (table == null) {
      if (selector.keys().isEmpty()) {
        return; // the worker has just begun
      }
      table = fields.tableOf(selector);
      tables.put(selector, table);
    }
    if (table.isPresent() && !table.get().isEmpty()) {
      drop(table.get(), fields);
    }
  }

  @SuppressWarnings("deprecation") // the others copy and sort
  private static <K extends Comparable<? super K>> void drop(
      MultiMap<K, Object> timers, Fields fields) {
    List<Object> cancelled = null;
    for (Object timer : timers.values()) {
      if (fields.isCancelled(timer)) {
        if (cancelled == null) {
          cancelled = new ArrayList<>();
        }
        cancelled.add(timer);
      }
    }
    if (cancelled == null) {
      return;
    }
    for (Object timer : cancelled) {
      K time = timers.key(timer);
      Object current = timers.find(timer);
      boolean _ = timers.remove(timer);
      if (current != null && !fields.isCancelled(current)) {
        boolean _ = timers.insert(time, current);
      }
    }
  }

  /** The private fields of JeroMQ on the way from a selector to its worker's timers. */
  private static final class Fields {

    private final Field handler;
    private final Field poller;
    private final Field timers;
    private final Field cancelled;

    private Fields() throws ReflectiveOperationException {
      handler = field(Poller.Handle.class, "handler");
      poller = field(IOThread.class, "poller");
      timers = field(Poller.class.getSuperclass(), "timers");
      cancelled = field(Class.forName("zmq.poll.PollerBase$TimerInfo"), "cancelled");
    }

    static @Nullable Fields open() {
      try {
        return new Fields();
      } catch (ReflectiveOperationException | RuntimeException e) {
        LOG.warn("cannot mend the timers of this JeroMQ: heartbeats may miss silent peers", e);
        return null;
      }
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    }

    @SuppressWarnings("unchecked")
    Optional<MultiMap<Long, Object>> tableOf(Selector selector) {
      try {
        for (SelectionKey key : selector.keys()) {
          if (key.attachment() instanceof Poller.Handle handle
              && EngineGuard.behind(handler.get(handle)) instanceof IOThread thread) {
            return Optional.of((MultiMap<Long, Object>) timers.get(poller.get(thread)));
          }
        }
        return Optional.empty();
      } catch (IllegalAccessException e) {
        throw new AssertionError("fields were made accessible", e);
      }
    }

    boolean isCancelled(Object timer) {
      try {
        return cancelled.getBoolean(timer);
      } catch (IllegalAccessException e) {
        throw new AssertionError("fields were made accessible", e);
      }
    }
  }
}

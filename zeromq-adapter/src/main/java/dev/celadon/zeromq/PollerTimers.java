package dev.celadon.zeromq;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zmq.Ctx;
import zmq.util.function.BiFunction;

/**
 * Keeps JeroMQ's pollers from losing timers.
 *
 * <p>Immutable.
 */
final class PollerTimers {
  /*
   * JeroMQ (0.6.0): a timer that is cancelled stays in the poller's map, marked, until its time comes. The same timer, set anew before that,
   * is equal to the marked one. HashMap.put keeps the old key for an equal one, so the new timer is taken for cancelled, and is dropped. What
   * suffers is the heartbeat's timeout, cancelled by every answer and set by the next ping: after the first answer a silent peer is never
   * given up, unless the timeout is shorter than the interval.
   *
   * The map is private, without a seam. So it is exchanged, in a poller that is just being made, for one whose put forgets the old key.
   */

  private static final Logger LOG = LoggerFactory.getLogger(PollerTimers.class);

  private static final @Nullable PollerTimers ACCESS = access();

  private final Class<?> poller;
  private final VarHandle timers;
  private final java.lang.reflect.Field inverse;

  private PollerTimers(Class<?> poller, VarHandle timers, java.lang.reflect.Field inverse) {
    this.poller = poller;
    this.timers = timers;
    this.inverse = inverse;
  }

  private static @Nullable PollerTimers access() {
    try {
      Class<?> poller = Class.forName("zmq.poll.PollerBase");
      Class<?> map = Class.forName("zmq.util.MultiMap");
      VarHandle timers =
          MethodHandles.privateLookupIn(poller, MethodHandles.lookup())
              .findVarHandle(poller, "timers", map);
      java.lang.reflect.Field inverse = map.getDeclaredField("inverse");
      inverse.setAccessible(true);
      return new PollerTimers(poller, timers, inverse);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.debug("JeroMQ's timers are out of reach: heartbeats may miss silent peers", e);
      return null;
    }
  }

  /** Mends every poller that a context will make. Before its first socket. */
  static void mend(Ctx ctx) {
    PollerTimers access = ACCESS;
    if (access == null) {
      return;
    }
    BiFunction<Runnable, String, Thread> factory = ctx.getThreadFactory();
    ctx.setThreadFactory(
        (poller, name) -> {
          access.mend(poller);
          return factory.apply(poller, name);
        });
  }

  private void mend(Runnable made) {
    if (!poller.isInstance(made)) {
      return;
    }
    try {
      inverse.set(timers.get(made), new Renewing());
    } catch (IllegalAccessException | RuntimeException e) {
      LOG.debug("JeroMQ's timers cannot be mended: heartbeats may miss silent peers", e);
    }
  }

  /** A map whose put takes the new key, too. */
  private static final class Renewing extends HashMap<Object, Object> {

    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Object put(Object key, Object value) {
      Object old = remove(key);
      Object _ = super.put(key, value);
      return old;
    }

    @Override
    public void putAll(Map<?, ?> all) {
      all.forEach(this::put);
    }
  }
}

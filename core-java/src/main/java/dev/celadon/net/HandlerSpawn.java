package dev.celadon.net;

import dev.celadon.pool.Pool;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * How a server runs its handlers: gevent's {@code spawn} argument. A number there is {@link
 * ServerOptions#withMaxHandlers} here.
 */
public sealed interface HandlerSpawn {

  /**
   * Each handler in a greenlet of its own, on the server's hub. The default.
   *
   * <p>Immutable.
   */
  record Greenlets() implements HandlerSpawn {}

  /**
   * Each handler as a member of a pool, which may have other members; while the pool is full,
   * nothing is accepted.
   *
   * @param pool where they are members
   */
  record Members(Pool pool) implements HandlerSpawn {
    /** Checks that it is there. */
    public Members {
      Objects.requireNonNull(pool, "pool");
    }
  }

  /**
   * Each handler as a task of an executor. The server cannot kill such a handler: at the end of its
   * patience it closes the connection under it.
   *
   * @param executor runs the handlers, wherever it likes; refusals are reported and end the
   *     connection
   */
  record Tasks(Executor executor) implements HandlerSpawn {
    /** Checks that it is there. */
    public Tasks {
      Objects.requireNonNull(executor, "executor");
    }
  }

  /**
   * Each handler as a callback of the hub, which must not wait. The cheapest form, for handlers
   * that answer at once or hand the work on.
   *
   * <p>Immutable.
   */
  record Callbacks() implements HandlerSpawn {}
}

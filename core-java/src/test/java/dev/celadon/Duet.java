package dev.celadon;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.queue.Channel;
import dev.celadon.queue.Queue;
import dev.celadon.sync.Event;
import dev.celadon.sync.RLock;
import dev.celadon.sync.Semaphore;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * An everyday call as it is measured: what one greenlet does, once, and what another one does
 * meanwhile, for ever.
 */
record Duet(Body other, Runnable operation) {

  static final Object ITEM = new Object();

  static Duet ofTurns() {
    return new Duet(
        () -> {
          while (true) {
            Greenlets.yieldNow();
          }
        },
        Greenlets::yieldNow);
  }

  /** An item there, and one back. */
  static Duet ofQueues() {
    Queue<Object> there = new Queue<>();
    Queue<Object> back = new Queue<>();
    return new Duet(
        () -> {
          while (true) {
            back.put(there.get());
          }
        },
        () -> {
          there.put(ITEM);
          back.get();
        });
  }

  /** A meeting there, and one back. */
  static Duet ofChannels() {
    Channel<Object> there = new Channel<>();
    Channel<Object> back = new Channel<>();
    return new Duet(
        () -> {
          while (true) {
            back.put(there.get());
          }
        },
        () -> {
          there.put(ITEM);
          back.get();
        });
  }

  static Duet ofEvents() {
    Event there = new Event();
    Event back = new Event();
    return new Duet(
        () -> answer(there, back),
        () -> {
          there.set();
          back.waitUntilSet();
          back.clear();
        });
  }

  static Duet ofEvents(Duration limit) {
    Event there = new Event();
    Event back = new Event();
    return new Duet(
        () -> answer(there, back),
        () -> {
          there.set();
          back.waitUntilSet(limit);
          back.clear();
        });
  }

  private static void answer(Event there, Event back) {
    while (true) {
      there.waitUntilSet();
      there.clear();
      back.set();
    }
  }

  /** A permit there, and one back. */
  static Duet ofPermits() {
    Semaphore there = new Semaphore(0);
    Semaphore back = new Semaphore(0);
    return new Duet(
        () -> {
          while (true) {
            there.acquire();
            back.release();
          }
        },
        () -> {
          there.release();
          back.acquire();
        });
  }

  /** Two who take it in turns, and hold it over a yield: each waits once and yields once. */
  static Duet ofALock() {
    RLock lock = new RLock();
    Runnable turn =
        () -> {
          lock.acquire();
          Greenlets.yieldNow(); // the other one waits for the lock meanwhile
          lock.release();
        };
    return new Duet(
        () -> {
          while (true) {
            turn.run();
          }
        },
        turn);
  }

  /** What nobody has to wait for. */
  static Runnable withoutAWait() {
    Queue<Object> queue = new Queue<>();
    Event event = new Event();
    Semaphore semaphore = new Semaphore(1);
    RLock lock = new RLock();
    return () -> {
      queue.put(ITEM);
      queue.get();
      event.set();
      event.waitUntilSet();
      event.clear();
      semaphore.acquire();
      semaphore.release();
      lock.acquire();
      lock.release();
    };
  }

  /** Runs both on a hub; the other one is killed in the end. */
  void on(HubOptions options, Consumer<Runnable> measure) throws Exception {
    Hub.run(
        options,
        () -> {
          Greenlet<?> running = Greenlets.spawn(other);
          Greenlets.yieldNow();
          measure.accept(operation);
          running.kill();
        });
  }
}

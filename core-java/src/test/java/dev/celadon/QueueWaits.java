package dev.celadon;

import dev.celadon.loop.Clock;
import dev.celadon.queue.Channel;
import dev.celadon.queue.LifoQueue;
import dev.celadon.queue.PriorityQueue;
import dev.celadon.queue.Queue;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The waits of this package, for {@link EveryWaitTest}. */
final class QueueWaits {

  private QueueWaits() {}

  static Stream<Supplier<Wait>> waits() {
    return Stream.of(
        () -> get(new Queue<>()),
        () -> put(new Queue<>(1)),
        () -> peek(new Queue<>()),
        QueueWaits::join,
        () -> get(new LifoQueue<>()),
        () -> put(new LifoQueue<>(1)),
        () -> get(PriorityQueue.natural()),
        () -> put(PriorityQueue.natural(1)),
        () -> peek(PriorityQueue.natural()),
        QueueWaits::channelGet,
        QueueWaits::channelPut,
        () -> take(new Queue<>(1)),
        () -> offer(new Queue<>(1)));
  }

  private static Wait get(Queue<String> queue) {
    return new Wait(
        name(queue, "get"),
        timeout ->
            timeout == EveryWaitTest.FOREVER ? !queue.get().isEmpty() : queue.get(timeout) != null,
        () -> queue.put("x"));
  }

  private static Wait put(Queue<String> queue) {
    queue.put("first");
    return new Wait(
        name(queue, "put"),
        timeout -> {
          if (timeout == EveryWaitTest.FOREVER) {
            queue.put("x");
            return true;
          }
          return queue.put("x", timeout);
        },
        queue::tryGet);
  }

  private static Wait peek(Queue<String> queue) {
    return new Wait(
        name(queue, "peek"),
        timeout ->
            timeout == EveryWaitTest.FOREVER
                ? !queue.peek().isEmpty()
                : queue.peek(timeout) != null,
        () -> queue.put("x"));
  }

  private static Wait join() {
    Queue<String> queue = new Queue<>(List.of("task"));
    return new Wait(
        "Queue.join",
        timeout -> {
          if (timeout == EveryWaitTest.FOREVER) {
            queue.join();
            return true;
          }
          return queue.join(timeout);
        },
        queue::taskDone);
  }

  private static Wait channelGet() {
    Channel<String> channel = new Channel<>();
    return new Wait(
        "Channel.get",
        timeout ->
            timeout == EveryWaitTest.FOREVER
                ? !channel.get().isEmpty()
                : channel.get(timeout) != null,
        () -> channel.tryPut("x"));
  }

  private static Wait channelPut() {
    Channel<String> channel = new Channel<>();
    return new Wait(
        "Channel.put",
        timeout -> {
          if (timeout == EveryWaitTest.FOREVER) {
            channel.put("x");
            return true;
          }
          return channel.put("x", timeout);
        },
        channel::tryGet);
  }

  private static Wait take(Queue<String> queue) {
    BlockingQueue<String> face = queue.asBlockingQueue();
    return new Wait(
        "BlockingQueue.take and poll",
        timeout ->
            timeout == EveryWaitTest.FOREVER
                ? !face.take().isEmpty()
                : face.poll(Clock.waitNanos(timeout), TimeUnit.NANOSECONDS) != null,
        () -> queue.put("x"));
  }

  private static Wait offer(Queue<String> queue) {
    queue.put("first");
    BlockingQueue<String> face = queue.asBlockingQueue();
    return new Wait(
        "BlockingQueue.put and offer",
        timeout -> {
          if (timeout == EveryWaitTest.FOREVER) {
            face.put("x");
            return true;
          }
          return face.offer("x", Clock.waitNanos(timeout), TimeUnit.NANOSECONDS);
        },
        queue::tryGet);
  }

  private static String name(Queue<?> queue, String call) {
    return queue.getClass().getSimpleName() + "." + call;
  }
}

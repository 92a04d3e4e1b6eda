package dev.celadon.benchmarks;

import com.softwaremill.jox.Channel;
import dev.celadon.loop.Parking;
import dev.celadon.queue.Queue;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Pairs that play ping-pong: each hands an item over to the other, who waits for it, and waits for
 * its own. The processor time of one item.
 */
final class HandoffSides {

  static final Case CASE =
      new Case(
              "handoff",
              "ns",
              1_000_000,
              new Side(Case.CELADON, HandoffSides::celadon),
              List.of(
                  new Side("minimal-scheduler", HandoffSides::minimalScheduler),
                  virtualThread("virtual-thread", () -> new QueueLine(new ArrayBlockingQueue<>(1))),
                  virtualThread("synchronous-queue", () -> new QueueLine(new SynchronousQueue<>())),
                  virtualThread("jox", () -> new ChannelLine(Channel.newBufferedChannel(1))),
                  KotlinSides.side(KotlinWork::handoff),
                  GeventSides.side("handoff")))
          .growing(2);

  private static final String ITEM = "ball";

  private HandoffSides() {}

  /** The way of the items to one party. */
  private interface Line {
    void put(String item) throws Exception;

    String take() throws Exception;
  }

  private record GreenletLine(Queue<String> queue) implements Line {
    @Override
    public void put(String item) {
      queue.put(item);
    }

    @Override
    public String take() {
      return queue.get();
    }
  }

  private record QueueLine(BlockingQueue<String> queue) implements Line {
    @Override
    public void put(String item) throws InterruptedException {
      queue.put(item);
    }

    @Override
    public String take() throws InterruptedException {
      return queue.take();
    }
  }

  private record ChannelLine(Channel<String> channel) implements Line {
    @Override
    public void put(String item) throws InterruptedException {
      channel.send(item);
    }

    @Override
    public String take() throws InterruptedException {
      return channel.receive();
    }
  }

  /** The floor: a field, and a virtual thread that parks until there is something in it. */
  private static final class ParkingLine implements Line {
    private @Nullable String item;
    private @Nullable Thread taker;

    @Override
    public void put(String put) {
      item = put;
      if (taker != null) {
        Parking.unpark(taker);
      }
    }

    @Override
    public String take() {
      taker = Thread.currentThread();
      while (item == null) {
        Parking.park();
      }
      String taken = item;
      item = null;
      return taken;
    }
  }

  private static double celadon(int operations, int parties) throws Exception {
    return GreenletParties.cost(
        parties, pingPong(operations, parties, () -> new GreenletLine(new Queue<>(1))));
  }

  private static double minimalScheduler(int operations, int parties) throws Exception {
    return new MinimalScheduler().cost(parties, pingPong(operations, parties, ParkingLine::new));
  }

  private static Side virtualThread(String name, Supplier<Line> line) {
    return new Side(
        name,
        OneCarrier.FLAGS,
        (operations, parties) ->
            VirtualThreadParties.cost(parties, pingPong(operations, parties, line)));
  }

  private static Party pingPong(int operations, int parties, Supplier<Line> line) {
    Line[] lines = Stream.generate(line).limit(parties).toArray(Line[]::new);
    int times = operations / parties;
    return number -> {
      Line mine = lines[number];
      Line theirs = lines[number ^ 1];
      String item = number % 2 == 0 ? ITEM : mine.take();
      for (int i = 1; i < times; i++) {
        theirs.put(item);
        item = mine.take();
      }
      theirs.put(item);
      if (number % 2 == 0) {
        mine.take();
      }
    };
  }
}

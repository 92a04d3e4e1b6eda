package dev.celadon.benchmarks;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.queue.Queue;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;

/**
 * A platform thread that hands an item to each of the parties and then takes an answer of each of
 * them: the elapsed time for one party, there and back.
 */
final class RemoteWakeSides {

  static final Case CASE =
      new Case(
              "remote-wake",
              "us",
              10_000,
              new Side(Case.CELADON, RemoteWakeSides::celadon),
              List.of(
                  new Side("virtual-thread", OneCarrier.FLAGS, RemoteWakeSides::virtualThread),
                  KotlinSides.side(KotlinWork::remoteWake)))
          .growing(1);

  private static final String ITEM = "ball";

  private RemoteWakeSides() {}

  private static double celadon(int operations, int parties) {
    List<Queue<String>> questions =
        Stream.generate(() -> new Queue<String>(1)).limit(parties).toList();
    Queue<String> answers = new Queue<>();
    int rounds = operations / parties;
    try (Hub hub = Hub.start("answers")) {
      for (Queue<String> mine : questions) {
        Greenlet.spawn(
            hub,
            () -> {
              for (String item : mine) {
                answers.put(item);
              }
            });
      }
      long start = System.nanoTime();
      for (int i = 0; i < rounds; i++) {
        questions.forEach(question -> question.put(ITEM));
        for (int party = 0; party < parties; party++) {
          String _ = answers.get();
        }
      }
      return (System.nanoTime() - start) / 1_000.0;
    }
  }

  private static double virtualThread(int operations, int parties) throws InterruptedException {
    List<BlockingQueue<String>> questions =
        Stream.<BlockingQueue<String>>generate(() -> new ArrayBlockingQueue<>(1))
            .limit(parties)
            .toList();
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    int rounds = operations / parties;
    for (BlockingQueue<String> mine : questions) {
      Thread.startVirtualThread(() -> answer(mine, answers, rounds));
    }
    long start = System.nanoTime();
    for (int i = 0; i < rounds; i++) {
      for (BlockingQueue<String> question : questions) {
        question.put(ITEM);
      }
      for (int party = 0; party < parties; party++) {
        String _ = answers.take();
      }
    }
    return (System.nanoTime() - start) / 1_000.0;
  }

  private static void answer(
      BlockingQueue<String> questions, BlockingQueue<String> answers, int times) {
    try {
      for (int i = 0; i < times; i++) {
        answers.put(questions.take());
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}

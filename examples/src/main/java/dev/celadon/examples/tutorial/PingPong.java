package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.joinAll;

import dev.celadon.Greenlets;

/**
 * Two actors that send each other a word. The tutorial's play for ever, these stop after a while.
 */
final class PingPong {

  private static final int ROUNDS = 5;

  private final Actor<String> ping = new Pinger();
  private final Actor<String> pong = new Ponger();

  private PingPong() {}

  static void run() {
    new PingPong().play();
  }

  private void play() {
    ping.start();
    pong.start();

    ping.tell("start");
    joinAll(ping, pong);
  }

  private final class Pinger extends Actor<String> {

    private int rounds;

    @Override
    void receive(String message) {
      IO.println(message);
      if (rounds == ROUNDS) {
        stop();
        pong.stop();
        return;
      }
      rounds++;
      pong.tell("ping");
      Greenlets.yieldNow();
    }
  }

  private final class Ponger extends Actor<String> {

    @Override
    void receive(String message) {
      IO.println(message);
      ping.tell("pong");
      Greenlets.yieldNow();
    }
  }
}

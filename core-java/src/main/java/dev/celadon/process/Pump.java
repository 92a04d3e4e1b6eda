package dev.celadon.process;

/** Threads that carry bytes between a pipe of the operating system and a queue. */
final class Pump {

  private Pump() {}

  static void start(String name, Runnable body) {
    Thread.ofPlatform().name(name).daemon().inheritInheritableThreadLocals(false).start(body);
  }
}

package dev.celadon.process;

/** Threads that block for one child: they carry its bytes, or wait for its end. */
final class Pump {

  private Pump() {}

  static void start(String name, Runnable body) {
    Thread.ofPlatform().name(name).daemon().inheritInheritableThreadLocals(false).start(body);
  }
}

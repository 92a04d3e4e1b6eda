package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.queue.Channel;

/**
 * A coroutine that is sent names, as Python's {@code name = (yield)} is: a greenlet and a channel.
 */
final class Channels {

  private Channels() {}

  static void run() {
    Channel<String> names = new Channel<>();
    Greenlet<?> hello = spawn(() -> hello(names));
    names.put("kkung");
    names.put("PyConKR 2014");
    names.shutdown();
    hello.join();
  }

  private static void hello(Channel<String> names) {
    for (String name : names) {
      IO.println("Hello " + name);
    }
  }
}

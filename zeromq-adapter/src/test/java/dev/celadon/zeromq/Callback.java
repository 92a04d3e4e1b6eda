package dev.celadon.zeromq;

import dev.celadon.hub.Waiter;

/** A callback that counts its calls. */
final class Callback {

  int calls;
  final Waiter waiter = new Waiter(() -> calls++);
}

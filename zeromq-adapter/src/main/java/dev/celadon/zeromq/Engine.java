package dev.celadon.zeromq;

import zmq.Ctx;

/** Runs JeroMQ for one context: on the hub, or in threads. Confined to its hub. */
sealed interface Engine permits HubEngine, ThreadEngine {

  /** The context of JeroMQ that it runs. */
  Ctx ctx();

  /** The channels of JeroMQ that the hub watches. */
  ChannelWatches watches();

  /** A call to JeroMQ may have sent commands to the I/O side. Never switches. */
  void ring();

  /**
   * Whether everything that the I/O side has announced can be consumed now. If not, {@code retry}
   * runs in the lane as soon as it may have become so. Never switches.
   */
  boolean isSettled(Runnable retry);

  /**
   * Runs something that blocks in JeroMQ's calls, such as its end, beside the caller. Never
   * switches.
   *
   * @param task must not throw
   */
  void runBlocking(String name, Runnable task);

  /** After JeroMQ's end. */
  void close();

  /** The hub is closing, and JeroMQ does not end in time: let it be killed. */
  void abandon();
}

package dev.celadon.zeromq;

import zmq.Ctx;
import zmq.SocketBase;

/** Runs JeroMQ for one context: on the hub, or in threads. Confined to its hub. */
sealed interface Engine permits HubEngine, HubPipesEngine, ThreadEngine {

  /** The context of JeroMQ that it runs. */
  Ctx ctx();

  /**
   * Makes a socket of JeroMQ. Never switches.
   *
   * @throws org.zeromq.ZMQException as {@link Ctx#createSocket} does
   */
  SocketBase createSocket(int type);

  /**
   * Makes the one bell of a socket; right after {@link #createSocket}.
   *
   * @param onRing runs on the hub, and must neither switch nor throw
   */
  Bell bell(SocketBase socket, Runnable onRing);

  /**
   * Whether a socket hears of its commands by the pipe of its mailbox. Thread-safe sockets, which
   * are JeroMQ's drafts, show nobody their pipe.
   */
  boolean usesPipes();

  /** A message was sent: a command for the I/O side may be under way. Never switches. */
  void ring();

  /**
   * After an operation on a socket: serves the other sockets of this hub for which it was good.
   * Never switches.
   *
   * @param hasInproc whether the socket has peers on this hub
   */
  void look(boolean hasInproc);

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

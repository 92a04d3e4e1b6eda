package dev.celadon.zeromq;

/** Where JeroMQ does its input and output. */
public enum IoMode {

  /**
   * On the hub: JeroMQ's I/O thread and reaper are greenlets. No thread is woken on the way of a
   * message, so that a round trip costs a fraction of what it costs between threads. A greenlet
   * that computes for long holds up all I/O meanwhile, heartbeats included.
   */
  HUB,

  /**
   * In threads of JeroMQ's own, which go on while a greenlet computes. For programs whose greenlets
   * may hold the hub longer than a heartbeat.
   */
  THREAD
}

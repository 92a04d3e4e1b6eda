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
   * As {@link #HUB}, but JeroMQ sends its commands through its pipes. That is slower, takes two
   * file descriptors for each socket, and knows no draft types; it is what {@code HUB} itself falls
   * back to where JeroMQ does not let us in, see {@link ZmqContext#usesPipes}.
   */
  HUB_PIPES,

  /**
   * In threads of JeroMQ's own, which go on while a greenlet computes. For programs whose greenlets
   * may hold the hub longer than a heartbeat.
   *
   * <p>Not for simulated time: a hub whose clock jumps does not know that these threads are at
   * work, and time limits are over before a message can come.
   */
  THREAD
}

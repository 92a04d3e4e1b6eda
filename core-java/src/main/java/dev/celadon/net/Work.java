package dev.celadon.net;

import java.io.IOException;

/** One connection, or one datagram, and what is done with it. */
interface Work {

  void run() throws Exception;

  /** Who it came from, for messages. */
  String peer();

  /** Gives back what it holds, in an orderly way: at the end of the handler, and in its place. */
  void close() throws IOException;

  /** Gives back what it holds at once, also while it runs. Any thread; never switches. */
  void abort() throws IOException;
}

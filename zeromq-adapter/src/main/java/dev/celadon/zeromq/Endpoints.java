package dev.celadon.zeromq;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import zmq.ZError;

/** What can be wrong with an endpoint, in words. */
final class Endpoints {

  private Endpoints() {}

  static boolean isInproc(String endpoint) {
    return endpoint.startsWith("inproc://");
  }

  /** Catches what JeroMQ would take, or refuse without words. */
  static void check(String verb, String endpoint) {
    int separator = endpoint.indexOf("://");
    if (separator <= 0 || separator + 3 == endpoint.length()) {
      throw malformed(verb, endpoint, null);
    }
    String transport = endpoint.substring(0, separator);
    switch (transport) {
      case "tcp", "inproc" -> {}
      case "ipc" ->
          throw new ZmqAddressException(
              ZError.EPROTONOSUPPORT,
              "cannot "
                  + verb
                  + " "
                  + endpoint
                  + ": JeroMQ's ipc is a disguised tcp port that no other ZeroMQ understands;"
                  + " use tcp://127.0.0.1:PORT between processes, inproc://NAME within one",
              null);
      default ->
          throw new ZmqAddressException(
              ZError.EPROTONOSUPPORT,
              "cannot "
                  + verb
                  + " "
                  + endpoint
                  + ": there is no transport \""
                  + transport.toLowerCase(Locale.ROOT)
                  + "\" here; use tcp:// or inproc://",
              null);
    }
  }

  static ZmqAddressException malformed(String verb, String endpoint, @Nullable Throwable cause) {
    return new ZmqAddressException(
        ZError.EINVAL,
        "cannot "
            + verb
            + " \""
            + endpoint
            + "\": not an endpoint; write tcp://HOST:PORT (or tcp://*:* to bind) or inproc://NAME",
        cause);
  }

  static ZmqAddressException inUse(String endpoint, ZmqSocket owner) {
    return new ZmqAddressException(
        ZError.EADDRINUSE,
        "cannot bind " + endpoint + ": in use by the " + owner + "; unbind or close that one first",
        null);
  }

  static ZmqException failed(
      ZmqSocket socket, String verb, String endpoint, int errno, @Nullable Throwable cause) {
    String what = "cannot " + verb + " the " + socket.type() + " socket to " + endpoint + ": ";
    return switch (errno) {
      case ZError.EADDRINUSE ->
          new ZmqAddressException(
              errno,
              what
                  + "in use, or not an address of this host; choose another port, or * for a free"
                  + " one",
              cause);
      case ZError.EADDRNOTAVAIL ->
          new ZmqAddressException(errno, what + "no such host or address", cause);
      case ZError.ENOENT ->
          new ZmqAddressException(
              errno, "cannot " + verb + " " + endpoint + ": " + socket + " is not there", cause);
      case ZError.EMTHREAD ->
          new ZmqAddressException(
              errno,
              what + "the context has no I/O threads; open it with at least one (withIoThreads)",
              cause);
      case ZError.EPROTONOSUPPORT, ZError.ENOCOMPATPROTO, ZError.EINVAL ->
          new ZmqAddressException(errno, what + ZmqException.meaningOf(errno), cause);
      default -> ZmqException.of(errno, socket, verb + " " + endpoint, cause);
    };
  }
}

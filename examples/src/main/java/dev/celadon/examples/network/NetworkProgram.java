package dev.celadon.examples.network;

import dev.celadon.hub.Hub;
import dev.celadon.signal.Shutdown;
import dev.celadon.signal.ShutdownOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/**
 * A program of this package.
 *
 * @param name what it is called on the command line
 * @param arguments what it takes behind its name
 * @param does what it does, in one line
 * @param body the program
 */
public record NetworkProgram(String name, String arguments, String does, Body body) {

  interface Body {

    /**
     * Runs on a hub until its work is done or the shutdown is over.
     *
     * @return the exit status
     */
    int run(Arguments arguments, PrintStream out, Shutdown shutdown) throws Exception;
  }

  private static final int UNUSABLE = 2;

  private static final List<NetworkProgram> ALL =
      List.of(
          new NetworkProgram(
              "echo-server", "[PORT]", "sends every line back to who sent it", EchoServer::run),
          new NetworkProgram(
              "unix-socket-server",
              "[FILE]",
              "greets whoever connects by a Unix-domain socket",
              UnixSocketServer::run),
          new NetworkProgram(
              "udp-server", "[PORT]", "tells how many bytes a datagram had", UdpServer::run),
          new NetworkProgram(
              "udp-client", "[HOST:PORT [WORDS]]", "asks the udp-server", UdpClient::run),
          new NetworkProgram(
              "port-forwarder",
              "[PORT [HOST:PORT]]",
              "passes connections on to another place, both ways",
              PortForwarder::run),
          new NetworkProgram(
              "web-proxy", "[PORT]", "an HTTP proxy; https goes through CONNECT", WebProxy::run),
          new NetworkProgram(
              "hello-servers",
              "[PORT PORT]",
              "one handler on plain sockets, in threads and in greenlets",
              HelloServers::run),
          new NetworkProgram(
              "dns-mass-resolve",
              "NAMES",
              "looks many names up, ten at a time",
              DnsMassResolve::run),
          new NetworkProgram(
              "concurrent-download", "URLS", "gets pages at once", ConcurrentDownload::run));

  /**
   * All programs.
   *
   * @return them, servers first
   */
  public static List<NetworkProgram> all() {
    return ALL;
  }

  /**
   * Runs it on the real streams, until its end or a {@code SIGTERM} or {@code SIGINT}.
   *
   * @param args what follows its name
   * @return the exit status: 0 after an end in order, 1 after a failure, 2 if the command line or
   *     an address cannot be used
   * @throws Exception what nobody has foreseen
   */
  public int run(String[] args) throws Exception {
    ShutdownOptions options = ShutdownOptions.defaults().withExits(false);
    return Hub.run(
        () -> {
          try (Shutdown shutdown = Shutdown.install(options)) {
            return body.run(Arguments.of(args), System.out, shutdown);
          } catch (Arguments.Unusable e) {
            System.err.println(name + ": " + e.getMessage());
            System.err.println("usage: examples/run " + name + " " + arguments);
            return UNUSABLE;
          } catch (IOException e) {
            System.err.println(name + ": " + e.getMessage());
            return UNUSABLE;
          }
        });
  }
}

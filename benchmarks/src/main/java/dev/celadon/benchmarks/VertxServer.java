package dev.celadon.benchmarks;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.NetServerOptions;

/** Vert.x on one event loop. */
final class VertxServer {

  private static final String LOOPBACK = "127.0.0.1";

  private VertxServer() {}

  static void serve(Protocol protocol) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    switch (protocol) {
      case TCP ->
          vertx
              .createNetServer(
                  new NetServerOptions()
                      .setHost(LOOPBACK)
                      .setTcpNoDelay(true)
                      .setAcceptBacklog(4_096))
              .connectHandler(connection -> connection.handler(connection::write))
              .listen(0)
              .onSuccess(server -> Server.listensAt(server.actualPort()))
              .onFailure(VertxServer::fail);
      case UDP -> {
        DatagramSocket socket = vertx.createDatagramSocket();
        socket.handler(
            datagram ->
                socket.send(
                    datagram.data(), datagram.sender().port(), datagram.sender().hostAddress()));
        socket
            .listen(0, LOOPBACK)
            .onSuccess(bound -> Server.listensAt(bound.localAddress().port()))
            .onFailure(VertxServer::fail);
      }
      case TLS -> throw Server.speaksNot(protocol);
    }
  }

  private static void fail(Throwable why) {
    throw new IllegalStateException(why);
  }
}

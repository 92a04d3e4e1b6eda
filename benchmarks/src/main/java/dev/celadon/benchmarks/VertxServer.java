package dev.celadon.benchmarks;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;

/** Vert.x on one event loop. */
final class VertxServer {

  private static final String LOOPBACK = "127.0.0.1";

  private VertxServer() {}

  static void serve(Protocol protocol) throws IOException, InterruptedException {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    switch (protocol) {
      case TCP, TLS ->
          vertx
              .createNetServer(options(protocol))
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
    }
  }

  private static NetServerOptions options(Protocol protocol)
      throws IOException, InterruptedException {
    NetServerOptions options =
        new NetServerOptions().setHost(LOOPBACK).setTcpNoDelay(true).setAcceptBacklog(4_096);
    if (protocol == Protocol.TLS) {
      Buffer store = Buffer.buffer(ServerIdentity.make().store());
      options
          .setSsl(true)
          .setKeyCertOptions(new PfxOptions().setValue(store).setPassword(ServerIdentity.PASSWORD));
    }
    return options;
  }

  private static void fail(Throwable why) {
    throw new IllegalStateException(why);
  }
}

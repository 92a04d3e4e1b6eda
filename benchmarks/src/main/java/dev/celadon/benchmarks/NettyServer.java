package dev.celadon.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Netty's own echo example, on one event loop over the JDK's selector, as Celadon's hub is. */
final class NettyServer {

  private NettyServer() {}

  static void serve(Protocol protocol) throws Exception {
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Channel channel =
        switch (protocol) {
          case TCP, TLS -> {
            SslContext tls = protocol == Protocol.TLS ? tls() : null;
            yield new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4_096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(
                    new ChannelInitializer<SocketChannel>() {
                      @Override
                      protected void initChannel(SocketChannel connection) {
                        if (tls != null) {
                          connection.pipeline().addLast(tls.newHandler(connection.alloc()));
                        }
                        connection.pipeline().addLast(new Echo());
                      }
                    })
                .bind(anyPort)
                .sync()
                .channel();
          }
          case UDP ->
              new Bootstrap()
                  .group(loop)
                  .channel(NioDatagramChannel.class)
                  .handler(new DatagramEcho())
                  .bind(anyPort)
                  .sync()
                  .channel();
        };
    Server.listensAt(((InetSocketAddress) channel.localAddress()).getPort());
    channel.closeFuture().sync();
  }

  private static SslContext tls() throws Exception {
    return SslContextBuilder.forServer(ServerIdentity.make().keys())
        .sslProvider(SslProvider.JDK) // as all others have it
        .build();
  }

  @ChannelHandler.Sharable
  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.write(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }
  }

  private static final class DatagramEcho extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      DatagramPacket datagram = (DatagramPacket) message;
      context.write(new DatagramPacket(datagram.content(), datagram.sender()));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }
  }
}

package dev.celadon.libraries;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A web server on plain threads that answers with the path of the request, when it is let. */
final class GatedHttpServer implements Gate, AutoCloseable {

  private final ServerSocket listener;
  private final CountDownLatch opened = new CountDownLatch(1);
  private final AtomicInteger waiting = new AtomicInteger();

  GatedHttpServer() throws IOException {
    listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("http-listener").start(this::listen);
  }

  String url(int number) {
    return "http://127.0.0.1:" + listener.getLocalPort() + "/" + number;
  }

  private void listen() {
    try {
      while (true) {
        Socket socket = listener.accept();
        Thread.ofPlatform().daemon().name("http-connection").start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var requests = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        String body = line.split(" ", -1)[1].substring(1);
        while (!line.isEmpty()) {
          line = requests.readLine();
        }
        waiting.getAndIncrement();
        opened.await();
        waiting.getAndDecrement();
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n";
        socket.getOutputStream().write((head + body).getBytes(UTF_8));
      }
    } catch (IOException | InterruptedException e) {
      // The client has gone.
    }
  }

  @Override
  public int waiting() {
    return waiting.get();
  }

  @Override
  public void open() {
    opened.countDown();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}

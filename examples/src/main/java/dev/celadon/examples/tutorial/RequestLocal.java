package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;

import dev.celadon.greenlet.GreenletLocal;
import org.jspecify.annotations.Nullable;

/** The request that a greenlet handles, at hand everywhere below its handler. */
final class RequestLocal {

  private record Request(String remoteAddr) {}

  private static final GreenletLocal<@Nullable Request> REQUEST = GreenletLocal.create();

  private RequestLocal() {}

  static void run() {
    joinAll(
        spawn(() -> application(new Request("10.0.0.1"))),
        spawn(() -> application(new Request("10.0.0.2"))));
  }

  private static void application(Request request) throws Exception {
    REQUEST.where(
        request,
        () -> {
          yieldNow(); // meanwhile the other one begins
          IO.println(logic());
        });
    IO.println("Request afterwards: " + REQUEST.get());
  }

  private static String logic() {
    Request request = REQUEST.get();
    return request == null ? "Nobody asks" : "Hello " + request.remoteAddr();
  }
}

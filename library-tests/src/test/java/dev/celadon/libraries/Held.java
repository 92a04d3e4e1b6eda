package dev.celadon.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import java.util.ArrayList;
import java.util.List;

/** A call that holds the hub: nothing of anybody else comes between its begin and its end. */
final class Held {

  private Held() {}

  static void prove(Gate gate, Overlap.Call call) throws Exception {
    List<String> trail = new ArrayList<>();
    Hub.run(
        () -> {
          Greenlet<?> heart =
              Greenlets.spawn(
                  () -> {
                    while (true) {
                      trail.add("beat");
                      Greenlets.yieldNow();
                    }
                  });
          Greenlet<Integer> caller =
              Greenlets.spawn(
                  () -> {
                    trail.add("begin");
                    int answer = call.answer(7);
                    trail.add("end");
                    return answer;
                  });
          Thread opener = Thread.ofPlatform().start(() -> openSoon(gate));
          assertEquals(7, caller.result());
          heart.kill();
          opener.join();
        });
    assertEquals("end", trail.get(trail.indexOf("begin") + 1), "the hub was held: " + trail);
  }

  private static void openSoon(Gate gate) {
    try {
      Overlap.await("callers", 1, gate::waiting);
      gate.open();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}

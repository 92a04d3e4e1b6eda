package dev.celadon.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.Waiter;
import dev.celadon.simulation.VirtualClock;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExchangeTest {

  @Test
  void aWaitThatEndedEarlyIsInNoLine() throws Exception {
    Hub.run(
        HubOptions.defaults().withClock(new VirtualClock()),
        () -> {
          Exchange<String> empty = new Exchange<>("empty", new ArrivedItems<>(false), 1);
          Exchange<String> full = new Exchange<>("full", new ArrivedItems<>(false), 1);
          assertTrue(full.offer("first", null));
          assertNull(empty.get(1_000));
          assertNull(empty.peek(1_000));
          assertFalse(full.put("late", 1_000));
          assertFalse(full.join(1_000));
          Waiter own = new Waiter(() -> {});
          assertFalse(empty.registerLooker(own));
          assertEquals(1, empty.waiting());
          empty.forget(own);
          assertEquals(0, empty.waiting() + full.waiting(), "after timeouts");

          List<Greenlet<?>> killed =
              List.of(
                  Greenlets.spawn(() -> empty.get(Long.MAX_VALUE)),
                  Greenlets.spawn(() -> empty.peek(Long.MAX_VALUE)),
                  Greenlets.spawn(() -> full.put("killed", Long.MAX_VALUE)),
                  Greenlets.spawn(() -> full.join(Long.MAX_VALUE)));
          Greenlets.yieldNow();
          assertEquals(4, empty.waiting() + full.waiting());
          Greenlets.killAll(killed);
          assertEquals(0, empty.waiting() + full.waiting(), "after kills");
        });
  }
}

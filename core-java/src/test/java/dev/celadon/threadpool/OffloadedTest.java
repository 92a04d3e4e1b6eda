package dev.celadon.threadpool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OffloadedTest {

  interface Store {
    String read(String key) throws IOException;

    Store self();

    default String twice(String key) throws IOException {
      return read(key) + read(key);
    }
  }

  private static final class SlowStore implements Store {
    final List<String> reads = new ArrayList<>();
    Thread thread = Thread.currentThread();
    final IOException failure = new IOException("no such key");

    @Override
    public String read(String key) throws IOException {
      thread = Thread.currentThread();
      if (key.isEmpty()) {
        throw failure;
      }
      reads.add(key);
      return key;
    }

    @Override
    public Store self() {
      return this;
    }

    @Override
    public String toString() {
      throw new AssertionError("must not be called");
    }
  }

  @Test
  void eachCallRunsOnAThreadOfThePool() throws Exception {
    Hub.run(
        () -> {
          SlowStore target = new SlowStore();
          Store store = Offloaded.proxy(Store.class, target);
          assertEquals("a", store.read("a"));
          assertTrue(target.thread.getName().startsWith("hub-offload-"));
          ThreadPool pool = new ThreadPool(ThreadPoolOptions.defaults().withName("disk"));
          assertEquals("bb", Offloaded.proxy(Store.class, target, pool).twice("b"));
          assertEquals("disk-1", target.thread.getName());
          pool.close();
        });
  }

  @Test
  void exceptionsComeOutUnchanged() throws Exception {
    Hub.run(
        () -> {
          SlowStore target = new SlowStore();
          Store store = Offloaded.proxy(Store.class, target);
          assertSame(target.failure, assertThrows(IOException.class, () -> store.read("")));
          assertSame(target.failure, assertThrows(IOException.class, () -> store.twice("")));
        });
  }

  @Test
  void equalsHashCodeAndToStringDoNotWait() throws Exception {
    SlowStore target = new SlowStore();
    Store store = Offloaded.proxy(Store.class, target);
    Store again = Offloaded.serial(Store.class, target);
    assertEquals(store, again);
    assertEquals(store.hashCode(), again.hashCode());
    assertNotEquals(store, Offloaded.proxy(Store.class, new SlowStore()));
    assertFalse(store.equals(target));
    assertEquals("Offloaded[" + SlowStore.class.getName() + "]", store.toString());
  }

  @Test
  void theObjectItselfStaysWrapped() throws Exception {
    SlowStore target = new SlowStore();
    Store store = Offloaded.serial(Store.class, target);
    assertSame(store, store.self());
    assertNotSame(target, store.self());
  }

  @Test
  void serialCallsRunOneByOneInOrder() throws Exception {
    Hub.run(
        () -> {
          SlowStore target = new SlowStore(); // not safe for use from several threads
          Store store = Offloaded.serial(Store.class, target);
          List<Greenlet<?>> callers = new ArrayList<>();
          List<String> keys = new ArrayList<>();
          for (int i = 0; i < 50; i++) {
            String key = "" + i;
            keys.add(key);
            callers.add(Greenlets.spawn(() -> store.read(key)));
          }
          Greenlets.joinAll(callers);
          assertEquals(keys, target.reads);
        });
  }

  @Test
  void onlyInterfacesCanBeWrapped() {
    assertEquals(
        "face must be an interface: java.lang.String; for the calls of a class use"
            + " ThreadPool.offload(() -> ..)",
        assertThrows(IllegalArgumentException.class, () -> Offloaded.proxy(String.class, "x"))
            .getMessage());
    assertThrows(NullPointerException.class, () -> Offloaded.proxy(Runnable.class, null));
  }
}

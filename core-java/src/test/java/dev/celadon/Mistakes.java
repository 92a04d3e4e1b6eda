package dev.celadon;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.AsyncResult;
import dev.celadon.threadpool.ThreadPool;
import dev.celadon.threadpool.ThreadPoolOptions;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.function.Executable;

/** Likely mistakes, by the names that they have on the page, and how each one is made. */
final class Mistakes {

  private final Map<String, Executable> inAGreenlet = new LinkedHashMap<>();

  private final Map<String, Executable> onAThread = new LinkedHashMap<>();

  static Mistakes all() {
    Mistakes all = new Mistakes();
    HubMistakes.addTo(all);
    SharingMistakes.addTo(all);
    OutsideMistakes.addTo(all);
    return all;
  }

  /** Is made in a greenlet called worker. */
  void inAGreenlet(String name, Executable mistake) {
    inAGreenlet.put(name, mistake);
  }

  /** Is made by a plain thread. */
  void onAThread(String name, Executable mistake) {
    onAThread.put(name, mistake);
  }

  Set<String> names() {
    Set<String> names = new LinkedHashSet<>(inAGreenlet.keySet());
    names.addAll(onAThread.keySet());
    return names;
  }

  /** Makes it; what it throws. */
  Throwable make(String mistake) throws Exception {
    Executable byAThread = onAThread.get(mistake);
    if (byAThread != null) {
      return assertThrows(Throwable.class, byAThread, mistake);
    }
    Executable byAGreenlet = inAGreenlet.get(mistake);
    assertNotNull(byAGreenlet, () -> "nobody makes this mistake: " + mistake);
    Throwable[] thrown = new Throwable[1];
    Hub.run(
        options(),
        () -> {
          Greenlet<?> worker =
              new Greenlet<Boolean>(
                      Hub.current(),
                      () -> {
                        thrown[0] = assertThrows(Throwable.class, byAGreenlet, mistake);
                        return true;
                      })
                  .named("worker");
          worker.start();
          worker.result();
        });
    return thrown[0];
  }

  static HubOptions options() {
    return HubOptions.defaults()
        .withClock(new VirtualClock())
        .withErrorHandler((_, _) -> {}); // the failures are looked at
  }

  static Greenlet<?> myself() {
    return (Greenlet<?>) Greenlets.current();
  }

  static ThreadPool offload(String name, int size) {
    return new ThreadPool(ThreadPoolOptions.defaults().withName(name).withMaxSize(size));
  }

  /** What the call throws in a callback, thrown here. */
  static void inCallback(Executable call) throws Throwable {
    AsyncResult<Throwable> thrown = new AsyncResult<>();
    Hub.current().runCallback(() -> thrown.set(assertThrows(Throwable.class, call)));
    throw thrown.result();
  }

  /** What the call throws in another greenlet, thrown here. */
  static void inOther(Executable call) throws Throwable {
    Greenlet<Throwable> other = Greenlets.spawn(() -> assertThrows(Throwable.class, call));
    throw other.named("other").result();
  }

  /** What the call throws on another thread, thrown here. */
  static void on(Thread.Builder builder, Executable call) throws Throwable {
    Throwable[] thrown = new Throwable[1];
    builder.start(() -> thrown[0] = assertThrows(Throwable.class, call)).join();
    throw thrown[0];
  }
}

package dev.celadon.net;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.select.Select;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A program for {@link NetworkFaultsTest}: a hub that has to wait for its first channel when the
 * process has no descriptor left. It prints what its greenlets are told.
 */
final class FirstWaitWithoutDescriptors {

  private FirstWaitWithoutDescriptors() {}

  public static void main(String[] args) throws Exception {
    Hub.run( // loads classes while there are descriptors
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            talk(pair);
            say(() -> Select.waitRead(pair.first().channel()));
          }
        });
    Deque<FileInputStream> all = new ArrayDeque<>();
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            takeAll(all);
            Greenlet<?> reader = Greenlets.spawn(() -> say(() -> pair.first().read(new byte[1])));
            say(() -> Select.waitRead(pair.second().channel()));
            reader.join();
            while (!all.isEmpty()) {
              all.removeLast().close();
            }
            talk(pair);
          }
        });
    System.out.println("the hub has ended");
  }

  private static void talk(SocketPair pair) throws Exception {
    Greenlet<Integer> reader = Greenlets.spawn(() -> pair.first().read(new byte[1]));
    Greenlets.yieldNow();
    pair.second().write(new byte[2]);
    System.out.println("read " + reader.result());
  }

  private static void takeAll(Deque<FileInputStream> all) throws Exception {
    while (true) {
      try {
        all.add(new FileInputStream("/dev/null"));
      } catch (FileNotFoundException e) {
        return;
      }
    }
  }

  private static void say(Body body) {
    try {
      body.run();
    } catch (Exception e) {
      System.out.println(e);
    }
  }
}

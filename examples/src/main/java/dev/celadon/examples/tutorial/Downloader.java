package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.currentHub;
import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Downloads the photos of three users, one user after the other and then all at once. A sleep
 * stands for each call over the network.
 */
final class Downloader {

  private static final List<String> USERS = List.of("ann", "ben", "cho");

  private Downloader() {}

  static void run() {
    long start = currentHub().loop().nanoTime();
    for (String user : USERS) {
      downloadPhotos(user);
    }
    long between = currentHub().loop().nanoTime();
    IO.println("One by one: " + seconds(between - start));

    List<Greenlet<?>> downloads = new ArrayList<>();
    for (String user : USERS) {
      downloads.add(spawn(() -> downloadPhotos(user)));
    }
    joinAll(downloads);
    IO.println("At once: " + seconds(currentHub().loop().nanoTime() - between));
  }

  private static void downloadPhotos(String user) {
    callNetwork(); // get_auth_connection(user)
    callNetwork(); // get_photos(conn)
    callNetwork(); // save_photos(user, photos)
    IO.println("Saved the photos of " + user);
  }

  private static void callNetwork() {
    sleep(Duration.ofMillis(100));
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%1.1f seconds", nanos / 1e9);
  }
}

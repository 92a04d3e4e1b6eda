package dev.celadon.examples.network;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.signal.Shutdown;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Gets pages, all at once, by the URL connections of the JDK, which know nothing of greenlets. In
 * portable mode each of them holds the hub, so there it is one after the other.
 */
final class ConcurrentDownload {

  private ConcurrentDownload() {}

  static int run(Arguments arguments, PrintStream out, Shutdown shutdown) {
    if (arguments.words().isEmpty()) {
      throw new Arguments.Unusable("no page to get");
    }
    List<URL> urls = arguments.words().stream().map(ConcurrentDownload::url).toList();
    List<Greenlet<Boolean>> downloads = new ArrayList<>();
    for (URL url : urls) {
      downloads.add(spawn(() -> download(url, out)));
    }
    joinAll(downloads);
    return downloads.stream().allMatch(done -> Objects.equals(done.value(), true)) ? 0 : 1;
  }

  private static boolean download(URL url, PrintStream out) {
    out.println("Starting " + url);
    try (InputStream page = url.openStream()) {
      byte[] data = page.readAllBytes();
      out.println(url + ": " + data.length + " bytes");
      return true;
    } catch (IOException e) {
      out.println(url + ": " + e);
      return false;
    }
  }

  private static URL url(String word) {
    try {
      URI uri = URI.create(word);
      if (Objects.equals(uri.getScheme(), "http") || Objects.equals(uri.getScheme(), "https")) {
        return uri.toURL();
      }
    } catch (IllegalArgumentException | MalformedURLException e) {
      // told below
    }
    throw new Arguments.Unusable("\"" + word + "\" is no page: give an http or https URL");
  }
}

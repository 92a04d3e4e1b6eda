package dev.celadon.hub;

import java.util.List;
import java.util.ServiceLoader;

/** All extensions of the program, looked for at the first hub. */
final class HubExtensions {

  private static final List<HubExtension> ALL =
      ServiceLoader.load(HubExtension.class, HubExtension.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  private HubExtensions() {}

  static void opened(Hub hub) {
    ALL.forEach(extension -> extension.opened(hub));
  }
}

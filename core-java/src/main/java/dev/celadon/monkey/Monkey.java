package dev.celadon.monkey;

import dev.celadon.dns.PlatformDns;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.JdkPollers;
import dev.celadon.monkey.PatchedPart.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Patches the JDK for libraries that know nothing of greenlets. gevent's {@code monkey}.
 *
 * <p>A patch is for the whole JVM, and explicit: nobody has it who has not called this class. Call
 * it as the first thing of the program's hub:
 *
 * <pre>{@code
 * Hub.run(() -> {
 *   try (Patch patch = Monkey.patchAll()) {
 *     serve();
 *   }
 * });
 * }</pre>
 *
 * <p>What each part is:
 *
 * <ul>
 *   <li>{@link Part#SOCKETS}: blocking sockets of greenlets give the turn back without a patch, but
 *       each wait costs two wake-ups between threads. Patched, the hub itself waits for them, as
 *       for its own sockets. One hub of the JVM can have them: a later call for another hub moves
 *       them there. All virtual threads of the JVM, greenlets of other hubs included, then wait
 *       through this hub, so it should not be one that is held for long. When the hub ends they go
 *       back to the JDK.
 *   <li>{@link Part#DNS}: {@code InetAddress} in greenlets asks the resolver of their hub, and only
 *       the one that asks waits; see {@link PlatformDns}. For greenlets of all hubs, also after the
 *       end of the one that asked for it.
 * </ul>
 *
 * <p>Patches nest: what two of them have asked for, on the same hub if it is sockets, is taken back
 * when the last one is closed, in whatever order that happens. So a library may patch for itself in
 * a program that has done so, too.
 *
 * <p>What cannot be patched is told, not thrown: by the {@link Patch}, and in the log.
 *
 * <p>Safe for use from any thread.
 */
public final class Monkey {

  private static final Logger LOG = LoggerFactory.getLogger(Monkey.class);

  /** How many open patches want the sockets on a hub. Guarded by itself. */
  private static final Map<Hub, Integer> SOCKETS = new WeakHashMap<>();

  /** How many open patches want the look-ups. Guarded by {@link #SOCKETS}. */
  private static int lookUps;

  private Monkey() {}

  /**
   * Patches everything for the current hub. A second call for the same hub changes nothing, but
   * what it gives must be closed, too, before the patch is taken back. Never switches.
   *
   * @return what was done, and the way back
   * @throws IllegalStateException on a virtual thread that belongs to no hub
   * @throws HubClosedException if the hub's end has begun
   */
  public static Patch patchAll() {
    return patchAll(Hub.current());
  }

  /**
   * Patches everything for a hub; see {@link #patchAll()}.
   *
   * @param hub a hub of {@link Hub#run} or {@link Hub#start}
   * @return what was done, and the way back
   * @throws HubClosedException if the hub's end has begun
   */
  public static Patch patchAll(Hub hub) {
    return patch(hub, EnumSet.allOf(Part.class));
  }

  /**
   * Patches some parts for a hub; see {@link #patchAll()}.
   *
   * @param hub a hub of {@link Hub#run} or {@link Hub#start}
   * @param parts which ones
   * @return what was done, and the way back
   * @throws HubClosedException if the hub's end has begun
   */
  public static Patch patch(Hub hub, Part... parts) {
    Objects.requireNonNull(parts, "parts");
    Set<Part> chosen = EnumSet.noneOf(Part.class);
    chosen.addAll(Arrays.asList(parts));
    return patch(hub, chosen);
  }

  private static Patch patch(Hub hub, Set<Part> parts) {
    Objects.requireNonNull(hub, "hub");
    List<PatchedPart> done = new ArrayList<>();
    for (Part part : parts) {
      PatchedPart result = patch(hub, part);
      LOG.atLevel(result.patched() ? Level.INFO : Level.WARN).log("{}", result);
      done.add(result);
    }
    return new Patch(hub, List.copyOf(done));
  }

  private static PatchedPart patch(Hub hub, Part part) {
    return switch (part) {
      case SOCKETS -> patchSockets(hub);
      case DNS -> patchDns();
    };
  }

  private static PatchedPart patchSockets(Hub hub) {
    count(hub); // first, so that nobody takes back in between
    try {
      JdkPollers.giveTo(hub);
    } catch (HubClosedException e) {
      takeBackSockets(hub);
      throw e;
    } catch (IllegalStateException e) {
      takeBackSockets(hub);
      return new PatchedPart(Part.SOCKETS, false, String.valueOf(e.getMessage()));
    }
    int pollers = JdkPollers.count();
    String detail =
        pollers <= 2
            ? "%s waits for them".formatted(hub)
            : ("%s waits for them by %d pollers; start the JVM with -Djdk.readPollers=1"
                    + " -Djdk.writePollers=1 to have it wake up less often")
                .formatted(hub, pollers);
    return new PatchedPart(Part.SOCKETS, true, detail);
  }

  private static void count(Hub hub) {
    synchronized (SOCKETS) {
      int _ = SOCKETS.merge(hub, 1, Integer::sum);
    }
  }

  /** For one patch that is closed. */
  static void takeBackSockets(Hub hub) {
    synchronized (SOCKETS) {
      Integer left = SOCKETS.computeIfPresent(hub, (_, open) -> open == 1 ? null : open - 1);
      if (left == null) {
        boolean _ = JdkPollers.takeBack(hub);
      }
    }
  }

  private static PatchedPart patchDns() {
    countLookUps();
    try {
      PlatformDns.patch();
    } catch (IllegalStateException e) {
      takeBackDns();
      return new PatchedPart(Part.DNS, false, String.valueOf(e.getMessage()));
    }
    return new PatchedPart(Part.DNS, true, "greenlets ask the resolver of their hub");
  }

  private static void countLookUps() {
    synchronized (SOCKETS) {
      lookUps++;
    }
  }

  /** For one patch that is closed. */
  static void takeBackDns() {
    synchronized (SOCKETS) {
      if (--lookUps == 0) {
        PlatformDns.unpatch();
      }
    }
  }

  /**
   * Whether a part is patched at the moment, for any hub. gevent's {@code is_module_patched}.
   *
   * @param part which one
   * @return true from the patch until it is taken back; of sockets, until the hub's end at most
   */
  public static boolean isPatched(Part part) {
    Objects.requireNonNull(part, "part");
    return switch (part) {
      case SOCKETS -> JdkPollers.holder() != null;
      case DNS -> PlatformDns.isPatched();
    };
  }
}

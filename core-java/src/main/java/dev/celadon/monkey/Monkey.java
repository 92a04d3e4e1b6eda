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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
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
 * <p>What cannot be patched is told, not thrown: by the {@link Patch}, and in the log.
 *
 * <p>Safe for use from any thread.
 */
public final class Monkey {

  private static final Logger LOG = LoggerFactory.getLogger(Monkey.class);

  /** Whose close takes the look-ups back: the latest one's that has patched them. */
  private static final AtomicReference<@Nullable Patch> DNS_PATCH = new AtomicReference<>();

  private Monkey() {}

  /**
   * Patches everything for the current hub. A second call for the same hub changes nothing. Never
   * switches.
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
    Patch patch = new Patch(hub, List.copyOf(done));
    if (parts.contains(Part.DNS)) {
      DNS_PATCH.set(patch);
    }
    return patch;
  }

  private static PatchedPart patch(Hub hub, Part part) {
    return switch (part) {
      case SOCKETS -> patchSockets(hub);
      case DNS -> patchDns();
    };
  }

  private static PatchedPart patchSockets(Hub hub) {
    try {
      JdkPollers.giveTo(hub);
    } catch (HubClosedException e) {
      throw e;
    } catch (IllegalStateException e) {
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

  private static PatchedPart patchDns() {
    try {
      PlatformDns.patch();
    } catch (IllegalStateException e) {
      return new PatchedPart(Part.DNS, false, String.valueOf(e.getMessage()));
    }
    return new PatchedPart(Part.DNS, true, "greenlets ask the resolver of their hub");
  }

  static boolean takeBackDns(Patch patch) {
    boolean latest = DNS_PATCH.compareAndSet(patch, null);
    if (latest) {
      PlatformDns.unpatch();
    }
    return latest;
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

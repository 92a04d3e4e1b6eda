package dev.celadon.greenlet;

import java.security.CodeSource;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where in the program a greenlet was spawned.
 *
 * <p>Safe for use from any thread.
 */
final class SpawnSite {
  /*
   * Walking the stack costs several times as much as spawning. But a lambda has a class of its own for every place in the
   * source where it stands, and hardly ever is one spawned from two places. So the stack is walked once for such a class, and
   * always for the others: named classes, and lambdas of Celadon itself, which may be spawned anywhere; but not for those who are told.
   */
  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private static final ClassValue<SiteOfLambda> SITES =
      new ClassValue<>() {
        @Override
        protected SiteOfLambda computeValue(Class<?> lambda) {
          return new SiteOfLambda(isOurs(lambda));
        }
      };

  private static final class SiteOfLambda {
    final boolean ours;
    volatile @Nullable String site;

    SiteOfLambda(boolean ours) {
      this.ours = ours;
    }
  }

  private SpawnSite() {}

  /**
   * Where the calling code was called from outside of Celadon, unless {@link #of} will know it from
   * the body's class, or nobody wants to know.
   */
  static @Nullable String capture(Class<?> body) {
    if (!SpawnNode.TRACKING) {
      return null;
    }
    if (!body.isHidden()) {
      return walk();
    }
    SiteOfLambda known = SITES.get(body);
    if (known.ours) {
      return walk();
    }
    if (known.site == null) {
      known.site = walk();
    }
    return null;
  }

  /** The site of a greenlet whose body's class was captured with {@link #capture}. */
  static String of(Class<?> body, @Nullable String captured) {
    String site = captured != null ? captured : SITES.get(body).site;
    return site != null ? site : "an unknown place";
  }

  private static String walk() {
    Optional<StackWalker.StackFrame> caller =
        WALKER.walk(frames -> frames.dropWhile(SpawnSite::isOnTheWay).findFirst());
    return caller.map(frame -> frame.toStackTraceElement().toString()).orElse("the hub itself");
  }

  /** Between the place of the spawn and here: our own code, and constructors of subclasses. */
  private static boolean isOnTheWay(StackWalker.StackFrame frame) {
    return isOurs(frame.getDeclaringClass()) || frame.getMethodName().equals("<init>");
  }

  /** Whether a class comes from where this one comes from; a test's package tells nothing. */
  private static boolean isOurs(Class<?> type) {
    return type.getName().startsWith("dev.celadon.")
        && Objects.equals(locationOf(type), locationOf(SpawnSite.class));
  }

  private static @Nullable String locationOf(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source == null || source.getLocation() == null ? null : source.getLocation().toString();
  }
}

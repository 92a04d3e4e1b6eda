package dev.celadon.greenlet;

import java.util.Optional;
import java.util.Set;
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
   * always for the others: named classes, which may be spawned anywhere.
   */
  private static final StackWalker WALKER = StackWalker.getInstance();

  private static final ClassValue<SiteOfLambda> SITES =
      new ClassValue<>() {
        @Override
        protected SiteOfLambda computeValue(Class<?> lambda) {
          return new SiteOfLambda();
        }
      };

  private static final Set<String> OURS =
      Set.of(
          SpawnSite.class.getName(),
          Greenlet.class.getName(),
          "dev.celadon.Greenlets",
          "dev.celadon.pool.Group",
          "dev.celadon.pool.Mapper",
          "dev.celadon.pool.Pool",
          "dev.celadon.pool.TaskGroup",
          "dev.celadon.pool.GroupExecutor");

  private static final class SiteOfLambda {
    volatile @Nullable String site;
  }

  private SpawnSite() {}

  /**
   * Where the calling code was called from outside of Celadon, unless {@link #of} will know it from
   * the body's class.
   */
  static @Nullable String capture(Class<?> body) {
    if (!body.isHidden()) {
      return walk();
    }
    SiteOfLambda known = SITES.get(body);
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

  /**
   * Between the place of the spawn and here: our own front doors, and constructors of subclasses.
   */
  private static boolean isOnTheWay(StackWalker.StackFrame frame) {
    return OURS.contains(frame.getClassName()) || frame.getMethodName().equals("<init>");
  }
}

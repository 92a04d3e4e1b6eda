package dev.celadon.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.channels.Selector;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Time, selectors, threads and chance come in by one door each. A simulation can replace what has
 * one door; it cannot replace what leaks in everywhere.
 */
class OneHomeTest {

  private static final JavaClasses CLASSES = PublishedModule.allClasses();
  private static final JavaClasses CORE = PublishedModule.CORE.classes();

  @Test
  void onlySystemClockReadsTheClock() {
    onlyIn("dev.celadon.loop.SystemClock", "read the clock", OneHomeTest::readsTheClock);
  }

  /**
   * In the core: the ZeroMQ adapter shows JeroMQ a Selector of its own, made of hub waits; and so
   * does HubSelector to everybody, which therefore is one.
   */
  @Test
  void onlySelectorPollerTouchesASelector() {
    String home = "dev.celadon.loop.SelectorPoller";
    Set<String> faces = Set.of("dev.celadon.select.HubSelector", "dev.celadon.select.HubKey");
    check(
        "touch a Selector in " + home + " only",
        type -> livesIn(home, type) || faces.stream().anyMatch(face -> livesIn(face, type)),
        access -> isCore(access) && access.getTargetOwner().isAssignableTo(Selector.class));
  }

  @Test
  void onlyParkingParksThreads() {
    onlyIn(
        "dev.celadon.loop.Parking",
        "use LockSupport",
        access -> access.getTargetOwner().isEquivalentTo(LockSupport.class));
  }

  @Test
  void onlyTheSimulationRollsDice() {
    onlyIn("dev.celadon.simulation", "use randomness", OneHomeTest::rollsDice);
  }

  /** But for {@code ZMsg.dump()}, whose whole purpose it is, as in JeroMQ. */
  @Test
  void nobodyPrints() {
    onlyIn("dev.celadon.jeromq.ZMsg", "print to the console", OneHomeTest::prints);
  }

  private static boolean isCore(JavaAccess<?> access) {
    return CORE.contain(access.getOriginOwner().getName());
  }

  private static boolean readsTheClock(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    String name = access.getTarget().getName();
    return (owner.isEquivalentTo(System.class)
            && Set.of("nanoTime", "currentTimeMillis").contains(name))
        || (owner.getPackageName().equals("java.time") && name.equals("now"))
        || (owner.isEquivalentTo(java.time.Clock.class)
            && (name.startsWith("system") || name.startsWith("tick")));
  }

  private static boolean rollsDice(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    String name = access.getTarget().getName();
    return owner.isAssignableTo(RandomGenerator.class)
        || owner.getPackageName().equals("kotlin.random")
        || (owner.isEquivalentTo(Math.class) && name.equals("random"))
        || (owner.isEquivalentTo(java.util.Collections.class) && name.equals("shuffle"));
  }

  private static boolean prints(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    String name = access.getTarget().getName();
    return (owner.isEquivalentTo(System.class) && Set.of("out", "err").contains(name))
        || owner.isEquivalentTo(IO.class)
        || (owner.isAssignableTo(Throwable.class)
            && access.getTarget().getFullName().endsWith("printStackTrace()"));
  }

  /** The home is a class, with the classes nested in it, or a package, with those below it. */
  private static void onlyIn(String home, String deed, Predicate<JavaAccess<?>> isTheDeed) {
    check(deed + " in " + home + " only", type -> livesIn(home, type), isTheDeed);
  }

  private static void check(
      String rule, Predicate<JavaClass> mayDoIt, Predicate<JavaAccess<?>> isTheDeed) {
    classes().should(keep(rule, mayDoIt, isTheDeed)).allowEmptyShould(true).check(CLASSES);
  }

  private static ArchCondition<JavaClass> keep(
      String rule, Predicate<JavaClass> mayDoIt, Predicate<JavaAccess<?>> isTheDeed) {
    return new ArchCondition<>(rule) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (mayDoIt.test(type)) {
          return;
        }
        for (JavaAccess<?> access : type.getAccessesFromSelf()) {
          if (isTheDeed.test(access)) {
            events.add(SimpleConditionEvent.violated(access, access.getDescription()));
          }
        }
      }
    };
  }

  private static boolean livesIn(String home, JavaClass type) {
    String name = type.getName();
    return name.equals(home) || name.startsWith(home + "$") || name.startsWith(home + ".");
  }
}

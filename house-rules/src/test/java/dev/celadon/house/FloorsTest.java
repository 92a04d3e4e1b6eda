package dev.celadon.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The packages of the core stand on floors and an import goes down only: not up, and not to a
 * neighbour on the same floor either. What something above must know is offered below as a slot or
 * an observer.
 */
class FloorsTest {

  private static final String ROOF = "dev.celadon";

  /** From the ground up. A package below these belongs to its parent's floor. */
  private static final List<Set<String>> FLOORS =
      List.of(
          Set.of("loop"),
          Set.of("hub"),
          Set.of("greenlet", "sync", "signal", "select"),
          Set.of("queue", "threadpool", "monitor"),
          Set.of("pool", "dns", "file"),
          Set.of("net"),
          Set.of("process", "backdoor", "monkey"),
          Set.of("simulation"));

  private static final JavaClasses CORE = PublishedModule.CORE.classes();

  @Test
  void everyPackageHasItsFloor() {
    classes().should(standOnAFloor()).allowEmptyShould(true).check(CORE);
  }

  @Test
  void importsGoDownOnly() {
    classes().should(importFromLowerFloorsOnly()).allowEmptyShould(true).check(CORE);
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices()
        .matching("dev.celadon.(**)")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(CORE);
  }

  private static ArchCondition<JavaClass> standOnAFloor() {
    return new ArchCondition<>("stand on a floor of the house") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (floor(type) < 0) {
          String message =
              "%s: the package %s has no floor; choose one in FloorsTest and in the design"
                  .formatted(type.getName(), type.getPackageName());
          events.add(SimpleConditionEvent.violated(type, message));
        }
      }
    };
  }

  private static ArchCondition<JavaClass> importFromLowerFloorsOnly() {
    return new ArchCondition<>("import from lower floors only") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (var dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (isCore(target) && !room(type).equals(room(target)) && floor(target) >= floor(type)) {
            String message =
                "%s (floor %d) looks at %s (floor %d): %s"
                    .formatted(
                        room(type),
                        floor(type),
                        room(target),
                        floor(target),
                        dependency.getDescription());
            events.add(SimpleConditionEvent.violated(type, message));
          }
        }
      }
    };
  }

  private static boolean isCore(JavaClass type) {
    return type.getPackageName().equals(ROOF) || type.getPackageName().startsWith(ROOF + ".");
  }

  /** The first package below the roof, or the roof. */
  private static String room(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOF) ? ROOF : name.substring(ROOF.length() + 1).split("\\.", 2)[0];
  }

  private static int floor(JavaClass type) {
    String room = room(type);
    if (room.equals(ROOF)) {
      return FLOORS.size();
    }
    for (int floor = 0; floor < FLOORS.size(); floor++) {
      if (FLOORS.get(floor).contains(room)) {
        return floor;
      }
    }
    return -1;
  }
}

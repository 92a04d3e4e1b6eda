package dev.celadon.process;

import java.io.ObjectInputFilter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Lets named classes in, besides what every message may consist of, and nothing else.
 *
 * @param names the classes by name
 */
record AllowedClasses(Set<String> names) implements ObjectInputFilter {

  private static final int DEEPEST = 200;

  /**
   * No {@code Object} or {@code Map.Entry} comes itself, but lists and maps ask for arrays of them.
   */
  private static final List<Class<?>> ALWAYS =
      List.of(
          Object.class,
          Map.Entry.class,
          String.class,
          Enum.class,
          Number.class,
          Boolean.class,
          Character.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class);

  static AllowedClasses of(Class<?> type, Class<?>... more) {
    Set<String> names = new HashSet<>();
    ALWAYS.forEach(always -> names.add(always.getName()));
    names.add(element(Objects.requireNonNull(type, "type")).getName());
    for (Class<?> one : more) {
      names.add(element(one).getName());
    }
    return new AllowedClasses(Set.copyOf(names));
  }

  @Override
  public Status checkInput(FilterInfo info) {
    if (info.depth() > DEEPEST) {
      return Status.REJECTED;
    }
    Class<?> type = info.serialClass();
    if (type == null) {
      return Status.UNDECIDED; // a look at the sizes
    }
    Class<?> element = element(type);
    return element.isPrimitive() || names.contains(element.getName())
        ? Status.ALLOWED
        : Status.REJECTED;
  }

  private static Class<?> element(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    return element;
  }
}

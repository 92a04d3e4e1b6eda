package dev.celadon.backdoor;

import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.lang.model.SourceVersion;
import org.jspecify.annotations.Nullable;

/**
 * The objects that every session begins with, by name.
 *
 * <p>Immutable; the objects are what they are.
 */
record SharedVariables(Map<String, Object> values) {

  private static final Set<String> OWN = Set.of("session", "hub", "out");

  static SharedVariables of(Map<String, ?> given) {
    Map<String, Object> values = new LinkedHashMap<>();
    Objects.requireNonNull(given, "variables").forEach((name, value) -> add(values, name, value));
    return new SharedVariables(Collections.unmodifiableMap(values));
  }

  private static void add(Map<String, Object> values, String name, Object value) {
    if (!SourceVersion.isIdentifier(name) || SourceVersion.isKeyword(name)) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is no name of a variable: give one of letters and digits");
    }
    if (OWN.contains(name)) {
      throw new IllegalArgumentException(
          "the console has a variable " + name + " of its own: give another name");
    }
    values.put(name, Objects.requireNonNull(value, name));
  }

  /** What declares a variable of this name; the session has the value. */
  String declaration(String name) {
    String type = nameableType(Objects.requireNonNull(values.get(name))).getCanonicalName();
    return type + " " + name + " = (" + type + ") session.variable(\"" + name + "\");";
  }

  /** The first class or interface on the way up that code of a session can name. */
  static Class<?> nameableType(Object value) {
    for (Class<?> type = value.getClass(); type != null; type = type.getSuperclass()) {
      Class<?> found = isNameable(type) ? type : nameableFace(type);
      if (found != null && found != Object.class) {
        return found;
      }
    }
    return Object.class;
  }

  /** One without methods, such as Serializable, is of no use. */
  private static @Nullable Class<?> nameableFace(Class<?> type) {
    for (Class<?> face : type.getInterfaces()) {
      if (face.getMethods().length > 0 && isNameable(face)) {
        return face;
      }
    }
    return null;
  }

  private static boolean isNameable(Class<?> type) {
    if (type.isArray()) {
      return isNameable(type.componentType());
    }
    return type.isPrimitive()
        || (type.getCanonicalName() != null
            && isPublic(type)
            && !type.getPackageName().isEmpty()
            && type.getModule().isExported(type.getPackageName())
            && isSeen(type));
  }

  private static boolean isPublic(Class<?> type) {
    Class<?> enclosing = type.getEnclosingClass();
    return Modifier.isPublic(type.getModifiers()) && (enclosing == null || isPublic(enclosing));
  }

  private static boolean isSeen(Class<?> type) {
    try {
      return Class.forName(type.getName(), false, ClassLoader.getSystemClassLoader()) == type;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}

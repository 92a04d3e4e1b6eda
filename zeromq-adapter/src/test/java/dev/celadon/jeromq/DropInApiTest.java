package dev.celadon.jeromq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the classes here against JeroMQ's. */
class DropInApiTest {

  /** Words of options, which are values inside JeroMQ's socket: nobody waits, nothing is sent. */
  private static final String OPTION = "(get|set|is|has)[A-Z].*";

  /** These call others that are ours. */
  private static final Set<String> CALL_OURS =
      Set.of("send", "sendMore", "sendMsg", "sendMsgMore", "recv", "recvMsg", "recvStr");

  /** These look like options, and are more: they must be ours. */
  private static final Set<String> NO_OPTIONS =
      Set.of(
          "getEvents",
          "getFD",
          "hasReceiveMore",
          "setReceiveTimeOut",
          "setSendTimeOut",
          "setEventHook");

  /** Nothing waits here either: the raw context, errno, words. */
  private static final Set<String> HARMLESS = Set.of("getCtx", "errno", "mayRaise", "toString");

  private static final String REFERENCE = read();

  private static String read() {
    try {
      return Files.readString(Path.of("..", "docs", "reference", "from-jeromq.md"), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyMethodOfASocketIsOursOrHarmless() {
    Set<String> open = new TreeSet<>();
    for (Method method : org.zeromq.ZMQ.Socket.class.getDeclaredMethods()) {
      if (!isOpen(method) || isOurs(method)) {
        continue;
      }
      String name = method.getName();
      boolean isOption = name.matches(OPTION) && !NO_OPTIONS.contains(name);
      if (!isOption && !CALL_OURS.contains(name) && !HARMLESS.contains(name)) {
        open.add(method.toString());
      }
    }
    assertEquals(Set.of(), open);
  }

  /** The short forms of send and receive, which JeroMQ passes on to the long ones. */
  @Test
  void theLongFormsOfSendAndReceiveAreOurs() throws Exception {
    for (String form : List.of("send", "sendMsg", "recv", "recvMsg")) {
      for (Method method : org.zeromq.ZMQ.Socket.class.getDeclaredMethods()) {
        boolean isLong =
            method.getName().equals(form)
                && Arrays.asList(method.getParameterTypes()).contains(int.class)
                && !(method.getParameterTypes()[0] == String.class);
        assertTrue(!isLong || isOurs(method), method::toString);
      }
    }
  }

  private static boolean isOpen(Method method) {
    return !method.isSynthetic()
        && (Modifier.isPublic(method.getModifiers())
            || Modifier.isProtected(method.getModifiers()));
  }

  private static boolean isOurs(Method method) {
    return Arrays.stream(DropInSocket.class.getDeclaredMethods())
        .anyMatch(
            mine ->
                mine.getName().equals(method.getName())
                    && Arrays.equals(mine.getParameterTypes(), method.getParameterTypes()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ZMQ",
        "ZMQ$Context",
        "ZMQ$Socket",
        "ZMQ$Poller",
        "ZMQ$PollItem",
        "ZMQ$Event",
        "ZMQ$Curve",
        "ZMQ$Error",
        "ZMQ$CancellationToken",
        "ZContext",
        "ZPoller",
        "ZMsg",
        "ZFrame",
        "ZLoop",
        "ZThread",
        "ZMonitor",
        "ZMonitor$Event",
        "ZAuth",
        "ZAuth$ZapRequest",
        "ZAuth$ZapReply",
      })
  void everyPublicMemberOfJeroMqsIsHere(String name) throws Exception {
    Class<?> theirs = Class.forName("org.zeromq." + name);
    Class<?> ours = Class.forName("dev.celadon.jeromq." + name);
    List<String> missing = new ArrayList<>();
    for (Method method : theirs.getMethods()) {
      if (method.getDeclaringClass() != Object.class && !has(ours, method)) {
        missing.add(method.toString());
      }
    }
    for (Executable constructor : theirs.getConstructors()) {
      if (!hasConstructor(ours, constructor)) {
        missing.add(constructor.toString());
      }
    }
    for (Field field : theirs.getFields()) {
      if (Arrays.stream(ours.getFields()).noneMatch(f -> f.getName().equals(field.getName()))) {
        missing.add(field.toString());
      }
    }
    assertEquals(List.of(), missing);
  }

  private static boolean has(Class<?> ours, Method method) {
    return Arrays.stream(ours.getMethods())
        .anyMatch(mine -> mine.getName().equals(method.getName()) && takes(mine, method));
  }

  private static boolean hasConstructor(Class<?> ours, Executable constructor) {
    return Arrays.stream(ours.getConstructors()).anyMatch(mine -> takes(mine, constructor));
  }

  /** The same parameters, with our classes or JeroMQ's; a queue's element is any object. */
  private static boolean takes(Executable mine, Executable theirs) {
    Class<?>[] here = mine.getParameterTypes();
    Class<?>[] there = theirs.getParameterTypes();
    if (here.length != there.length) {
      return false;
    }
    for (int i = 0; i < here.length; i++) {
      boolean isElement = here[i] == Object.class && there[i] == org.zeromq.ZFrame.class;
      if (here[i] != there[i] && !isElement && !here[i].getName().equals(ourName(there[i]))) {
        return false;
      }
    }
    return true;
  }

  private static String ourName(Class<?> theirs) {
    return theirs.getName().replace("org.zeromq.", "dev.celadon.jeromq.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ZMQ",
        "ZMQ$Context",
        "ZMQ$Socket",
        "ZMQ$Poller",
        "ZMQ$PollItem",
        "ZMQ$Event",
        "ZMQ$CancellationToken",
        "ZContext",
        "ZPoller",
        "ZMsg",
        "ZFrame",
        "ZLoop",
        "ZThread",
        "ZMonitor",
        "ZAuth",
      })
  void referenceTellsOfEveryMethod(String name) throws Exception {
    String heading = "\n## " + name.replace('$', '.') + "\n";
    int begin = REFERENCE.indexOf(heading) + heading.length();
    String section = REFERENCE.substring(begin, REFERENCE.indexOf("\n## ", begin));
    Set<String> missing = new TreeSet<>();
    for (Method method : Class.forName("org.zeromq." + name).getMethods()) {
      String word = method.getName();
      boolean isOption = name.equals("ZMQ$Socket") && word.matches(OPTION);
      boolean isTold =
          section.contains("`" + word + "`") || (isOption && !NO_OPTIONS.contains(word));
      if (method.getDeclaringClass() != Object.class && !isTold) {
        missing.add(word);
      }
    }
    assertEquals(Set.of(), missing);
  }

  @Test
  void referenceNamesTestsThatExist() throws Exception {
    Matcher names = Pattern.compile("`((?:DropIn|Outside)\\w+)\\.(\\w+)`").matcher(REFERENCE);
    int found = 0;
    while (names.find()) {
      Class<?> test = Class.forName("dev.celadon.jeromq." + names.group(1));
      assertTrue(
          Arrays.stream(test.getDeclaredMethods())
              .anyMatch(m -> m.getName().equals(names.group(2))),
          names::group);
      found++;
    }
    assertTrue(found > 10);
  }

  @Test
  void constantsHaveTheSameValues() throws Exception {
    for (Field theirs : org.zeromq.ZMQ.class.getFields()) {
      assertEquals(
          theirs.get(null), ZMQ.class.getField(theirs.getName()).get(null), theirs::getName);
    }
    for (org.zeromq.ZMQ.Error theirs : org.zeromq.ZMQ.Error.values()) {
      ZMQ.Error ours = ZMQ.Error.findByCode(theirs.getCode());
      assertEquals(theirs.name(), ours.name());
      assertEquals(theirs.getCode(), ours.getCode());
      assertEquals(theirs.getMessage(), ours.getMessage());
    }
  }
}

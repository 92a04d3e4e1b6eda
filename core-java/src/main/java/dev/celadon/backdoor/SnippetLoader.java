package dev.celadon.backdoor;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.jshell.execution.LoaderDelegate;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import jdk.jshell.spi.ExecutionControl.ClassInstallException;

/**
 * Has the classes of one session's snippets, above those of the program.
 *
 * <p>Safe for use from any thread.
 */
final class SnippetLoader extends ClassLoader implements LoaderDelegate {

  private final BackdoorSession session;
  private final Map<String, byte[]> undefined = new ConcurrentHashMap<>();

  SnippetLoader(BackdoorSession session) {
    super("celadon-" + session, ClassLoader.getSystemClassLoader());
    this.session = session;
  }

  BackdoorSession session() {
    return session;
  }

  @Override
  public void load(ClassBytecodes[] classes) throws ClassInstallException {
    boolean[] loaded = new boolean[classes.length];
    try {
      for (ClassBytecodes one : classes) {
        undefined.put(one.name(), Weaving.weave(one.bytecodes()));
      }
      for (int i = 0; i < classes.length; i++) {
        Class<?> _ = loadClass(classes[i].name());
        loaded[i] = true;
      }
    } catch (ClassNotFoundException | LinkageError | IllegalArgumentException e) {
      throw new ClassInstallException("cannot load the code of a snippet: " + e, loaded);
    }
  }

  /** What stands in a class of a session is never replaced: its next version has another name. */
  @Override
  public void classesRedefined(ClassBytecodes[] classes) {}

  @Override
  public void addToClasspath(String path) {
    throw new UnsupportedOperationException("the class path of a program does not change: " + path);
  }

  @Override
  public Class<?> findClass(String name) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      byte[] code = undefined.remove(name);
      if (code == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, code, 0, code.length);
    }
  }
}

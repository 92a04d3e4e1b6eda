package dev.celadon.backdoor;

import dev.celadon.backdoor.BackdoorSession.SessionOver;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import jdk.jshell.spi.SPIResolutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs snippets in this program, on the thread that evaluates them, and keeps what they threw.
 *
 * <p>For one thread.
 */
final class SnippetRunner extends DirectExecutionControl implements ExecutionControlProvider {

  private final BackdoorSession session;

  private @Nullable Throwable failure;

  SnippetRunner(BackdoorSession session, SnippetLoader loader) {
    super(loader);
    this.session = session;
  }

  @Override
  public String name() {
    return "celadon";
  }

  @Override
  public ExecutionControl generate(ExecutionEnv environment, Map<String, String> parameters) {
    return this;
  }

  @Override
  protected String invoke(Method snippet) throws Exception {
    failure = null;
    try {
      return textOf(snippet.invoke(null));
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause instanceof SessionOver || session.isHalted()) {
        throw new StoppedException();
      }
      if (!(cause instanceof SPIResolutionException)) {
        failure = cause;
      }
      throw e;
    }
  }

  private static String textOf(@Nullable Object value) {
    try {
      return valueString(value);
    } catch (Throwable e) {
      return "a value whose toString threw " + e.getClass().getName() + ": " + e.getMessage();
    }
  }

  /** What the last snippet threw, as it was; null if it threw nothing. */
  @Nullable Throwable takeFailure() {
    Throwable taken = failure;
    failure = null;
    return taken;
  }
}

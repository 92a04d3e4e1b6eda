package dev.celadon.junit;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.LoopExit;
import dev.celadon.simulation.VirtualClock;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * One run of a {@link HubTest}: has a hub made for it, runs its methods there, and looks what is
 * left.
 *
 * <p>Confined to the thread on which JUnit runs the test.
 */
final class HubTestRun
    implements BeforeEachCallback, AfterEachCallback, InvocationInterceptor, ParameterResolver {

  /** How long watched channels must be silent before time jumps. */
  private static final Duration QUIET = Duration.ofMillis(20);

  private final HubTest test;
  private final Order order;
  private final AtomicBoolean failed;
  private @Nullable VirtualClock clock;
  private @Nullable TestThread thread;

  HubTestRun(HubTest test, Order order, AtomicBoolean failed) {
    this.test = test;
    this.order = order;
    this.failed = failed;
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    String name = context.getTestMethod().map(Method::getName).orElse("test");
    HubOptions options =
        HubOptions.defaults().withName("hub of " + name).withOrder(order.callbackOrder());
    if (test.virtualTime()) {
      clock = new VirtualClock(QUIET);
      options = options.withClock(clock).withLoopExit(LoopExit.When.DRAINED);
    }
    thread = TestThread.start(options, Duration.ofSeconds(test.timeoutSeconds()));
  }

  @Override
  public void interceptBeforeEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext extensionContext)
      throws Throwable {
    inHub(invocation);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext extensionContext)
      throws Throwable {
    inHub(invocation);
  }

  @Override
  public void interceptAfterEachMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> invocationContext,
      ExtensionContext extensionContext)
      throws Throwable {
    inHub(invocation);
  }

  private void inHub(Invocation<@Nullable Void> invocation) throws Throwable {
    try {
      thread().call(invocation::proceed);
    } catch (Throwable failure) {
      throw explained(failure);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    boolean mayTell = context.getExecutionException().isEmpty() && test.leaks() == Leaks.FAIL;
    Throwable failure = thread().end(mayTell);
    if (failure == null) {
      return;
    }
    Throwable explained = explained(failure);
    if (explained instanceof Exception exception) {
      throw exception;
    }
    throw explained instanceof Error error ? error : new AssertionError(explained);
  }

  private Throwable explained(Throwable failure) {
    if (!failed.getAndSet(true)) {
      order.explain(failure);
    }
    return failure;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return thread != null
        && (type == Hub.class || (type == VirtualClock.class && test.virtualTime()));
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Hub.class
        ? thread().hub()
        : Objects.requireNonNull(clock);
  }

  private TestThread thread() {
    return Objects.requireNonNull(thread, "beforeEach comes first");
  }
}

package dev.celadon.junit;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Makes the runs of a {@link HubTest}: one, or one for each seed until one fails.
 *
 * <p>Immutable.
 */
final class HubTestExtension implements TestTemplateInvocationContextProvider {

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return AnnotationSupport.isAnnotated(context.getTestMethod(), HubTest.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    HubTest test =
        AnnotationSupport.findAnnotation(context.getTestMethod(), HubTest.class).orElseThrow();
    if (test.seeds() < 0 || test.timeoutSeconds() < 1) {
      throw new IllegalArgumentException(
          test + " of " + context.getDisplayName() + " needs seeds >= 0 and timeoutSeconds >= 1");
    }
    AtomicBoolean failed = new AtomicBoolean();
    if (test.seeds() == 0 && test.seed().length == 0) {
      return Stream.of(new Run(test, Order.FIRST_IN_FIRST_OUT, failed));
    }
    LongStream seeds =
        test.seed().length > 0 ? Arrays.stream(test.seed()) : LongStream.range(0, test.seeds());
    return seeds
        .mapToObj(seed -> (TestTemplateInvocationContext) new Run(test, new Order(seed), failed))
        .takeWhile(_ -> !failed.get());
  }

  /** One run of a test. */
  private record Run(HubTest test, Order order, AtomicBoolean failed)
      implements TestTemplateInvocationContext {

    @Override
    public String getDisplayName(int invocationIndex) {
      return order + (test.virtualTime() ? ", virtual time" : ", real time");
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(new HubTestRun(test, order, failed));
    }
  }
}

package dev.celadon.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs the samples with whatever version of JUnit is on the class path, and prints the figures. */
final class SamplesMain {

  private SamplesMain() {}

  public static void main(String[] args) {
    for (Class<?> samples :
        new Class<?>[] {
          Samples.Passing.class,
          Samples.AllInOneHub.class,
          Samples.Failing.class,
          Samples.Seeded.class,
          Samples.SeededFailing.class
        }) {
      Samples.TRAIL.clear();
      LauncherDiscoveryRequest request =
          LauncherDiscoveryRequestBuilder.request().selectors(selectClass(samples)).build();
      SummaryGeneratingListener listener = new SummaryGeneratingListener();
      Launcher launcher = LauncherFactory.create();
      launcher.execute(request, listener);
      TestExecutionSummary summary = listener.getSummary();
      IO.println(
          samples.getSimpleName()
              + " "
              + summary.getTestsSucceededCount()
              + " passed "
              + summary.getTotalFailureCount()
              + " failed");
    }
  }
}

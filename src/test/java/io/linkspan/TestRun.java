package io.linkspan;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** A process that runs one test class, or one method of it, and ends with how it went. */
final class TestRun {
  static final int PASSED = 40;
  static final int FAILED = 41;
  private static final int NOTHING_RAN = 42;

  private TestRun() {}

  public static void main(String[] arguments) throws ClassNotFoundException {
    var listener = new SummaryGeneratingListener();
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectors(Class.forName(arguments[0]), arguments))
            .build();
    LauncherFactory.create().execute(request, listener);
    var summary = listener.getSummary();
    summary.printFailuresTo(new PrintWriter(System.out, true), 5);
    if (summary.getTotalFailureCount() > 0) {
      System.exit(FAILED);
    }
    System.exit(summary.getTestsSucceededCount() > 0 ? PASSED : NOTHING_RAN);
  }

  private static List<DiscoverySelector> selectors(Class<?> test, String[] arguments) {
    if (arguments.length == 1) {
      return List.of(selectClass(test));
    }
    return List.copyOf(
        Arrays.stream(test.getDeclaredMethods())
            .filter(method -> method.getName().equals(arguments[1]))
            .map(method -> (DiscoverySelector) selectMethod(test, method))
            .toList());
  }
}

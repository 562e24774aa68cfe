package io.gannet.test.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs nested test classes, which the build doesn't run by itself. */
final class Runs {
  private Runs() {}

  static EngineExecutionResults of(Class<?>... testClasses) {
    return results(false, testClasses);
  }

  static EngineExecutionResults concurrently(Class<?>... testClasses) {
    return results(true, testClasses);
  }

  private static EngineExecutionResults results(boolean concurrently, Class<?>... testClasses) {
    return EngineTestKit.engine("junit-jupiter")
        .configurationParameter(
            "junit.jupiter.execution.parallel.enabled", String.valueOf(concurrently))
        .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
        .configurationParameter(
            "junit.jupiter.execution.parallel.mode.classes.default", "concurrent")
        .configurationParameter(
            "junit.jupiter.execution.parallel.config.executor-service", "FORK_JOIN_POOL")
        .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
        .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
        .selectors(
            Arrays.stream(testClasses)
                .map(type -> selectClass(type))
                .toArray(DiscoverySelector[]::new))
        .execute();
  }

  /** The failures of tests and classes. */
  static List<Throwable> failures(EngineExecutionResults results) {
    return results.allEvents().failed().stream()
        .map(event ->
            event.getRequiredPayload(TestExecutionResult.class).getThrowable().orElseThrow())
        .toList();
  }
}

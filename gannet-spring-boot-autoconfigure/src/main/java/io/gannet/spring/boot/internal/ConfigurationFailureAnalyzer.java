package io.gannet.spring.boot.internal;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows mistakes without a stack trace when the application fails to start. */
final class ConfigurationFailureAnalyzer
    extends AbstractFailureAnalyzer<ConfigurationFailedException> {

  @Override
  protected FailureAnalysis analyze(Throwable failure, ConfigurationFailedException cause) {
    return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
  }
}

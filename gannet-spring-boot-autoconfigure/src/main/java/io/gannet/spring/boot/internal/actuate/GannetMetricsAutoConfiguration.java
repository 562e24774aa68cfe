package io.gannet.spring.boot.internal.actuate;

import io.gannet.spring.boot.internal.GannetAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** Metrics, if the application has a registry of meters. */
@AutoConfiguration(
    before = GannetAutoConfiguration.class,
    afterName =
        "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
public final class GannetMetricsAutoConfiguration {

  GannetMetricsAutoConfiguration() {}

  @Bean
  @ConditionalOnSingleCandidate(MeterRegistry.class)
  MeterInstrumentation gannetMeters(MeterRegistry registry) {
    return new MeterInstrumentation(registry);
  }
}

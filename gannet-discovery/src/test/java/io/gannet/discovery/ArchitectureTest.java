package io.gannet.discovery;

import io.gannet.testkit.ArchitectureRules;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES) // it does nothing but compute
class ArchitectureTest {
  @Test
  void theModuleKeepsTheArchitectureRules() {
    ArchitectureRules.check("io.gannet.discovery", 26, Set.of());
  }
}

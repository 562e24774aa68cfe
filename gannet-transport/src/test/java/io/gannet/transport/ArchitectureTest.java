package io.gannet.transport;

import io.gannet.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  @Test
  void theModuleKeepsTheArchitectureRules() {
    ArchitectureRules.check("io.gannet.transport", 60);
  }
}

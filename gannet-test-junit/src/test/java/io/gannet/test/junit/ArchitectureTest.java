package io.gannet.test.junit;

import io.gannet.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  @Test
  void theModuleKeepsTheArchitectureRules() {
    ArchitectureRules.check("io.gannet.test.junit", 8);
  }
}

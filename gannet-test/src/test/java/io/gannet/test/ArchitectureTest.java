package io.gannet.test;

import io.gannet.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  @Test
  void theModuleKeepsTheArchitectureRules() {
    ArchitectureRules.check("io.gannet.test", 5);
  }
}

package io.gannet.rpc;

import io.gannet.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  @Test
  void theModuleKeepsTheArchitectureRules() {
    ArchitectureRules.check("io.gannet.rpc", 40);
  }
}

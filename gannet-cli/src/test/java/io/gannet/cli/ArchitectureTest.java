package io.gannet.cli;

import io.gannet.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void packagesKeepTheRules() {
    ArchitectureRules.check("io.gannet.cli", 30);
  }
}

package io.gannet.examples;

import io.gannet.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  @Test
  void packagesKeepTheRules() {
    ArchitectureRules.check("io.gannet.examples", 20);
  }
}

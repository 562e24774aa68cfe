package io.gannet.spring.boot.test;

import io.gannet.testkit.ArchitectureRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  @Test
  void followsTheRules() {
    ArchitectureRules.check("io.gannet.spring.boot.test", 5);
  }
}

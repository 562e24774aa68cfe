package io.gannet.soak;

import io.gannet.testkit.ArchitectureRules;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES) // it does nothing but compute
class ArchitectureTest {

  @Test
  void packagesKeepTheRules() {
    ArchitectureRules.check("io.gannet.soak", 20);
  }
}

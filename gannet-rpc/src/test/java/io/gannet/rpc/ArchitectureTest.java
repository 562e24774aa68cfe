package io.gannet.rpc;

import io.gannet.testkit.ArchitectureRules;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 5, unit = TimeUnit.MINUTES) // it does nothing but compute
class ArchitectureTest {
  @Test
  void theModuleKeepsTheArchitectureRules() {
    ArchitectureRules.check(
        "io.gannet.rpc",
        40,
        Set.of(
            "ShutdownHooks", // what this side does when it stops
            "Logging" // for whoever has asked for it
            ));
  }
}
